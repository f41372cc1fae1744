/* SPDX-License-Identifier: MIT */
#include "proto/codec_strict.h"

#include <assert.h>
#include <stdint.h>

/* Wire types of the protobuf encoding. Groups (3 and 4) are refused. */
enum wire_type {
    WIRE_VARINT = 0,
    WIRE_FIXED64 = 1,
    WIRE_LENGTH = 2,
    WIRE_FIXED32 = 5,
};

/* The largest field number that the encoding allows. */
#define FIELD_NUMBER_MAX 536870911u
/* The most field numbers of one message: fields already seen are kept as bits of a 64-bit word. */
#define FIELDS_COUNT 64

/* A field as it was read from the wire. */
struct wire_field {
    uint32_t number;
    unsigned type;
    uint64_t value;       /* with WIRE_VARINT */
    struct bytes content; /* with WIRE_LENGTH */
};

static bool take_varint(struct bytes *rest, uint64_t *valuep)
{
    uint64_t value = 0;

    for (size_t i = 0; i < rest->len && i < 10; i++) {
        uint8_t byte = rest->data[i];

        if (i == 9 && byte > 1)
            return false;
        value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            rest->data += i + 1;
            rest->len -= i + 1;
            *valuep = value;
            return true;
        }
    }
    return false;
}

static bool take_bytes(struct bytes *rest, uint64_t len, struct bytes *contentp)
{
    if (len > rest->len)
        return false;
    *contentp = (struct bytes){.data = rest->data, .len = (size_t)len};
    rest->data += len;
    rest->len -= (size_t)len;
    return true;
}

static bool take_field(struct bytes *rest, struct wire_field *field)
{
    uint64_t tag, len;

    *field = (struct wire_field){0};
    if (!take_varint(rest, &tag) || tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX)
        return false;
    field->number = (uint32_t)(tag >> 3);
    field->type = tag & 7;
    switch (field->type) {
    case WIRE_VARINT:
        return take_varint(rest, &field->value);
    case WIRE_FIXED64:
        return take_bytes(rest, 8, &field->content);
    case WIRE_LENGTH:
        return take_varint(rest, &len) && take_bytes(rest, len, &field->content);
    case WIRE_FIXED32:
        return take_bytes(rest, 4, &field->content);
    default:
        return false;
    }
}

/*
 * Returns whether a varint is a valid enum value. An enum is an int32 on the wire, and a negative
 * one is sign-extended to 64 bits.
 */
static bool is_int32(uint64_t value)
{
    return value <= INT32_MAX || value >= UINT64_MAX - INT32_MAX;
}

/*
 * Returns whether a field has the wire type of its declared type. Declared types that no request
 * uses are refused, so a new one has to be added here.
 */
static bool has_its_type(const ProtobufCFieldDescriptor *known, const struct wire_field *field)
{
    switch (known->type) {
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_INT64:
        return field->type == WIRE_VARINT;
    case PROTOBUF_C_TYPE_ENUM:
        return field->type == WIRE_VARINT && is_int32(field->value);
    case PROTOBUF_C_TYPE_UINT32:
        return field->type == WIRE_VARINT && field->value <= UINT32_MAX;
    case PROTOBUF_C_TYPE_BYTES:
        return field->type == WIRE_LENGTH;
    case PROTOBUF_C_TYPE_MESSAGE:
        return field->type == WIRE_LENGTH &&
               codec_strict_check((const ProtobufCMessageDescriptor *)known->descriptor,
                                  field->content);
    default:
        return false;
    }
}

static bool check_once(const ProtobufCFieldDescriptor *known, uint64_t *seenp)
{
    uint64_t bit;
    bool is_first;

    assert(known->id < FIELDS_COUNT);
    bit = UINT64_C(1) << known->id;
    is_first = known->label == PROTOBUF_C_LABEL_REPEATED || (*seenp & bit) == 0;
    *seenp |= bit;
    return is_first;
}

bool codec_strict_check(const ProtobufCMessageDescriptor *message, struct bytes bytes)
{
    uint64_t seen = 0;

    while (bytes.len > 0) {
        const ProtobufCFieldDescriptor *known;
        struct wire_field field;

        if (!take_field(&bytes, &field))
            return false;
        known = protobuf_c_message_descriptor_get_field(message, field.number);
        if (known && (!has_its_type(known, &field) || !check_once(known, &seen)))
            return false;
    }
    return true;
}
