/* SPDX-License-Identifier: MIT */

/*
 * Fuzzes the reading of a frame and its request as from a client. An accepted request is written
 * and read back unchanged.
 */

#include <errno.h>
#include <string.h>

#include "proto/codec.h"
#include "proto/frame.h"
#include "tests/fuzz/fuzz.h"

static void write_again(const struct request *request, struct arena *arena)
{
    struct bytes first, second;
    struct request again;
    struct codec_fault fault;

    if (codec_write_request(request, arena, &first) != 0)
        return; /* over a limit of the arena */
    if (codec_read_request(&again, arena, first.data, first.len, &fault) != 0 ||
        codec_write_request(&again, arena, &second) != 0)
        return;
    fuzz_must(first.len == second.len && memcmp(first.data, second.data, first.len) == 0,
              "what was written reads back as it was");
    fuzz_must(again.path == request->path && again.no_identity == request->no_identity &&
                  again.n_certificates == request->n_certificates &&
                  again.n_references == request->n_references && again.n_crls == request->n_crls,
              "a request that is written anew asks for no less");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct frame_header header;
    struct request request;
    struct arena arena;
    struct codec_fault fault;
    int r;

    if (frame_peek(&header, data, n, LIMIT_FRAME_BYTES) != FRAME_COMPLETE)
        return 0;
    fuzz_must(header.length >= FRAME_HEADER_BYTES && header.length <= n, "a whole frame is there");
    codec_arena_init(&arena);
    r = codec_read_request(&request, &arena, data + FRAME_HEADER_BYTES,
                           header.length - FRAME_HEADER_BYTES, &fault);
    fuzz_must(r >= 0 || r == -ENOMEM, "a request is a question, or an error of its sender");
    if (r == 0)
        write_again(&request, &arena);
    arena_deinit(&arena);
    return 0;
}
