/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Payload bytes to plain C and back, on protobuf-c. Nothing protobuf leaves these functions.
 * Decoded structs borrow their bytes from the arena, which must outlive them; so do encoded
 * payloads.
 */

#include <stddef.h>
#include <stdint.h>

#include "proto/arena.h"
#include "proto/error.h"
#include "proto/request.h"
#include "proto/verdict.h"

/* An arena with the ceilings for one message. */
void codec_arena_init(struct arena *arena);

/*
 * Decodes a VerifyRequest and checks all that can be said of it without looking into names and
 * certificates: no unknown field or value, counts and sizes within limits.
 *
 * 0; or a positive enum error_code, and *textp says why for a person; or -ENOMEM. *request is
 * zeroed first.
 */
int codec_read_request(struct request *request, struct arena *arena, const uint8_t *payload,
                       size_t len, const char **textp);

/* Encodes a request into memory of the arena. 0, -E2BIG at the arena's ceiling, or -ENOMEM. */
int codec_write_request(const struct request *request, struct arena *arena, struct bytes *payload);

/*
 * Decodes a Verdict. A newer daemon may say more: unknown fields and checks are passed over, an
 * unknown identity type reads as unspecified. An unknown outcome, a failure's code that is none, or
 * more than the limits, is an error.
 *
 * 0, -EBADMSG, or -ENOMEM. *verdict is zeroed first, and stays so unless 0 is returned.
 */
int codec_read_verdict(struct verdict *verdict, struct arena *arena, const uint8_t *payload,
                       size_t len);

/* Encodes a verdict into memory of the arena. 0, -E2BIG at the arena's ceiling, or -ENOMEM. */
int codec_write_verdict(const struct verdict *verdict, struct arena *arena, struct bytes *payload);

/* Decodes an Error; the text is borrowed from the arena. 0, -EBADMSG, or -ENOMEM. */
int codec_read_error(unsigned *codep, struct bytes *text, struct arena *arena,
                     const uint8_t *payload, size_t len);
