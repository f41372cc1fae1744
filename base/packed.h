/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Numbers and byte strings packed one after the other: the form in which one process of the daemon
 * passes data to another, or to a later run of the daemon. A number takes 8 octets in network
 * order; a byte string is its length as a number, then its bytes. Writer and reader remember the
 * first failure, so that a caller may write or read a whole structure and check once at the end.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* A zero-initialised writer is empty. */
struct packed_writer {
    uint8_t *data; /* what has been written so far, `len` bytes; owned by the writer */
    size_t len;
    size_t size; /* bytes allocated at `data` */
    bool failed; /* memory ran out; `data` is incomplete and must not be used */
};

void packed_write_number(struct packed_writer *writer, uint64_t value);
void packed_write_bytes(struct packed_writer *writer, const void *data, size_t len);

/* Writes a string without its NUL; NULL is written as the empty string. */
void packed_write_text(struct packed_writer *writer, const char *text);

/* Frees the data and leaves an empty writer. A second call does nothing. */
void packed_writer_deinit(struct packed_writer *writer);

/*
 * A reader of packed bytes, which are borrowed. `data` and `len` are the part that is not read yet.
 */
struct packed_reader {
    const uint8_t *data;
    size_t len;
    bool failed; /* something was missing, too large or malformed */
};

/* Returns the next number. If it is missing or above `max`, returns 0 and the reader has failed. */
uint64_t packed_read_number(struct packed_reader *reader, uint64_t max);

/*
 * Returns the next byte string, which is borrowed. If it is cut off or longer than `max` bytes,
 * returns an absent one and the reader has failed.
 */
struct bytes packed_read_bytes(struct packed_reader *reader, size_t max);

/*
 * Returns a copy of the next byte string as a string with a NUL, which the caller frees. If it is
 * cut off, is longer than `max` bytes or contains a NUL, or if memory runs out, returns NULL and
 * the reader has failed.
 */
char *packed_read_text(struct packed_reader *reader, size_t max);
