/* SPDX-License-Identifier: MIT */
#pragma once

/* Lets protobuf-c allocate from an arena; used only by the codec's own files. */

#include <protobuf-c/protobuf-c.h>

#include "base/bytes.h"
#include "proto/arena.h"

/*
 * Returns an allocator for protobuf-c that takes memory from the arena. Its free function does
 * nothing, since the arena frees all memory together.
 */
ProtobufCAllocator codec_allocator(struct arena *arena);

/* Packs a message into memory of the arena. Returns 0, -E2BIG beyond a limit, or -ENOMEM. */
int codec_pack(const ProtobufCMessage *message, struct arena *arena, struct bytes *payload);

/*
 * Returns n zeroed elements of `size` bytes. For n = 0 the pointer is valid but must not be
 * dereferenced. Returns NULL if an allocation failed; codec_arena_error then returns the reason.
 */
void *codec_array(struct arena *arena, size_t n, size_t size);

/* Returns the reason why an allocation of the arena failed: -E2BIG beyond a limit, or -ENOMEM. */
int codec_arena_error(const struct arena *arena);

/* Returns a view of a bytes field of a decoded message. */
static inline struct bytes codec_view(ProtobufCBinaryData data)
{
    return (struct bytes){.data = data.data, .len = data.len};
}

/*
 * Returns a view of bytes for a message that is to be packed. The cast drops `const`, since
 * protobuf-c has no const type for bytes; packing only reads them.
 */
static inline ProtobufCBinaryData codec_data(struct bytes bytes)
{
    return (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)bytes.data, .len = bytes.len};
}
