/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads and writes the payloads of frames. Callers get and give plain C. The daemon's side reads
 * requests and writes verdicts with protobuf-c; the client's side writes requests and reads replies
 * without a library, so that programs start no slower for it. What the daemon's side makes borrows
 * its bytes from the arena, and what the client's side reads from the payload; these must outlive
 * it.
 */

#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/error.h"
#include "proto/hello.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* Begins an arena with LIMIT_DECODED_BYTES and LIMIT_DECODED_ALLOCATIONS_COUNT as its limits. */
void codec_arena_init(struct arena *arena);

/* The reason why a request is refused. */
struct codec_fault {
    const char *text; /* a message for people; static or in the arena */
    /* with ERROR_UNKNOWN_FIELD: the number of the unknown field; 0 for other errors */
    uint32_t field;
};

/*
 * Decodes a VerifyRequest and checks it: it has no unknown field or value, and its counts and sizes
 * are within the limits. The contents of names and certificates are not checked. *request is zeroed
 * first.
 *
 * Returns 0; a positive enum error_code, and *fault says why; or -ENOMEM. *fault is always filled
 * in.
 */
int codec_read_request(struct request *request, struct arena *arena, const uint8_t *payload,
                       size_t len, struct codec_fault *fault);

/* Returns the number of bytes of the encoded request, whose counts must be within the limits. */
size_t codec_request_bytes(const struct request *request);

/* Encodes a request into `out`, which has room for codec_request_bytes bytes. */
void codec_put_request(const struct request *request, uint8_t *out);

/* Encodes a request into memory of the arena. Returns 0, -E2BIG beyond a limit, or -ENOMEM. */
int codec_write_request(const struct request *request, struct arena *arena, struct bytes *payload);

/*
 * Decodes a Verdict, which a newer daemon may have written: unknown fields and checks are passed
 * over, and an unknown identity type becomes unspecified. An unknown outcome, a malformed failure
 * code, a field of another type, and anything beyond the limits are errors.
 *
 * Returns 0 or -EBADMSG. *verdict is zero unless 0 is returned.
 */
int codec_read_verdict(struct verdict *verdict, const uint8_t *payload, size_t len);

/* Encodes a verdict into memory of the arena. Returns 0, -E2BIG beyond a limit, or -ENOMEM. */
int codec_write_verdict(const struct verdict *verdict, struct arena *arena, struct bytes *payload);

/* A decoded Error. */
struct codec_error {
    unsigned code; /* never ERROR_NONE; may be a code that only a newer daemon has */
    uint32_t field;
    struct bytes text;
};

/* Decodes an Error. Returns 0 or -EBADMSG. */
int codec_read_error(struct codec_error *error, const uint8_t *payload, size_t len);

/* Decodes a Hello, which a newer daemon may have written. Returns 0; or -EBADMSG, and *hello is
 * zero. */
int codec_read_hello(struct hello *hello, const uint8_t *payload, size_t len);
