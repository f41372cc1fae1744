/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Domain names as plain ASCII bytes: case, characters, labels. Nothing here depends on a locale,
 * and nothing judges a whole name. A name is (pointer, length); its labels stand between the dots.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest domain name in text, RFC 1035 section 2.3.4 (255 octets on the wire). */
#define NAME_BYTES 253
/* The longest label, RFC 1035 section 2.3.4. */
#define NAME_LABEL_BYTES 63

/* What a byte is. A set of them, or'ed, says what a label is made of. */
enum name_class {
    NAME_LETTER = 1 << 0,
    NAME_DIGIT = 1 << 1,
    NAME_HYPHEN = 1 << 2,
    NAME_UNDERSCORE = 1 << 3,
    NAME_STAR = 1 << 4,
    NAME_OTHER = 1 << 5, /* a dot too: no label holds one */
};

/* The characters of an LDH label, RFC 5890 section 2.3.1. */
#define NAME_LDH ((unsigned)(NAME_LETTER | NAME_DIGIT | NAME_HYPHEN))

/* The classes of all bytes of `label`, or'ed; 0 if it is empty. */
unsigned name_classes(const uint8_t *label, size_t len);

/* Makes ASCII letters small, in place. */
void name_lower(char *text, size_t len);

/* Whether two names are the same but for the case of ASCII letters. */
bool name_equal(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* The length of the left-most label: the bytes before the first dot, or all of them. */
size_t name_label_len(const uint8_t *name, size_t len);

/* What follows the left-most label and its dot; of length 0 if there is no dot. */
const uint8_t *name_parent(const uint8_t *name, size_t len, size_t *parent_lenp);

/* How many labels there are: the dots and one more, whatever stands between them. */
size_t name_count_labels(const uint8_t *name, size_t len);

/* How many labels are equal, counted from the right; case apart. */
size_t name_common_labels(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* Whether it is an LDH label, RFC 5890 section 2.3.1: 1 to 63 bytes, no hyphen at an end. */
bool name_label_is_ldh(const uint8_t *label, size_t len);

/* Whether it claims to be an A-label, RFC 5890 section 2.3.2.1: begins with xn--, in any case. */
bool name_label_is_xn(const uint8_t *label, size_t len);

/* Whether the right-most label is all digits, as in an IPv4 address (RFC 1123 section 2.1). */
bool name_ends_in_number(const uint8_t *name, size_t len);
