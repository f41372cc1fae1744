/* SPDX-License-Identifier: MIT */
#pragma once

/* RFC 4648 section 4, padded, without anything in between. */

#include <stddef.h>
#include <stdint.h>

/* 0 and *datap of *np bytes is the caller's to free; 1 if the text is not base64; -ENOMEM. */
int base64_decode(const char *text, size_t len, uint8_t **datap, size_t *np);

/* A string for free(); NULL without memory. */
char *base64_encode(const uint8_t *data, size_t n);
