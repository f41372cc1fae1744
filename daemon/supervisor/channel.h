/* SPDX-License-Identifier: MIT */
#pragma once

/* The supervisor's side of the front: the processes of front and bin, the control channel, and the
 * watch over them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/ipc/control.h"
#include "daemon/supervisor/back_off.h"
#include "daemon/supervisor/spawn.h"

/* Processes that were killed and have not ended. */
#define CHANNEL_LEFTOVERS_COUNT 8

struct channel {
    struct child front;
    struct child bin; /* drops sockets for the front (daemon/front/bin.h) */
    struct child leftovers[CHANNEL_LEFTOVERS_COUNT];
    int64_t ping_ms;   /* when the front is asked for a sign of life next, by clock_now_ms */
    int64_t answer_ms; /* when it has to have answered; 0: it has */
    int64_t killed_ms; /* when the front was killed for its silence; 0: it was not */
    struct back_off back_off;
    int socket;          /* -1: there is no front, or it is to end */
    uint64_t n_restarts; /* how many fronts have ended */
};

#define CHANNEL_NULL ((struct channel){.front = CHILD_NULL, .bin = CHILD_NULL, .socket = -1})

static inline bool channel_is_open(const struct channel *channel)
{
    return channel->socket >= 0;
}

/* Starts a front if there is none and one is due. Returns whether it did. */
bool channel_start_due(struct channel *channel, const struct spawn_setup *setup);

/*
 * Sends a message, with a descriptor unless fd is -1; the descriptor stays the caller's. Does
 * nothing while the channel is closed. A front that a message cannot be sent to is killed, because
 * it would go on with what it knew before.
 */
void channel_send(struct channel *channel, const struct control_message *message, int fd);

/* Sends a message with a text of `len` bytes, likewise. */
void channel_send_text(struct channel *channel, const struct control_message *message,
                       const char *text, size_t len);

/* Closes the channel: a front in order finishes its requests and ends. */
void channel_close(struct channel *channel);

/* Closes the channel and kills the front: for one whose messages make no sense. */
void channel_give_up(struct channel *channel);

/* Asks the front for a sign of life when that is due, and kills a front that stays silent, or whose
 * bin has ended. */
void channel_watch(struct channel *channel);

/* Notes the front's sign of life. */
void channel_note_answer(struct channel *channel);

/* Returns when channel_watch or channel_reap has something to do, by clock_now_ms; INT64_MAX for
 * never. */
int64_t channel_due_ms(const struct channel *channel);

/* Collects a front that has ended, or gives up one that was killed and does not end. Returns true
 * once, with its end in *end and its pid in *pidp; the channel is closed then, and the next front
 * is due by the back-off. */
bool channel_reap(struct channel *channel, struct child_end *end, pid_t *pidp);
