/* SPDX-License-Identifier: MIT */
#include "daemon/x509/crlite/crlite_filter.h"

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#include "daemon/x509/crlite/crlite_block.h"

/* The lanes of a row of the matrix: 256 bits. */
#define LANES_COUNT 4

/* The octets of an entry of the coverage: a log and two times. */
#define COVERAGE_BYTES (CRLITE_LOG_BYTES + 2 * sizeof(uint64_t))

/* Returns the number of 64 bits at an address that need not be aligned. */
static uint64_t read_64(const uint8_t *data, bool is_little)
{
    uint64_t value;

    memcpy(&value, data, sizeof(value));
    return is_little ? le64toh(value) : be64toh(value);
}

struct crlite_coverage crlite_filter_coverage(const struct crlite_filter *filter, size_t i)
{
    const uint8_t *log = filter->logs + i * COVERAGE_BYTES;
    bool is_little = filter->version == 3;

    return (struct crlite_coverage){
        .log = log,
        .low = read_64(log + CRLITE_LOG_BYTES, is_little),
        .high = read_64(log + CRLITE_LOG_BYTES + sizeof(uint64_t), is_little),
    };
}

static bool covers_one(const struct crlite_filter *filter, const struct crlite_timestamp *timestamp)
{
    for (size_t i = 0; i < filter->n_logs; i++) {
        struct crlite_coverage coverage;

        if (memcmp(filter->logs + i * COVERAGE_BYTES, timestamp->log, CRLITE_LOG_BYTES) != 0)
            continue;
        coverage = crlite_filter_coverage(filter, i);
        return timestamp->time_ms >= coverage.low && timestamp->time_ms <= coverage.high;
    }
    return false;
}

static bool covers(const struct crlite_filter *filter, const struct crlite_subject *subject)
{
    for (size_t i = 0; i < subject->n_timestamps; i++) {
        if (covers_one(filter, &subject->timestamps[i]))
            return true;
    }
    return false;
}

/* --- the block of an issuer --- */

static void read_block(const struct crlite_filter *filter, size_t i, struct crlite_block *block)
{
    struct crlite_cursor cursor = {
        .data = filter->bytes.data + filter->blocks[i],
        .len = filter->bytes.len - filter->blocks[i],
        .is_little = filter->version == 3,
    };

    (void)crlite_block_read(block, &cursor, filter->version);
}

/* Returns the digest with which a block begins; in version 3 its length stands before it. */
static const uint8_t *get_issuer(const struct crlite_filter *filter, size_t i)
{
    return filter->bytes.data + filter->blocks[i] + (filter->version == 3 ? sizeof(uint64_t) : 0);
}

/* Blocks vary in length, so the table of where they begin is searched. */
static bool find_block(const struct crlite_filter *filter, const uint8_t *issuer,
                       struct crlite_block *block)
{
    size_t low = 0, high = filter->n_issuers;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(issuer, get_issuer(filter, middle), DIGEST_BYTES);

        if (order == 0) {
            read_block(filter, middle, block);
            return true;
        }
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

static bool is_exception(const struct crlite_block *block, struct bytes serial, uint8_t version)
{
    struct crlite_cursor cursor = block->exceptions;

    for (uint32_t i = 0; i < block->n_exceptions; i++) {
        const struct bytes exception = crlite_block_exception(&cursor, version);

        if (bytes_equal(exception, serial))
            return true;
    }
    return false;
}

/* --- the bits --- */

/* Returns word i of a column. The words behind its end are zero. */
static uint64_t get_word(const struct crlite_column *column, uint64_t i, bool is_little)
{
    return i < column->n_words ? read_64(column->words + i * sizeof(uint64_t), is_little) : 0;
}

/* Returns the product of the row, which begins at bit `at`, and the column: 0 or 1. */
static unsigned multiply(const struct crlite_column *column, const uint64_t row[LANES_COUNT],
                         uint64_t at, bool is_little)
{
    uint64_t first = at / 64;
    unsigned shift = at % 64;
    uint64_t sum = 0, low = get_word(column, first, is_little);

    for (size_t i = 0; i < LANES_COUNT; i++) {
        uint64_t high = get_word(column, first + i + 1, is_little);

        sum ^= row[i] & (shift == 0 ? low : low >> shift | high << (64 - shift));
        low = high;
    }
    return (unsigned)__builtin_parityll(sum);
}

/* Returns at which bit the row of a key begins in a block of m rows. */
static uint64_t find_row(const uint64_t row[LANES_COUNT], uint32_t m, uint32_t offset)
{
    return offset + row[LANES_COUNT - 1] % (m > 1 ? m : 1);
}

static void make_row(const uint8_t key[static DIGEST_BYTES], uint64_t row[LANES_COUNT])
{
    struct crlite_cursor cursor = {.data = key, .len = DIGEST_BYTES, .is_little = true};

    for (size_t i = 0; i < LANES_COUNT; i++)
        row[i] = crlite_cursor_number(&cursor, sizeof(uint64_t));
    row[0] |= 1;
}

/*
 * Returns whether the bits make the key a member: all columns of the approximate part and the exact
 * one give zero. A block without an approximate part has no members.
 */
static bool is_member(const struct crlite_filter *filter, const struct crlite_block *block,
                      const uint8_t key[static DIGEST_BYTES])
{
    bool is_little = filter->version == 3;
    uint64_t row[LANES_COUNT], at;

    if (block->approximate_m == 0)
        return false;
    make_row(key, row);
    at = find_row(row, block->approximate_m, block->approximate_offset);
    for (size_t i = 0; i < block->rank; i++) {
        if (multiply(&filter->columns[i], row, at, is_little) != 0)
            return false;
    }
    at = find_row(row, block->exact_m, block->exact_offset);
    return multiply(&filter->columns[filter->n_columns], row, at, is_little) == 0;
}

enum crlite_answer crlite_filter_ask(const struct crlite_filter *filter,
                                     const struct crlite_subject *subject)
{
    struct crlite_block block = {0};
    bool is_revoked;

    if (!covers(filter, subject))
        return CRLITE_NOT_COVERED;
    if (!find_block(filter, subject->issuer, &block))
        return CRLITE_NOT_ENROLLED;
    is_revoked = is_member(filter, &block, subject->key) &&
                 !is_exception(&block, subject->serial, filter->version);
    return is_revoked != block.is_inverted ? CRLITE_REVOKED : CRLITE_GOOD;
}
