/* SPDX-License-Identifier: MIT */
#include "daemon/x509/crlite/crlite_cursor.h"

#include "base/big_endian.h"

static uint64_t read_little_endian(const uint8_t *data, size_t n)
{
    uint64_t value = 0;

    for (size_t i = n; i > 0; i--)
        value = value << 8 | data[i - 1];
    return value;
}

struct bytes crlite_cursor_bytes(struct crlite_cursor *cursor, uint64_t n)
{
    struct bytes bytes = {.data = cursor->data, .len = (size_t)n};

    if (cursor->failed || n > cursor->len) {
        cursor->failed = true;
        return (struct bytes){0};
    }
    cursor->data += bytes.len;
    cursor->len -= bytes.len;
    return bytes;
}

uint64_t crlite_cursor_number(struct crlite_cursor *cursor, size_t n)
{
    struct bytes octets = crlite_cursor_bytes(cursor, n);

    if (!octets.data)
        return 0;
    return cursor->is_little ? read_little_endian(octets.data, n) : big_endian_read(octets.data, n);
}

bool crlite_cursor_has_room(const struct crlite_cursor *cursor, uint64_t n, size_t size,
                            uint64_t max)
{
    return !cursor->failed && n <= max && n <= cursor->len / size;
}
