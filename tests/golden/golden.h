/* SPDX-License-Identifier: MIT */
#pragma once

/* Frames of a released protocol version, as they are committed: hexadecimal with remarks. */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/frame.h"

/* The largest frame that is committed. */
#define GOLDEN_BYTES 2048
/* The tag of each. */
#define GOLDEN_TAG UINT64_C(0x0102030405060708)

struct golden {
    uint8_t frame[GOLDEN_BYTES];
    size_t len;
    struct bytes payload; /* within the frame */
};

/*
 * Reads tests/golden/NAME.hex; the test fails where it is not one whole frame of that kind, with
 * the header as proto/frame.c reads and writes it.
 */
void golden_read(struct golden *golden, const char *name, enum frame_kind kind);

/* The test fails where the payload is not these bytes; it prints those that came. */
void golden_expect(const struct golden *golden, const char *name, struct bytes payload);
