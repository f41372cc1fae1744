/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Numbers and byte strings packed one after the other, for what one process of the daemon hands to
 * another or leaves to its successor. A number takes 8 octets in network order; a byte string is
 * its length as a number and its bytes. Writer and reader remember the first failure, so that a
 * caller may write or read a whole structure and check once.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Zero-initialised, nothing has been written. */
struct packed_writer {
    uint8_t *data; /* the writer's, of `len` bytes */
    size_t len;
    size_t size; /* allocated */
    bool failed; /* without memory; the data is not to be used */
};

void packed_write_number(struct packed_writer *writer, uint64_t value);
void packed_write_bytes(struct packed_writer *writer, const void *data, size_t len);

/* Writes a string without its NUL; NULL is written as the empty string. */
void packed_write_text(struct packed_writer *writer, const char *text);

/* Frees the data and empties the writer. Safe twice. */
void packed_writer_deinit(struct packed_writer *writer);

/* A reader of packed bytes, which it borrows; it holds the part that is not read yet. */
struct packed_reader {
    const uint8_t *data;
    size_t len;
    bool failed; /* something was missing, too large or malformed */
};

/* Returns the next number; 0 and the reader has failed if it is above `max` or missing. */
uint64_t packed_read_number(struct packed_reader *reader, uint64_t max);

/* Returns the next byte string, borrowed; an absent one and the reader has failed if it has more
 * than `max` bytes or is cut off. */
struct bytes packed_read_bytes(struct packed_reader *reader, size_t max);

/* The same for a string: the reader fails where a NUL is in it. Returns a copy that the caller
 * frees; NULL if the reader has failed, also for want of memory. */
char *packed_read_text(struct packed_reader *reader, size_t max);
