/* SPDX-License-Identifier: MIT */
#pragma once

/* The values of the golden frames, for the tests that write and read them. */

#include <stdint.h>

#include "client/lib/reply.h"
#include "proto/codec.h"
#include "tests/golden/golden.h"

#define BYTES(text)   ((struct bytes){.data = (const uint8_t *)(text), .len = sizeof(text) - 1})
#define N_ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define CERTIFICATE   "\x30\x03\x02\x01\x05"
#define NOT_ASCII_NAME                                                                             \
    "b\xc3\xbc"                                                                                    \
    "cher.example"
#define ALL_OF(array) ((struct bytes){.data = (const uint8_t *)(array), .len = sizeof(array)})

struct golden_material {
    /* byte strings that are so long that their length takes two bytes */
    uint8_t long_certificate[204], long_crl[260], long_ocsp[131], long_spki[200];
    char long_path[151];
    uint8_t low[32], high[32]; /* digests with the bytes 00 01 .. 1f and 80 81 .. 9f */
    struct arena arena;
    struct golden golden;
};

/* Filled in by golden_setup before each test; golden_teardown frees the arena. */
extern struct golden_material material;

void golden_setup(void);
void golden_teardown(void);

/* Returns one of the two digests as a slice. */
struct bytes golden_digest(const uint8_t *bytes);

/*
 * Returns the reply that the client library finds in material.golden, and asserts that it finds
 * none in any part of the frame.
 */
struct reply golden_find_reply(void);
