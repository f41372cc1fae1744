/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Error replies, which say why there is no verdict. They are written without protobuf-c, since the
 * front writes them too and is not linked with protobuf-c.
 */

#include <stddef.h>
#include <stdint.h>

#include "proto/frame.h"
#include "proto/limits.h"

/*
 * The codes are part of the protocol and of the client library, so a value is never reused for
 * another meaning.
 */
enum error_code {
    ERROR_NONE = 0,
    ERROR_INTERNAL = 1,            /* the daemon failed, not the request */
    ERROR_MALFORMED_REQUEST = 2,   /* the payload is no message of the frame's kind */
    ERROR_UNKNOWN_FIELD = 3,       /* the request has a field that this daemon does not know */
    ERROR_UNSUPPORTED_VERSION = 4, /* the frame has a version that this daemon does not speak */
    ERROR_UNKNOWN_KIND = 5,        /* the frame's kind is not that of a request */
    ERROR_TOO_LARGE = 6, /* the frame, a certificate or the decoded message is over its limit */
    /* the request is well-formed but incomplete, for example without a certificate */
    ERROR_INVALID_REQUEST = 7,
    ERROR_INVALID_REFERENCE = 8,   /* a reference is not a name or address of its kind */
    ERROR_INVALID_CERTIFICATE = 9, /* a certificate is not valid DER, or bytes follow it */
    ERROR_UNSUPPORTED = 10,        /* the request asks for a check that this daemon does not have */
    ERROR_BUSY = 11,               /* the client is over a quota and should ask again later */
    ERROR_RESOURCES = 12,          /* the verification ran out of time or memory, or crashed */
    ERROR_FORBIDDEN = 13,   /* the client may not send this kind of request: status, metrics and
                               reload are for root and the daemon's user */
    ERROR_UNAVAILABLE = 14, /* the daemon has no policy, because its configuration is refused */
};

/*
 * Returns the code's name for programs, such as "invalid-reference"; "unknown" for any other value.
 * Never NULL.
 */
const char *error_name(unsigned code);

/* The most bytes that a frame of kind FRAME_KIND_ERROR takes: header, code and text. */
#define ERROR_FRAME_BYTES (FRAME_HEADER_BYTES + 16 + LIMIT_ERROR_TEXT_BYTES)

/* Writes a whole error frame with this tag, code and text. A text over LIMIT_ERROR_TEXT_BYTES is
 * cut. Returns the frame's length. */
size_t error_write_frame(uint8_t out[static ERROR_FRAME_BYTES], uint64_t tag, enum error_code code,
                         const char *text);

/*
 * Writes an error frame as error_write_frame does, with the number of the field of the request that
 * the error is about; 0 if it is about none.
 */
size_t error_write_field_frame(uint8_t out[static ERROR_FRAME_BYTES], uint64_t tag,
                               enum error_code code, uint32_t field, const char *text);
