/* SPDX-License-Identifier: MIT */
#pragma once

/* Decodes replies. A reply is untrusted input, so that everything in it is checked. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lib/failure.h"

struct reply {
    uint64_t tag;
    uint8_t kind;           /* one of the enum frame_kind values that a client receives */
    const uint8_t *payload; /* points into the input */
    size_t n_payload;
    size_t n_frame; /* the size of the whole frame in bytes, for stream_take() */
};

/*
 * Looks for a whole reply at the start of the input. Returns 1 and fills in *reply; 0 if more input
 * is needed; or, as soon as the header is wrong, CERTNAME_ERR_PROTOCOL and fills in the failure.
 */
int reply_find(struct reply *reply, const uint8_t *input, size_t n, struct failure *failure);

/*
 * Reads an error reply. Returns the negative enum certname_error for it, and fills in the failure
 * with the daemon's text.
 */
int reply_read_error(const struct reply *reply, struct failure *failure);

/*
 * Returns the negative enum certname_error for an error code of the protocol; CERTNAME_ERR_PROTOCOL
 * for a code that no daemon may send.
 */
int reply_error_result(unsigned code);
