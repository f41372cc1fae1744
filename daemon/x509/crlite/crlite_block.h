/* SPDX-License-Identifier: MIT */
#pragma once

/* The part of a filter about one issuer. Only for the files of daemon/x509/crlite. */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/crlite/crlite_cursor.h"

struct crlite_block {
    struct bytes issuer; /* SHA-256 of the issuer's SubjectPublicKeyInfo */
    uint32_t approximate_m, approximate_offset;
    uint32_t exact_m, exact_offset;
    uint32_t rank;    /* how many columns the approximate part uses */
    bool is_inverted; /* members are good, all others revoked */
    uint32_t n_exceptions;
    struct crlite_cursor exceptions; /* the first exception is next */
};

/*
 * Reads a block up to its exceptions from a filter of this version. Returns NULL; or, as the end of
 * a sentence (static), what is wrong with it.
 */
const char *crlite_block_read(struct crlite_block *block, struct crlite_cursor *cursor,
                              uint8_t version);

/* Returns the serial number of the next exception; absent bytes if it is cut off. */
struct bytes crlite_block_exception(struct crlite_cursor *cursor, uint8_t version);
