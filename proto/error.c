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

/*
 * Encodes `message Error` of certname.proto by hand: field 1 is a varint below 128, field 2 a
 * string shorter than 16,384 bytes. Returns the encoded length.
 */
static size_t write_message(uint8_t *out, enum error_code code, const char *text)
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
    return n + n_text;
}

size_t error_write_frame(uint8_t out[static ERROR_FRAME_BYTES], uint64_t tag, enum error_code code,
                         const char *text)
{
    size_t n = write_message(out + FRAME_HEADER_BYTES, code, text);

    frame_write_header(out, FRAME_KIND_ERROR, tag, n);
    return FRAME_HEADER_BYTES + n;
}
