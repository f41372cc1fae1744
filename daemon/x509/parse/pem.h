/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A reader of PEM, RFC 7468. It is as lax as that RFC allows, since bundles often have text between
 * their blocks.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* The results of pem_read. */
enum pem_next {
    PEM_END = 0,   /* no further block */
    PEM_BLOCK = 1, /* a block was decoded */
    PEM_BROKEN,    /* a block has no end or cannot be decoded */
    PEM_GLUED,     /* a block whose END stands on one line with the BEGIN of the next block */
    PEM_INDENTED,  /* white space stands before a BEGIN, so that no block begins there */
};

/* A text that is being read. */
struct pem {
    const uint8_t *at;
    const uint8_t *end;
    size_t n_lines; /* the number of lines read so far */
};

struct pem_block {
    struct bytes label; /* such as "CERTIFICATE"; borrowed from the text */
    /* The line number, from 1, at which the block begins; with PEM_GLUED and PEM_INDENTED the
     * number of the line that is wrong. */
    size_t line;
    size_t len; /* the number of bytes that were decoded */
};

/* Returns whether the bytes contain the beginning of a PEM block. If not, they may be DER. */
bool pem_is_text(const uint8_t *text, size_t len);

void pem_init(struct pem *pem, const uint8_t *text, size_t len);

/*
 * Decodes the next block into `out`, which has room for `n_out` bytes; as many bytes as the text
 * has always suffice. After PEM_BROKEN and PEM_INDENTED the next call continues at the next
 * beginning of a block, after PEM_GLUED at the BEGIN on the line that is wrong.
 */
enum pem_next pem_read(struct pem *pem, struct pem_block *block, uint8_t *out, size_t n_out);

/*
 * Returns in words what is wrong with a block for which pem_read did not return PEM_BLOCK. Never
 * NULL.
 */
const char *pem_problem(enum pem_next next);

/* Returns whether the block has this label of `len` bytes. */
bool pem_label_is(const struct pem_block *block, const char *label, size_t len);
