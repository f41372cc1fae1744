/* SPDX-License-Identifier: MIT */
#pragma once

/* protobuf-c on an arena, for the files of the codec. */

#include <protobuf-c/protobuf-c.h>

#include "base/bytes.h"
#include "proto/arena.h"

/* Returns an allocator of protobuf-c that takes memory from the arena and never gives it back. */
ProtobufCAllocator codec_allocator(struct arena *arena);

/* Packs a message into memory of the arena. Returns 0, -E2BIG beyond a limit, or -ENOMEM. */
int codec_pack(const ProtobufCMessage *message, struct arena *arena, struct bytes *payload);

/* Returns n zeroed elements of `size` bytes, or NULL, and codec_arena_error says why. A pointer
 * that is not NULL is returned for no elements too. */
void *codec_array(struct arena *arena, size_t n, size_t size);

/* Returns why an allocation has failed: -E2BIG beyond a limit, or -ENOMEM. */
int codec_arena_error(const struct arena *arena);

/* A view of bytes in a decoded message. */
static inline struct bytes codec_view(ProtobufCBinaryData data)
{
    return (struct bytes){.data = data.data, .len = data.len};
}

/* The same bytes for a message that is to be packed. protobuf-c has no const type for them, and
 * packing only reads. */
static inline ProtobufCBinaryData codec_data(struct bytes bytes)
{
    return (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)bytes.data, .len = bytes.len};
}
