/* SPDX-License-Identifier: MIT */
/* Reads errors and answers to hello without a library. */
#include "proto/codec.h"

#include <errno.h>

#include "proto/wire.h"

/* --- Error --- */

static bool take_of_error(struct codec_error *error, const struct wire_field *field)
{
    switch (field->number) {
    case 1:
        error->code = (unsigned)field->value;
        return field->type == WIRE_VARINT && field->value <= UINT32_MAX;
    case 2:
        error->text = field->content;
        return field->type == WIRE_LENGTH;
    case 3:
        error->field = (uint32_t)field->value;
        return field->type == WIRE_VARINT && field->value <= UINT32_MAX;
    default:
        return true;
    }
}

int codec_read_error(struct codec_error *error, const uint8_t *payload, size_t len)
{
    struct bytes bytes = {.data = payload, .len = len};
    struct wire_field field;

    *error = (struct codec_error){0};
    while (bytes.len > 0) {
        if (!wire_take_field(&bytes, &field) || !take_of_error(error, &field))
            return -EBADMSG;
    }
    return error->code == ERROR_NONE ? -EBADMSG : 0;
}

/* --- Hello --- */

static bool take_limits(struct hello *hello, struct bytes bytes)
{
    struct wire_field field;

    while (bytes.len > 0) {
        if (!wire_take_field(&bytes, &field))
            return false;
        if (field.number > HELLO_LIMITS_COUNT)
            continue;
        if (field.type != WIRE_VARINT || field.value > UINT32_MAX)
            return false;
        hello->limits[field.number - 1] = (uint32_t)field.value;
    }
    return true;
}

static void add_version(struct hello *hello, uint64_t version)
{
    if (hello->n_versions < HELLO_VERSIONS_COUNT && version <= UINT32_MAX)
        hello->versions[hello->n_versions++] = (uint32_t)version;
}

/* The versions are one number a field, or packed: many numbers in one field. */
static bool take_versions(struct hello *hello, const struct wire_field *field)
{
    struct bytes packed = field->content;
    uint64_t version;

    if (field->type == WIRE_VARINT)
        add_version(hello, field->value);
    while (packed.len > 0) {
        if (!wire_take_varint(&packed, &version))
            return false;
        add_version(hello, version);
    }
    return field->type == WIRE_VARINT || field->type == WIRE_LENGTH;
}

static bool take_feature(struct hello *hello, const struct wire_field *field)
{
    if (hello->n_features < HELLO_FEATURES_COUNT)
        hello->features[hello->n_features++] = field->content;
    return field->type == WIRE_LENGTH;
}

static bool take_of_hello(struct hello *hello, const struct wire_field *field)
{
    switch (field->number) {
    case 1:
        return take_versions(hello, field);
    case 2:
        hello->last_field = (uint32_t)field->value;
        return field->type == WIRE_VARINT && field->value <= UINT32_MAX;
    case 3:
        return field->type == WIRE_LENGTH && take_limits(hello, field->content);
    case 4:
        return take_feature(hello, field);
    case 5:
        hello->release = field->content;
        return field->type == WIRE_LENGTH;
    default:
        return true;
    }
}

int codec_read_hello(struct hello *hello, const uint8_t *payload, size_t len)
{
    struct bytes bytes = {.data = payload, .len = len};
    struct wire_field field;

    *hello = (struct hello){0};
    while (bytes.len > 0) {
        if (wire_take_field(&bytes, &field) && take_of_hello(hello, &field))
            continue;
        *hello = (struct hello){0};
        return -EBADMSG;
    }
    return 0;
}
