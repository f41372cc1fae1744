/* SPDX-License-Identifier: MIT */
#pragma once

/* UTF-8 (RFC 3629), one character at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the first character of `text` into *codep. Returns the number of bytes that the character
 * takes, 1 to 4. Returns 0 if `len` is 0, or if the bytes are not UTF-8 (overlong forms and
 * surrogates are not).
 */
size_t utf8_next(const uint8_t *text, size_t len, uint32_t *codep);

/* Returns whether every byte is ASCII. */
bool utf8_is_ascii(const uint8_t *text, size_t len);

/* Returns whether the whole text is UTF-8. */
bool utf8_is_valid(const uint8_t *text, size_t len);

/* Returns whether a character has Unicode's property White_Space, which ASCII's white space has
 * too. */
bool utf8_is_space(uint32_t code);
