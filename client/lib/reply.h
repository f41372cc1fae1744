/* SPDX-License-Identifier: MIT */
#pragma once

/* A reply as it comes, believed in nothing that can be checked. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lib/failure.h"

struct reply {
    uint64_t tag;
    uint8_t kind; /* what the payload is: enum frame_kind, one of those that go to clients */
    const uint8_t *payload; /* borrowed from the input */
    size_t n_payload;
    size_t n_frame; /* what to take off the input */
};

/*
 * Looks for a whole reply at the start of the input. 1 and *reply is filled in; 0 if more is
 * needed; or CERTNAME_ERR_PROTOCOL, from the header on, before the rest is there.
 */
int reply_find(struct reply *reply, const uint8_t *input, size_t n, struct failure *failure);

/* The negative enum certname_error of an error reply; the failure carries the daemon's words. */
int reply_read_error(const struct reply *reply, struct failure *failure);
