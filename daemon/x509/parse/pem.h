/* SPDX-License-Identifier: MIT */
#pragma once

/* Textual encoding of certificates, RFC 7468, read as laxly as that RFC allows: text around the
 * blocks and headers of no meaning to us are common in bundles. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* What the next block is. */
enum pem_next {
    PEM_END = 0,   /* there is none */
    PEM_BLOCK = 1, /* one, decoded */
    PEM_BROKEN,    /* one that does not end, or does not decode */
};

/* A text at work. */
struct pem {
    const uint8_t *at;
    const uint8_t *end;
    size_t n_lines; /* read so far */
};

struct pem_block {
    struct bytes label; /* as in "CERTIFICATE"; borrowed from the text */
    size_t line;        /* of its first line, from 1 */
    size_t len;         /* bytes decoded */
};

/* Whether the bytes hold the beginning of a block at all: else they may be DER. */
bool pem_is_text(const uint8_t *text, size_t len);

void pem_init(struct pem *pem, const uint8_t *text, size_t len);

/*
 * Decodes the next block into `out`, which has room for `n_out` bytes: the text's length is always
 * enough. PEM_BROKEN ends the reading.
 */
enum pem_next pem_read(struct pem *pem, struct pem_block *block, uint8_t *out, size_t n_out);

/* Whether the label is the text given. */
bool pem_label_is(const struct pem_block *block, const char *label, size_t len);
