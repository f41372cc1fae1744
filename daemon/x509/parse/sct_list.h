/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Lists of signed certificate timestamps, RFC 6962 section 3.3, as an extension of a certificate
 * holds them. Only the framing and the fields of version 1 are read; no signature is verified.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* The octets of a log's identifier. */
#define SCT_LOG_BYTES 32

/* A timestamp of version 1. The byte strings point into the list. */
struct sct {
    const uint8_t *log; /* SCT_LOG_BYTES */
    uint64_t time_ms;   /* since 1970-01-01T00:00:00Z */
};

/*
 * Opens the list in the value of the extension: an OCTET STRING that holds the length of the list
 * in two octets, then the list. Returns false if it is malformed or empty.
 */
bool sct_list_open(struct bytes *list, struct bytes extension);

/*
 * Takes the next timestamp off the list and passes over those of other versions. Returns 1; 0 at
 * the end of the list; or -1 if the rest of it is malformed.
 */
int sct_list_take(struct bytes *list, struct sct *sct);
