/* SPDX-License-Identifier: MIT */
#pragma once

/* The committed frames of a released protocol version: hexadecimal digits with remarks. */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/frame.h"

/* Bytes of the largest committed frame. */
#define GOLDEN_BYTES 2048
/* The tag of every committed frame. */
#define GOLDEN_TAG UINT64_C(0x0102030405060708)

struct golden {
    uint8_t frame[GOLDEN_BYTES];
    size_t len;
    struct bytes payload; /* within the frame */
};

/*
 * Reads tests/golden/NAME.hex. The test fails unless the file is one whole frame of that kind whose
 * header is what proto/frame.c reads and writes.
 */
void golden_read(struct golden *golden, const char *name, enum frame_kind kind);

/* Does the same for a frame that has another tag than GOLDEN_TAG, or another version. */
void golden_read_other(struct golden *golden, const char *name, enum frame_kind kind,
                       uint8_t version, uint64_t tag);

/* Fails the test, and prints the payload, unless the payload has these bytes. */
void golden_expect(const struct golden *golden, const char *name, struct bytes payload);
