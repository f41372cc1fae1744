/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes small filters and indexes of both versions, sound ones and others. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* One issuer of a filter. */
struct made_block {
    uint8_t issuer; /* the octet that its digest consists of */
    uint32_t approximate_m, approximate_offset;
    uint32_t exact_m, exact_offset;
    uint32_t rank;
    uint8_t inverted;
    const char *exceptions[2]; /* serial numbers as text */
};

/* A filter with one log, whose identifier consists of the octet `log`, and at most two columns. */
struct made_filter {
    uint8_t version;
    uint8_t log;
    uint64_t low, high;
    struct made_block blocks[2];
    size_t n_blocks;
    uint64_t columns[2][4]; /* the words; the exact column is the one behind the n_columns others */
    size_t n_words[2];
    size_t n_columns;
};

/* Bytes that are written. */
struct made_bytes {
    uint8_t data[1024];
    size_t len;
};

void make_filter(const struct made_filter *filter, struct made_bytes *out);

/* Writes an index of version upkiidx0 or upkiidx1 with two logs and these names. */
void make_index(unsigned version, const char *const *names, size_t n_names, struct made_bytes *out);
