/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/crlite/crlite_fixture.h"

#include <stdlib.h>
#include <string.h>

static void put_octet(struct made_bytes *out, uint8_t octet)
{
    if (out->len >= sizeof(out->data))
        abort();
    out->data[out->len++] = octet;
}

static void put_octets(struct made_bytes *out, uint8_t octet, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_octet(out, octet);
}

static void put_text(struct made_bytes *out, const char *text)
{
    for (; *text; text++)
        put_octet(out, (uint8_t)*text);
}

static void put_big(struct made_bytes *out, uint64_t value, size_t n)
{
    for (size_t i = n; i > 0; i--)
        put_octet(out, (uint8_t)(value >> 8 * (i - 1)));
}

/* Writes a number: n octets in version 4, and 8 in version 3, the least significant one first. */
static void put(struct made_bytes *out, uint8_t version, uint64_t value, size_t n)
{
    if (version != 3) {
        put_big(out, value, n);
        return;
    }
    for (size_t i = 0; i < 8; i++)
        put_octet(out, (uint8_t)(value >> 8 * i));
}

static void put_numbers(struct made_bytes *out, uint8_t version, const struct made_block *block)
{
    if (version == 3) {
        put(out, 3, block->approximate_m, 8);
        put(out, 3, block->exact_m, 8);
        put(out, 3, block->rank, 8);
        put(out, 3, block->approximate_offset, 8);
    } else {
        put(out, version, block->approximate_m, 4);
        put(out, version, block->rank, 1);
        put(out, version, block->approximate_offset, 4);
        put(out, version, block->exact_m, 4);
    }
    put(out, version, block->exact_offset, 4);
    put_octet(out, block->inverted);
}

static void put_block(struct made_bytes *out, uint8_t version, const struct made_block *block)
{
    size_t n = block->exceptions[0] ? 1 + (block->exceptions[1] != NULL) : 0;

    if (version == 3)
        put(out, 3, 32, 8);
    put_octets(out, block->issuer, 32);
    put_numbers(out, version, block);
    put(out, version, n, 2);
    for (size_t i = 0; i < n; i++) {
        put(out, version, strlen(block->exceptions[i]), 1);
        put_text(out, block->exceptions[i]);
    }
}

void make_filter(const struct made_filter *filter, struct made_bytes *out)
{
    uint8_t version = filter->version;

    out->len = 0;
    put_octet(out, version);
    put_octet(out, 0);
    put(out, version, 1, 2);
    put_octets(out, filter->log, 32);
    put(out, version, filter->low, 8);
    put(out, version, filter->high, 8);
    put(out, version, filter->n_blocks, 4);
    for (size_t i = 0; i < filter->n_blocks; i++)
        put_block(out, version, &filter->blocks[i]);
    put(out, version, filter->n_columns, 1);
    for (size_t i = 0; i <= filter->n_columns; i++) {
        put(out, version, filter->n_words[i], 4);
        for (size_t j = 0; j < filter->n_words[i]; j++)
            put(out, version, filter->columns[i][j], 8);
    }
}

void make_index(unsigned version, const char *const *names, size_t n_names, struct made_bytes *out)
{
    size_t n_number = version == 0 ? 1 : 2, head;

    out->len = 0;
    put_text(out, version == 0 ? "upkiidx0" : "upkiidx1");
    put_big(out, n_names, n_number);
    put_big(out, 2, 4);
    for (size_t i = 0; i < n_names; i++) {
        put_text(out, names[i]);
        put_octets(out, 0, 32 - strlen(names[i]));
    }
    head = out->len + 2 * 42;
    for (uint8_t log = 1; log <= 2; log++) {
        put_octets(out, log, 32);
        put_big(out, head + (log - 1) * (n_number + 16), 8);
        put_big(out, 1, 2);
    }
    for (uint8_t log = 1; log <= 2; log++) {
        put_big(out, n_names - 1, n_number);
        put_big(out, 1000, 8);
        put_big(out, 2000, 8);
    }
}
