/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Encodes and decodes the payloads of frames. Callers pass plain C structs and never see
 * protobuf-c. Decoded structs and encoded payloads borrow their bytes from the arena, which must
 * outlive them.
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

/* Why a request is refused. */
struct codec_fault {
    const char *text; /* for a person; static, or in the arena */
    uint32_t field;   /* with ERROR_UNKNOWN_FIELD: the number of the field; else 0 */
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

/* Encodes a request into memory of the arena. Returns 0, -E2BIG beyond a limit, or -ENOMEM. */
int codec_write_request(const struct request *request, struct arena *arena, struct bytes *payload);

/*
 * Decodes a Verdict, which a newer daemon may have written: unknown fields and checks are ignored,
 * and an unknown identity type becomes unspecified. An unknown outcome, a malformed failure code,
 * and anything beyond the limits are errors.
 *
 * Returns 0, -EBADMSG or -ENOMEM. *verdict is zero unless 0 is returned.
 */
int codec_read_verdict(struct verdict *verdict, struct arena *arena, const uint8_t *payload,
                       size_t len);

/* Encodes a verdict into memory of the arena. Returns 0, -E2BIG beyond a limit, or -ENOMEM. */
int codec_write_verdict(const struct verdict *verdict, struct arena *arena, struct bytes *payload);

/* A decoded Error. */
struct codec_error {
    unsigned code; /* never ERROR_NONE; may be one that a newer daemon has */
    uint32_t field;
    struct bytes text;
};

/* Decodes an Error. Returns 0, -EBADMSG or -ENOMEM. */
int codec_read_error(struct codec_error *error, struct arena *arena, const uint8_t *payload,
                     size_t len);

/* Decodes a Hello, which a newer daemon may have written. Returns 0; or -EBADMSG or -ENOMEM, and
 * *hello is zero. */
int codec_read_hello(struct hello *hello, struct arena *arena, const uint8_t *payload, size_t len);
