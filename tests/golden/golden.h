/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads the committed frames of a released protocol version, which are files of hexadecimal digits
 * with comments.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/frame.h"

/* The most bytes of a committed frame. */
#define GOLDEN_BYTES 2048
/* The tag of every committed frame. */
#define GOLDEN_TAG UINT64_C(0x0102030405060708)

struct golden {
    uint8_t frame[GOLDEN_BYTES];
    size_t len;
    struct bytes payload; /* points into the frame */
};

/*
 * Reads tests/golden/NAME.hex. The test fails unless the file is one whole frame of that kind, and
 * proto/frame.c reads its header and writes the same one.
 */
void golden_read(struct golden *golden, const char *name, enum frame_kind kind);

/* Does what golden_read does, for a frame with another tag than GOLDEN_TAG or another version. */
void golden_read_other(struct golden *golden, const char *name, enum frame_kind kind,
                       uint8_t version, uint64_t tag);

/* Fails the test, and prints the payload, unless golden->payload has these bytes. */
void golden_expect(const struct golden *golden, const char *name, struct bytes payload);
