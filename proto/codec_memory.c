/* SPDX-License-Identifier: MIT */
#include "proto/codec_memory.h"

#include <errno.h>
#include <string.h>

#include "proto/codec.h"

static void *allocate(void *arena, size_t n)
{
    return arena_alloc(arena, n);
}

static void release(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

ProtobufCAllocator codec_allocator(struct arena *arena)
{
    return (ProtobufCAllocator){.alloc = allocate, .free = release, .allocator_data = arena};
}

void codec_arena_init(struct arena *arena)
{
    arena_init(arena, LIMIT_DECODED_BYTES, LIMIT_DECODED_ALLOCATIONS_COUNT);
}

int codec_arena_error(const struct arena *arena)
{
    return arena->over_limit ? -E2BIG : -ENOMEM;
}

int codec_pack(const ProtobufCMessage *message, struct arena *arena, struct bytes *payload)
{
    size_t n = protobuf_c_message_get_packed_size(message);
    uint8_t *out = arena_alloc(arena, n ? n : 1);

    if (!out)
        return codec_arena_error(arena);
    *payload = (struct bytes){.data = out, .len = protobuf_c_message_pack(message, out)};
    return 0;
}

void *codec_array(struct arena *arena, size_t n, size_t size)
{
    size_t n_bytes = (n ? n : 1) * size;
    void *array = arena_alloc(arena, n_bytes);

    return array ? memset(array, 0, n_bytes) : NULL;
}
