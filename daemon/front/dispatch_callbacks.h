/* SPDX-License-Identifier: MIT */
#pragma once

/* The callers' functions that dispatch calls: for its requesters, the channel to the supervisor,
 * and the clock. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/front/cache.h"
#include "daemon/front/verify_task.h"
#include "daemon/ipc/control.h"

struct dispatch_callbacks {
    /* Called with the answer to a request that waited: its kind and payload. The request is no
     * longer on the requester's list. */
    void (*answer)(struct requester *requester, uint64_t tag, uint8_t kind, const uint8_t *payload,
                   size_t n_payload);
    /* Returns the requester's client class by the settings in force. */
    uint32_t (*classify)(struct requester *requester);
    /* Sends the supervisor a message about a verifier: CONTROL_OVERRUN or CONTROL_AT_WORK. */
    void (*notify_supervisor)(void *context, uint32_t verifier, enum control_kind kind);
    void *context;        /* for `notify_supervisor` */
    cache_clock_fn clock; /* returns Unix time; NULL: the system's clock */
    void *clock_context;
};
