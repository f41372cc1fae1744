/* SPDX-License-Identifier: MIT */
#include "proto/error.h"

#include <string.h>

static const char *const names[] = {
    [ERROR_NONE] = "none",
    [ERROR_INTERNAL] = "internal",
    [ERROR_MALFORMED_REQUEST] = "malformed-request",
    [ERROR_UNKNOWN_FIELD] = "unknown-field",
    [ERROR_UNSUPPORTED_VERSION] = "unsupported-version",
    [ERROR_UNKNOWN_KIND] = "unknown-kind",
    [ERROR_TOO_LARGE] = "too-large",
    [ERROR_INVALID_REQUEST] = "invalid-request",
    [ERROR_INVALID_REFERENCE] = "invalid-reference",
    [ERROR_INVALID_CERTIFICATE] = "invalid-certificate",
    [ERROR_UNSUPPORTED] = "unsupported",
    [ERROR_BUSY] = "busy",
    [ERROR_RESOURCES] = "resources",
    [ERROR_FORBIDDEN] = "forbidden",
    [ERROR_UNAVAILABLE] = "unavailable",
};

const char *error_name(unsigned code)
{
    return code < sizeof(names) / sizeof(names[0]) ? names[code] : "unknown";
}

/* Writes field 3 of `message Error` unless the number is 0. Returns the number of bytes written. */
static size_t write_field_number(uint8_t *out, uint32_t field)
{
    size_t n = 0;

    if (field == 0)
        return 0;
    out[n++] = 3 << 3 | 0;
    for (; field >= 0x80; field >>= 7)
        out[n++] = (uint8_t)(field & 0x7f) | 0x80;
    out[n++] = (uint8_t)field;
    return n;
}

/* Writes `message Error` of certname.proto: field 1 is a varint below 128, field 2 has a length
 * below 16,384. Returns its length. */
static size_t write_message(uint8_t *out, enum error_code code, uint32_t field, const char *text)
{
    size_t n_text = strnlen(text, LIMIT_ERROR_TEXT_BYTES);
    size_t n = 0;

    out[n++] = 1 << 3 | 0;
    out[n++] = (uint8_t)code;
    out[n++] = 2 << 3 | 2;
    if (n_text >= 0x80)
        out[n++] = (uint8_t)(n_text & 0x7f) | 0x80;
    out[n++] = (uint8_t)(n_text >= 0x80 ? n_text >> 7 : n_text);
    memcpy(out + n, text, n_text);
    n += n_text;
    return n + write_field_number(out + n, field);
}

size_t error_write_frame(uint8_t out[static ERROR_FRAME_BYTES], uint64_t tag, enum error_code code,
                         const char *text)
{
    return error_write_field_frame(out, tag, code, 0, text);
}

size_t error_write_field_frame(uint8_t out[static ERROR_FRAME_BYTES], uint64_t tag,
                               enum error_code code, uint32_t field, const char *text)
{
    size_t n = write_message(out + FRAME_HEADER_BYTES, code, field, text);

    frame_write_header(out, FRAME_KIND_ERROR, tag, n);
    return FRAME_HEADER_BYTES + n;
}
