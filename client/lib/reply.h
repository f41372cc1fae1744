/* SPDX-License-Identifier: MIT */
#pragma once

/* Replies as they arrive. They are untrusted input: everything about them is checked. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/lib/failure.h"

/*
 * Memory for what is decoded of one reply, whatever the reply claims of itself. An honest one takes
 * a tenth: at most 64 identities, failures and steps, and their text from a reply of 32 KiB.
 */
#define REPLY_DECODED_BYTES 524288

struct reply {
    uint64_t tag;
    uint8_t kind;           /* an enum frame_kind that clients receive */
    const uint8_t *payload; /* borrowed from the input */
    size_t n_payload;
    size_t n_frame; /* bytes of the whole frame, to be taken off the input */
};

/*
 * Looks for a whole reply at the start of the input. Returns 1 and fills in *reply; 0 if more input
 * is needed; or CERTNAME_ERR_PROTOCOL and fills in the failure, as soon as the header is wrong.
 */
int reply_find(struct reply *reply, const uint8_t *input, size_t n, struct failure *failure);

/* Reads an error reply. Returns its negative enum certname_error, and the failure quotes its text.
 */
int reply_read_error(const struct reply *reply, struct failure *failure);

/*
 * Returns the negative enum certname_error for an error code of the protocol; CERTNAME_ERR_PROTOCOL
 * for a code that no daemon may send.
 */
int reply_error_result(unsigned code);
