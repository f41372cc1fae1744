/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Domain names as ASCII bytes: case, characters, labels. A name is a pointer and a length, and its
 * labels stand between the dots. No function depends on a locale or checks that a name is valid.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest domain name in text, RFC 1035 section 2.3.4 (255 octets on the wire). */
#define NAME_BYTES 253
/* The longest label, RFC 1035 section 2.3.4. */
#define NAME_LABEL_BYTES 63

/* The class of a byte. The classes of a label are these bits or'ed together. */
enum name_class {
    NAME_LETTER = 1 << 0,
    NAME_DIGIT = 1 << 1,
    NAME_HYPHEN = 1 << 2,
    NAME_UNDERSCORE = 1 << 3,
    NAME_STAR = 1 << 4,
    NAME_OTHER = 1 << 5, /* any other byte; a dot too, since a label contains none */
};

/* The characters of an LDH label, RFC 5890 section 2.3.1. */
#define NAME_LDH ((unsigned)(NAME_LETTER | NAME_DIGIT | NAME_HYPHEN))

/* Returns the classes of all bytes of `label`, or'ed; 0 if it is empty. */
unsigned name_classes(const uint8_t *label, size_t len);

/* Converts ASCII letters to lower case in place. */
void name_lower(char *text, size_t len);

/* Returns whether two names are equal without regard to the case of ASCII letters. */
bool name_equal(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* Returns the length of the left-most label: the bytes before the first dot, or `len`. */
size_t name_label_len(const uint8_t *name, size_t len);

/* Returns what follows the left-most label and its dot, of length 0 if there is no dot. It borrows
 * from `name`. */
const uint8_t *name_parent(const uint8_t *name, size_t len, size_t *parent_lenp);

/* Returns the number of labels, which is the number of dots and one; empty labels count. */
size_t name_count_labels(const uint8_t *name, size_t len);

/* Returns how many whole labels are equal without regard to case, counted from the right. */
size_t name_common_labels(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* Returns whether it is an LDH label (RFC 5890 section 2.3.1): letters, digits and hyphens, 1 to 63
 * bytes, no hyphen at an end. */
bool name_label_is_ldh(const uint8_t *label, size_t len);

/* Returns whether it begins with xn-- in any case, as A-labels do (RFC 5890 section 2.3.2.1). */
bool name_label_is_xn(const uint8_t *label, size_t len);

/* Returns whether the right-most label is all digits, as in an IPv4 address (RFC 1123 section 2.1).
 */
bool name_ends_in_number(const uint8_t *name, size_t len);
