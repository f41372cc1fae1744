/* SPDX-License-Identifier: MIT */
#pragma once

/* UTF-8 (RFC 3629), one character at a time. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads the first character of `text` into *codep. Returns how many bytes it takes, or 0 if there
 * is none: at the end, and where the bytes are not UTF-8 (overlong forms and surrogates included).
 */
size_t utf8_next(const uint8_t *text, size_t len, uint32_t *codep);

/* Whether no byte is beyond ASCII. */
bool utf8_is_ascii(const uint8_t *text, size_t len);

/* Whether it is UTF-8 from end to end. */
bool utf8_is_valid(const uint8_t *text, size_t len);

/* Whether a character is white space, as Unicode's property White_Space says, ASCII's own included.
 */
bool utf8_is_space(uint32_t code);
