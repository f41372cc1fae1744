/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The functions through which dispatch reaches its requesters, the channel to the supervisor, and
 * the clock.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/front/cache.h"
#include "daemon/front/verify_task.h"
#include "daemon/ipc/control.h"

struct dispatch_callbacks {
    /* Called with the answer to a request that waited: the kind of the frame and its payload. The
     * request has been taken off the requester's list before. */
    void (*answer)(struct requester *requester, uint64_t tag, uint8_t kind, const uint8_t *payload,
                   size_t n_payload);
    /* Returns the requester's client class by the settings in force. */
    uint32_t (*classify)(struct requester *requester);
    /*
     * Sends the supervisor a message about a verifier: CONTROL_OVERRUN, CONTROL_BROKEN or
     * CONTROL_AT_WORK.
     */
    void (*notify_supervisor)(void *context, uint32_t verifier, enum control_kind kind);
    void *context; /* passed to `notify_supervisor` */
    /* returns the time in seconds since 1970; NULL means the system's clock */
    cache_clock_fn clock;
    void *clock_context;
};
