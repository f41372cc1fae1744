/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Base64 with padding, RFC 4648 section 4, read strictly: no white space, and every byte string has
 * exactly one text. (libc's own decoder, in libresolv, skips white space and takes several texts
 * for one value.)
 */

#include <stddef.h>
#include <stdint.h>

/* The number of characters that n bytes are encoded to, without the NUL. */
#define BASE64_TEXT_BYTES(n) (((n) + 2) / 3 * 4)

/* The most bytes that a text of `len` characters decodes to. */
#define BASE64_DATA_BYTES(len) ((len) / 4 * 3)

enum base64_fault {
    BASE64_OK = 0,
    BASE64_LENGTH,   /* the text is empty, or its length is not a multiple of 4 */
    BASE64_ALPHABET, /* a character is not one of the base64 alphabet */
    BASE64_PADDING,  /* the text ends in more than two `=` */
    BASE64_BITS,     /* bits of the last character that belong to no byte are not zero */
};

/*
 * Decodes `len` characters into `data`, which has room for BASE64_DATA_BYTES(len). With BASE64_OK
 * *np is the number of bytes; with any other result `data` and *np are not to be read.
 */
enum base64_fault base64_decode(const char *text, size_t len, uint8_t *data, size_t *np);

/*
 * Decodes like base64_decode, but into memory that the caller frees. Returns 0 and sets *datap and
 * *np; 1 if the text is not base64; or -ENOMEM.
 */
int base64_decode_new(const char *text, size_t len, uint8_t **datap, size_t *np);

/* Encodes n bytes into `text`, which has room for BASE64_TEXT_BYTES(n) and the NUL. */
void base64_encode(const uint8_t *data, size_t n, char *text);

/* Returns the base64 text of n bytes, which the caller frees, or NULL if memory ran out. */
char *base64_encode_new(const uint8_t *data, size_t n);
