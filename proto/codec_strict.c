/* SPDX-License-Identifier: MIT */
#include "proto/codec_strict.h"

#include <assert.h>
#include <stdint.h>

#include "proto/wire.h"

/* Fields of one message are counted in the bits of a word. */
#define FIELDS_COUNT 64

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
        return field->type == WIRE_VARINT && wire_is_int32(field->value);
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

        if (!wire_take_field(&bytes, &field))
            return false;
        known = protobuf_c_message_descriptor_get_field(message, field.number);
        if (known && (!has_its_type(known, &field) || !check_once(known, &seen)))
            return false;
    }
    return true;
}
