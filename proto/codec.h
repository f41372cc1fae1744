/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads and writes the payloads of frames. protobuf-c is used inside and does not show: callers get
 * and give plain C. Decoded structs and encoded payloads borrow their bytes from the arena, which
 * must outlive them.
 */

#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/error.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* Begins an arena with the limits for decoding one message. */
void codec_arena_init(struct arena *arena);

/*
 * Decodes a VerifyRequest and checks everything but the contents of names and certificates: it has
 * no unknown field or value, and its counts and sizes are within the limits. *request is zeroed
 * first.
 *
 * Returns 0; a positive enum error_code, and *textp says why in words for a person; or -ENOMEM.
 */
int codec_read_request(struct request *request, struct arena *arena, const uint8_t *payload,
                       size_t len, const char **textp);

/* Encodes a request into memory of the arena. Returns 0, -E2BIG beyond a limit, or -ENOMEM. */
int codec_write_request(const struct request *request, struct arena *arena, struct bytes *payload);

/*
 * Decodes a Verdict, which a newer daemon may have written: unknown fields and checks are passed
 * over, and an unknown identity type becomes unspecified. An unknown outcome, a malformed failure
 * code, and anything beyond the limits are errors.
 *
 * Returns 0, -EBADMSG or -ENOMEM. *verdict is zero unless 0 is returned.
 */
int codec_read_verdict(struct verdict *verdict, struct arena *arena, const uint8_t *payload,
                       size_t len);

/* Encodes a verdict into memory of the arena. Returns 0, -E2BIG beyond a limit, or -ENOMEM. */
int codec_write_verdict(const struct verdict *verdict, struct arena *arena, struct bytes *payload);

/* Decodes an Error. *codep is never ERROR_NONE, and may be a code that a newer daemon has. Returns
 * 0, -EBADMSG or -ENOMEM. */
int codec_read_error(unsigned *codep, struct bytes *text, struct arena *arena,
                     const uint8_t *payload, size_t len);
