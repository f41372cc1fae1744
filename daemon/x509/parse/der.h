/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A reader of DER, X.690 section 10, that allocates nothing. For the files of daemon/x509, and for
 * those of daemon/verify that need octets which libcrypto does not return.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Identifier octets of tags whose number is below 31. */
enum der_tag {
    DER_BOOLEAN = 0x01,
    DER_INTEGER = 0x02,
    DER_BIT_STRING = 0x03,
    DER_OCTET_STRING = 0x04,
    DER_OID = 0x06,
    DER_UTF8_STRING = 0x0c,
    DER_PRINTABLE_STRING = 0x13,
    DER_T61_STRING = 0x14,
    DER_IA5_STRING = 0x16,
    DER_UTC_TIME = 0x17,
    DER_GENERALIZED_TIME = 0x18,
    DER_VISIBLE_STRING = 0x1a,
    DER_UNIVERSAL_STRING = 0x1c,
    DER_BMP_STRING = 0x1e,
    DER_SEQUENCE = 0x30,
    DER_SET = 0x31,
    DER_CONTEXT_0 = 0x80, /* context tag 0, primitive; the number of another tag is added, and
                             DER_CONSTRUCTED for a constructed one */
    DER_CONSTRUCTED = 0x20,
};

/* One DER value. */
struct der {
    /* the identifier octet; if its low five bits are 0x1f, the number of the tag follows it */
    uint8_t tag;
    struct bytes whole;
    struct bytes content;
};

/*
 * Reads the next value and moves *rest behind it. Returns false and leaves *rest unchanged if there
 * is no value, or if its length is indefinite, has more octets than needed, or reaches beyond
 * *rest.
 */
bool der_take(struct bytes *rest, struct der *der);

/*
 * Does what der_take does, but also returns false, leaving *rest unchanged, if the value has
 * another tag.
 */
bool der_take_tag(struct bytes *rest, uint8_t tag, struct der *der);

/* The result of der_walk. */
enum der_walk {
    DER_WALK_OK = 0,
    DER_WALK_INVALID, /* a value is not DER: its length is wrong, or der_is_canonical is false */
    DER_WALK_NESTING, /* values are nested deeper than PATH_NESTING_COUNT */
    DER_WALK_OID,     /* an OID is longer than PATH_OID_BYTES */
    DER_WALK_VALUES,  /* there are more values than *n_valuesp */
};

/*
 * Returns whether the form of a value is the one that DER prescribes for its tag: strings are
 * primitive, sequences and sets constructed; a BOOLEAN is 00 or FF; the unused bits of a BIT STRING
 * are zero. Values inside it are not checked.
 */
bool der_is_canonical(const struct der *der);

/*
 * Walks over all values in `bytes`, and over those inside constructed ones. *n_valuesp is the
 * number of values that are still allowed; each value reduces it by one.
 */
enum der_walk der_walk(struct bytes bytes, unsigned *n_valuesp);
