/* SPDX-License-Identifier: MIT */
#include "proto/hello.h"

#include <assert.h>
#include <string.h>

#include "proto/frame.h"
#include "proto/limits.h"

/* Field numbers of Hello, and wire types. */
#define FIELD_VERSIONS   1
#define FIELD_LAST_FIELD 2
#define FIELD_LIMITS     3
#define FIELD_FEATURES   4
#define FIELD_RELEASE    5
#define TYPE_VARINT      0
#define TYPE_BYTES       2

#define FEATURE(word)                                                                              \
    {                                                                                              \
        .data = (const uint8_t *)(word), .len = sizeof(word) - 1                                   \
    }

/* What a client can rely on beyond fields and limits. */
static const struct bytes features[] = {
    /* requests are answered after the client has closed its sending side */
    FEATURE("half-close"),
    /* an error unknown-field has the number of the field */
    FEATURE("unknown-field-number"),
};

void hello_init(struct hello *hello)
{
    *hello = (struct hello){
        .versions = {FRAME_VERSION},
        .n_versions = 1,
        .last_field = HELLO_LAST_FIELD,
        .limits =
            {
                [HELLO_REQUEST_BYTES] = LIMIT_FRAME_BYTES,
                [HELLO_CERTIFICATES] = LIMIT_CERTIFICATES_COUNT,
                [HELLO_CERTIFICATE_BYTES] = LIMIT_CERTIFICATE_BYTES,
                [HELLO_REFERENCES] = LIMIT_REFERENCES_COUNT,
                [HELLO_REFERENCE_BYTES] = LIMIT_REFERENCE_BYTES,
                [HELLO_ANCHORS] = LIMIT_ANCHORS_COUNT,
                [HELLO_CRLS] = LIMIT_CRLS_COUNT,
                [HELLO_REPLY_BYTES] = LIMIT_REPLY_BYTES,
            },
        .n_features = sizeof(features) / sizeof(features[0]),
    };
    for (size_t i = 0; i < hello->n_features; i++)
        hello->features[i] = features[i];
}

static size_t write_varint(uint8_t *out, uint32_t value)
{
    size_t n = 0;

    for (; value >= 0x80; value >>= 7)
        out[n++] = (uint8_t)(value & 0x7f) | 0x80;
    out[n++] = (uint8_t)value;
    return n;
}

/* A field at its default is left out. */
static size_t write_number(uint8_t *out, uint32_t field, uint32_t value)
{
    size_t n;

    if (value == 0)
        return 0;
    n = write_varint(out, field << 3 | TYPE_VARINT);
    return n + write_varint(out + n, value);
}

static size_t write_bytes(uint8_t *out, uint32_t field, struct bytes bytes)
{
    size_t n = write_varint(out, field << 3 | TYPE_BYTES);

    n += write_varint(out + n, (uint32_t)bytes.len);
    if (bytes.len > 0)
        memcpy(out + n, bytes.data, bytes.len);
    return n + bytes.len;
}

/* A repeated number is packed, as proto3 has it by default. */
static size_t write_versions(uint8_t *out, const struct hello *hello)
{
    uint8_t packed[HELLO_VERSIONS_COUNT * 5];
    size_t n = 0;

    for (size_t i = 0; i < hello->n_versions; i++)
        n += write_varint(packed + n, hello->versions[i]);
    return write_bytes(out, FIELD_VERSIONS, (struct bytes){.data = packed, .len = n});
}

static size_t write_limits(uint8_t *out, const struct hello *hello)
{
    uint8_t message[HELLO_LIMITS_COUNT * 7];
    size_t n = 0;

    for (uint32_t i = 0; i < HELLO_LIMITS_COUNT; i++)
        n += write_number(message + n, i + 1, hello->limits[i]);
    return write_bytes(out, FIELD_LIMITS, (struct bytes){.data = message, .len = n});
}

size_t hello_write(uint8_t out[static HELLO_BYTES], const struct hello *hello)
{
    size_t n = write_versions(out, hello);

    n += write_number(out + n, FIELD_LAST_FIELD, hello->last_field);
    n += write_limits(out + n, hello);
    for (size_t i = 0; i < hello->n_features; i++)
        n += write_bytes(out + n, FIELD_FEATURES, hello->features[i]);
    if (hello->release.len > 0)
        n += write_bytes(out + n, FIELD_RELEASE, hello->release);
    assert(n <= HELLO_BYTES);
    return n;
}
