/* SPDX-License-Identifier: MIT */
#include "proto/hello.h"

#include <assert.h>
#include <string.h>

#include "proto/frame.h"
#include "proto/limits.h"
#include "proto/wire.h"

/* Field numbers of Hello. */
#define FIELD_VERSIONS   1
#define FIELD_LAST_FIELD 2
#define FIELD_LIMITS     3
#define FIELD_FEATURES   4
#define FIELD_RELEASE    5

#define FEATURE(word)                                                                              \
    {                                                                                              \
        .data = (const uint8_t *)(word), .len = sizeof(word) - 1                                   \
    }

/* The features that are announced: what a client can rely on besides fields and limits. */
static const struct bytes features[] = {
    /* requests are answered after the client has closed its sending side */
    FEATURE("half-close"),
    /* the error unknown-field has the number of the field */
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

/*
 * Writes a field with a number; a field with its default value, 0, is left out. Returns the number
 * of bytes written.
 */
static void put_number(struct wire_out *out, uint32_t field, uint32_t value)
{
    if (value != 0)
        wire_put_number(out, field, value);
}

/*
 * Writes the versions in packed form, which is the default of proto3 for repeated numbers. Returns
 * the number of bytes written.
 */
static void put_versions(struct wire_out *out, const struct hello *hello)
{
    struct wire_out inner = {0};

    for (size_t i = 0; i < hello->n_versions; i++)
        wire_put_varint(&inner, hello->versions[i]);
    wire_put_length(out, FIELD_VERSIONS, inner.n);
    for (size_t i = 0; i < hello->n_versions; i++)
        wire_put_varint(out, hello->versions[i]);
}

static void put_limits(struct wire_out *out, const struct hello *hello)
{
    struct wire_out inner = {0};

    for (uint32_t i = 0; i < HELLO_LIMITS_COUNT; i++)
        put_number(&inner, i + 1, hello->limits[i]);
    wire_put_length(out, FIELD_LIMITS, inner.n);
    for (uint32_t i = 0; i < HELLO_LIMITS_COUNT; i++)
        put_number(out, i + 1, hello->limits[i]);
}

size_t hello_write(uint8_t out[static HELLO_BYTES], const struct hello *hello)
{
    struct wire_out written = {.memory = out};

    put_versions(&written, hello);
    put_number(&written, FIELD_LAST_FIELD, hello->last_field);
    put_limits(&written, hello);
    for (size_t i = 0; i < hello->n_features; i++)
        wire_put_bytes(&written, FIELD_FEATURES, hello->features[i]);
    if (hello->release.len > 0)
        wire_put_bytes(&written, FIELD_RELEASE, hello->release);
    assert(written.n <= HELLO_BYTES);
    return written.n;
}
