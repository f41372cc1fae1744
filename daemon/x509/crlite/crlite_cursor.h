/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads numbers and octets one after the other from untrusted bytes. Only for the files of
 * daemon/x509/crlite.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct crlite_cursor {
    const uint8_t *data; /* the octet that is read next */
    size_t len;          /* the octets that are left */
    bool is_little;      /* the octets of numbers stand in little-endian order */
    bool failed;         /* something reached beyond the end; every read since then returned 0 */
};

/* Returns the next number of n octets, 1 to 8. */
uint64_t crlite_cursor_number(struct crlite_cursor *cursor, size_t n);

/* Returns the next n octets, which are borrowed; absent ones if fewer are left. */
struct bytes crlite_cursor_bytes(struct crlite_cursor *cursor, uint64_t n);

/*
 * Returns whether `n` elements of at least `size` octets each can follow, and are not more than
 * `max`. Called before a count is used.
 */
bool crlite_cursor_has_room(const struct crlite_cursor *cursor, uint64_t n, size_t size,
                            uint64_t max);
