/* SPDX-License-Identifier: MIT */
#pragma once

/* Error replies: there is no verdict, and why. Written without protobuf-c, so that the front can
 * too. */

#include <stddef.h>
#include <stdint.h>

#include "proto/frame.h"
#include "proto/limits.h"

/* On the wire and in the client's API: values are never reused. */
enum error_code {
    ERROR_NONE = 0,
    ERROR_INTERNAL = 1,            /* the daemon failed, not the request */
    ERROR_MALFORMED_REQUEST = 2,   /* the payload is not the message that the kind says */
    ERROR_UNKNOWN_FIELD = 3,       /* a field that this daemon does not know */
    ERROR_UNSUPPORTED_VERSION = 4, /* a frame version that this daemon does not speak */
    ERROR_UNKNOWN_KIND = 5,        /* a frame kind that is no request here */
    ERROR_TOO_LARGE = 6,           /* frame, certificate or decoded message over its limit */
    ERROR_INVALID_REQUEST = 7, /* well-formed, but not a question: no certificate, two hosts, ... */
    ERROR_INVALID_REFERENCE = 8, /* the host is neither a name nor an address */
    ERROR_INVALID_CERTIFICATE =
        9,                  /* a certificate that is not one in DER, or followed by something */
    ERROR_UNSUPPORTED = 10, /* this daemon cannot check what is asked */
    ERROR_BUSY = 11,        /* over a quota: ask again later */
    ERROR_RESOURCES = 12,   /* the verification ran out of time or memory, or crashed */
    ERROR_FORBIDDEN =
        13, /* not for this client: status, metrics and reload are root's and the daemon's */
};

/* For a program, as in "invalid-reference"; "unknown" for a value that is not in the enum. Never
 * NULL. */
const char *error_name(unsigned code);

/* A frame of kind FRAME_KIND_ERROR at most: header, code and text. */
#define ERROR_FRAME_BYTES (FRAME_HEADER_BYTES + 16 + LIMIT_ERROR_TEXT_BYTES)

/*
 * Writes a whole error frame for `tag` and returns its length. The text is cut at
 * LIMIT_ERROR_TEXT_BYTES.
 */
size_t error_write_frame(uint8_t out[static ERROR_FRAME_BYTES], uint64_t tag, enum error_code code,
                         const char *text);
