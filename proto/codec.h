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
#include "proto/request.h"
#include "proto/verdict.h"

/* Begins an arena with LIMIT_DECODED_BYTES and LIMIT_DECODED_ALLOCATIONS_COUNT as its limits. */
void codec_arena_init(struct arena *arena);

/*
 * Decodes a VerifyRequest and checks it: it has no unknown field or value, and its counts and sizes
 * are within the limits. The contents of names and certificates are not checked. *request is zeroed
 * first.
 *
 * Returns 0; a positive enum error_code, with *textp saying in a sentence what is wrong; or
 * -ENOMEM.
 */
int codec_read_request(struct request *request, struct arena *arena, const uint8_t *payload,
                       size_t len, const char **textp);

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

/*
 * Decodes an Error. *codep is never ERROR_NONE, and may be a code of a newer daemon that enum
 * error_code lacks. Returns 0, -EBADMSG or -ENOMEM.
 */
int codec_read_error(unsigned *codep, struct bytes *text, struct arena *arena,
                     const uint8_t *payload, size_t len);
