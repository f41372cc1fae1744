/* SPDX-License-Identifier: MIT */
#include "daemon/x509/crlite/crlite_block.h"

#include "base/digest.h"
#include "daemon/x509/crlite/crlite_limits.h"

static bool fits_32(uint64_t value)
{
    return value <= UINT32_MAX;
}

/* Version 3 writes every number with 8 octets, and the rank in another place. */
static const char *read_numbers_v3(struct crlite_block *block, struct crlite_cursor *cursor)
{
    uint64_t m = crlite_cursor_number(cursor, 8);
    uint64_t exact = crlite_cursor_number(cursor, 8);
    uint64_t rank = crlite_cursor_number(cursor, 8);
    uint64_t offset = crlite_cursor_number(cursor, 8);
    uint64_t exact_offset = crlite_cursor_number(cursor, 8);

    if (!fits_32(m) || !fits_32(exact) || !fits_32(rank) || !fits_32(offset) ||
        !fits_32(exact_offset))
        return "a number of an issuer has more than 32 bits";
    block->approximate_m = (uint32_t)m;
    block->exact_m = (uint32_t)exact;
    block->rank = (uint32_t)rank;
    block->approximate_offset = (uint32_t)offset;
    block->exact_offset = (uint32_t)exact_offset;
    return NULL;
}

static void read_numbers_v4(struct crlite_block *block, struct crlite_cursor *cursor)
{
    block->approximate_m = (uint32_t)crlite_cursor_number(cursor, 4);
    block->rank = (uint32_t)crlite_cursor_number(cursor, 1);
    block->approximate_offset = (uint32_t)crlite_cursor_number(cursor, 4);
    block->exact_m = (uint32_t)crlite_cursor_number(cursor, 4);
    block->exact_offset = (uint32_t)crlite_cursor_number(cursor, 4);
}

static const char *read_issuer(struct crlite_block *block, struct crlite_cursor *cursor,
                               uint8_t version)
{
    if (version == 3 && crlite_cursor_number(cursor, 8) != DIGEST_BYTES && !cursor->failed)
        return "the digest of an issuer does not have 32 octets";
    block->issuer = crlite_cursor_bytes(cursor, DIGEST_BYTES);
    return NULL;
}

const char *crlite_block_read(struct crlite_block *block, struct crlite_cursor *cursor,
                              uint8_t version)
{
    const char *why = read_issuer(block, cursor, version);
    uint64_t inverted, n;

    if (why)
        return why;
    if (version == 3)
        why = read_numbers_v3(block, cursor);
    else
        read_numbers_v4(block, cursor);
    if (why)
        return why;
    inverted = crlite_cursor_number(cursor, 1);
    if (inverted > 1)
        return "whether an issuer is inverted is neither 0 nor 1";
    n = crlite_cursor_number(cursor, version == 3 ? 8 : 2);
    if (cursor->failed)
        return "it ends within an issuer";
    if (!crlite_cursor_has_room(cursor, n, version == 3 ? 8 : 1, CRLITE_EXCEPTIONS_COUNT))
        return "an issuer has more exceptions than there is room for";
    block->is_inverted = inverted == 1;
    block->n_exceptions = (uint32_t)n;
    block->exceptions = *cursor;
    return NULL;
}

struct bytes crlite_block_exception(struct crlite_cursor *cursor, uint8_t version)
{
    return crlite_cursor_bytes(cursor, crlite_cursor_number(cursor, version == 3 ? 8 : 1));
}
