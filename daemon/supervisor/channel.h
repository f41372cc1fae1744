/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The supervisor's side of the front: the processes of the front and its bin, the control channel
 * to the front, and the watch over both processes.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/ipc/control.h"
#include "daemon/supervisor/back_off.h"
#include "daemon/supervisor/spawn.h"

/* The largest number of processes that were killed and have not ended yet. */
#define CHANNEL_LEFTOVERS_COUNT 8

struct channel {
    struct child front;
    /* the bin's process, which drops sockets for the front (daemon/front/bin.h) */
    struct child bin;
    struct child leftovers[CHANNEL_LEFTOVERS_COUNT];
    int64_t ping_ms;   /* the clock_now_ms() at which the front is sent the next ping */
    int64_t answer_ms; /* the clock_now_ms() by which the front must have answered; 0: no answer is
                          awaited */
    int64_t killed_ms; /* the clock_now_ms() at which the front was killed because it did not
                          answer; 0: it was not */
    struct back_off back_off;
    int socket; /* the supervisor's end of the control channel; -1 if there is no front or the front
                   is to end */
    uint64_t n_restarts; /* the number of fronts that have ended */
};

#define CHANNEL_NULL ((struct channel){.front = CHILD_NULL, .bin = CHILD_NULL, .socket = -1})

static inline bool channel_is_open(const struct channel *channel)
{
    return channel->socket >= 0;
}

/* Starts a front if there is none and one is due. Returns whether it started one. */
bool channel_start_due(struct channel *channel, const struct spawn_setup *setup);

/*
 * Sends a message, with a descriptor unless fd is -1; the descriptor still belongs to the caller.
 * Does nothing while the channel is closed. If the message cannot be sent the front is killed,
 * because it would go on with what it knew before.
 */
void channel_send(struct channel *channel, const struct control_message *message, int fd);

/* Sends a message with a text of `len` bytes, under the conditions of channel_send. */
void channel_send_text(struct channel *channel, const struct control_message *message,
                       const char *text, size_t len);

/* Closes the channel, upon which a front that works finishes its requests and ends. */
void channel_close(struct channel *channel);

/* Closes the channel and kills the front, whose messages make no sense. */
void channel_give_up(struct channel *channel);

/*
 * Sends the front a ping when one is due; kills a front that does not answer in time, or whose bin
 * has ended.
 */
void channel_watch(struct channel *channel);

/*
 * Returns the pidfd of the killed process in this place (of CHANNEL_LEFTOVERS_COUNT) that has not
 * ended; -1 if there is none.
 */
int channel_leftover(const struct channel *channel, size_t place);

/* Returns whether any killed process has not ended. */
bool channel_has_leftovers(const struct channel *channel);

/* Notes that the front has answered. */
void channel_note_answer(struct channel *channel);

/*
 * Returns the clock_now_ms() at which channel_watch or channel_reap has something to do next;
 * INT64_MAX for never.
 */
int64_t channel_due_ms(const struct channel *channel);

/*
 * Collects a front that has ended, or gives up waiting for one that was killed. Returns true once
 * for each front, and fills in *end and *pidp; the channel is closed then, and the next front is
 * due as the back-off decides.
 */
bool channel_reap(struct channel *channel, struct child_end *end, pid_t *pidp);
