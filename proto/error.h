/* SPDX-License-Identifier: MIT */
#pragma once

/* Error replies, which say why there is no verdict. They are written without protobuf-c, since the
 * front, which writes them too, is not linked with it. */

#include <stddef.h>
#include <stdint.h>

#include "proto/frame.h"
#include "proto/limits.h"

/* The codes are part of the protocol and of the client library: no value is used anew. */
enum error_code {
    ERROR_NONE = 0,
    ERROR_INTERNAL = 1,            /* the daemon failed, not the request */
    ERROR_MALFORMED_REQUEST = 2,   /* the payload is not the message of the frame's kind */
    ERROR_UNKNOWN_FIELD = 3,       /* a field that this daemon does not know */
    ERROR_UNSUPPORTED_VERSION = 4, /* a frame version that this daemon does not speak */
    ERROR_UNKNOWN_KIND = 5,        /* the frame's kind is not a request */
    ERROR_TOO_LARGE = 6,           /* frame, certificate or decoded message over its limit */
    ERROR_INVALID_REQUEST =
        7, /* well-formed, but not a question: it has no certificate, for example */
    ERROR_INVALID_REFERENCE = 8,   /* a reference is not a name or address of its kind */
    ERROR_INVALID_CERTIFICATE = 9, /* a certificate is not valid DER, or bytes follow it */
    ERROR_UNSUPPORTED = 10,        /* this daemon cannot check what was asked */
    ERROR_BUSY = 11,               /* over a quota: ask again later */
    ERROR_RESOURCES = 12,          /* the verification ran out of time or memory, or crashed */
    ERROR_FORBIDDEN = 13, /* this client may not ask for it: status, metrics and reload are root's
                             and the daemon's */
};

/* Returns the code's name for programs, as in "invalid-reference"; "unknown" for any other value.
 * Never NULL. */
const char *error_name(unsigned code);

/* Bytes of the longest frame of kind FRAME_KIND_ERROR: header, code and text. */
#define ERROR_FRAME_BYTES (FRAME_HEADER_BYTES + 16 + LIMIT_ERROR_TEXT_BYTES)

/* Writes a whole error frame with this tag, code and text. A text over LIMIT_ERROR_TEXT_BYTES is
 * cut. Returns the frame's length. */
size_t error_write_frame(uint8_t out[static ERROR_FRAME_BYTES], uint64_t tag, enum error_code code,
                         const char *text);
