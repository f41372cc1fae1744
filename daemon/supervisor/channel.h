/* SPDX-License-Identifier: MIT */
#pragma once

/* The supervisor's side of the front: its process, and the control channel to it. */

#include <stdbool.h>
#include <stddef.h>

#include "daemon/ipc/control.h"
#include "daemon/os/child.h"
#include "daemon/supervisor/back_off.h"
#include "daemon/supervisor/supervisor.h"

struct channel {
    struct child front;
    struct back_off pause;
    int socket; /* -1 without a front */
};

#define CHANNEL_NULL ((struct channel){.front = CHILD_NULL, .socket = -1})

static inline bool channel_is_open(const struct channel *channel)
{
    return channel->socket >= 0;
}

/* Starts a front if there is none and one is due. True if it did. */
bool channel_start_due(struct channel *channel, const struct supervisor_setup *setup);

/* Says something, with a descriptor unless fd is -1, which stays the caller's. A front that cannot
 * be told is of no use any more, and is ended. */
void channel_tell(struct channel *channel, const struct control_message *message, int fd);

/* Says something with a text. */
void channel_tell_text(struct channel *channel, const struct control_message *message,
                       const char *text, size_t len);

/* Says no more: a front that is in order ends what it is at, and then itself. */
void channel_close(struct channel *channel);

/* For a front that cannot be understood: ends it. */
void channel_give_up(struct channel *channel);

/* Collects a front that has ended: true, and there is none any more. The next is due after a
 * pause. */
bool channel_reap(struct channel *channel, struct child_end *end, pid_t *pidp);
