/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Domain names as ASCII bytes: case, characters and labels. A name is a pointer and a length; its
 * labels are the parts between dots. The functions do not depend on a locale, and they do not check
 * that a name is valid.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The most bytes of a domain name in text, without a trailing dot. RFC 1035 section 2.3.4 allows
 * 255 octets on the wire.
 */
#define NAME_BYTES 253
/* The most bytes of a label, RFC 1035 section 2.3.4. */
#define NAME_LABEL_BYTES 63

/* The classes of bytes, as bits. A label has the classes of all its bytes. */
enum name_class {
    NAME_LETTER = 1 << 0,
    NAME_DIGIT = 1 << 1,
    NAME_HYPHEN = 1 << 2,
    NAME_UNDERSCORE = 1 << 3,
    NAME_STAR = 1 << 4,
    NAME_OTHER = 1 << 5, /* any other byte, also the dot, since a label has none */
};

/* The classes of an LDH label's characters, RFC 5890 section 2.3.1. */
#define NAME_LDH ((unsigned)(NAME_LETTER | NAME_DIGIT | NAME_HYPHEN))

/* Returns the classes of all bytes of `label`, or'ed together; 0 if `label` is empty. */
unsigned name_classes(const uint8_t *label, size_t len);

/* Converts ASCII letters to lower case in place. */
void name_lower(char *text, size_t len);

/* Returns whether two names are equal without regard to the case of ASCII letters. */
bool name_equal(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/* Returns the length of the left-most label: the bytes before the first dot, or `len`. */
size_t name_label_len(const uint8_t *name, size_t len);

/*
 * Returns the part after the left-most label and its dot, which borrows from `name`, and its length
 * in *parent_lenp. The length is 0 if there is no dot.
 */
const uint8_t *name_parent(const uint8_t *name, size_t len, size_t *parent_lenp);

/*
 * Returns the number of labels, which is one more than the number of dots; empty labels count too.
 */
size_t name_count_labels(const uint8_t *name, size_t len);

/*
 * Returns the number of whole labels, counted from the right, that are equal without regard to
 * ASCII case.
 */
size_t name_common_labels(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);

/*
 * Returns whether `label` is an LDH label (RFC 5890 section 2.3.1): letters, digits and hyphens, 1
 * to 63 bytes, no hyphen at either end.
 */
bool name_label_is_ldh(const uint8_t *label, size_t len);

/*
 * Returns whether `label` begins with xn-- in upper or lower case, as A-labels do (RFC 5890 section
 * 2.3.2.1).
 */
bool name_label_is_xn(const uint8_t *label, size_t len);

/*
 * Returns whether the right-most label consists of digits only, as in an IPv4 address (RFC 1123
 * section 2.1).
 */
bool name_ends_in_number(const uint8_t *name, size_t len);
