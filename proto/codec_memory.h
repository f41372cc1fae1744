/* SPDX-License-Identifier: MIT */
#pragma once

/* What the codec's files share: protobuf-c on an arena. */

#include <protobuf-c/protobuf-c.h>

#include "base/bytes.h"
#include "proto/arena.h"

/* Allocates from the arena; freeing is the arena's end. */
ProtobufCAllocator codec_allocator(struct arena *arena);

/* Packs a message into memory of the arena. 0, -E2BIG at the arena's ceiling, or -ENOMEM. */
int codec_pack(const ProtobufCMessage *message, struct arena *arena, struct bytes *payload);

/* n elements of `size` bytes, zeroed, also where n is 0; NULL on failure: codec_arena_error says
 * which. */
void *codec_array(struct arena *arena, size_t n, size_t size);

/* After a failed allocation: -E2BIG at the arena's ceiling, or -ENOMEM. */
int codec_arena_error(const struct arena *arena);

static inline struct bytes codec_view(ProtobufCBinaryData data)
{
    return (struct bytes){.data = data.data, .len = data.len};
}

/* protobuf-c has no const: packing only reads. */
static inline ProtobufCBinaryData codec_data(struct bytes bytes)
{
    return (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)bytes.data, .len = bytes.len};
}
