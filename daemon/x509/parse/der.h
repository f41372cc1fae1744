/* SPDX-License-Identifier: MIT */
#pragma once

/* A reader of DER, X.690 section 10, that allocates nothing: for the files of daemon/x509 and for
 * those of daemon/verify that need octets which libcrypto does not hand out. */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Identifier octets of tags below 31. */
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
    DER_CONTEXT_0 = 0x80, /* primitive; add the number, and 0x20 where it is constructed */
    DER_CONSTRUCTED = 0x20,
};

/* One value. */
struct der {
    /* the identifier octet; its low five bits are 0x1f where the tag has more octets */
    uint8_t tag;
    struct bytes whole;
    struct bytes content;
};

/*
 * Takes the next value off *rest. Returns false and leaves *rest as it is where there is no value,
 * or where its length is indefinite, in more octets than needed, or reaches beyond *rest.
 */
bool der_take(struct bytes *rest, struct der *der);

/* The same, but returns false for a value with another tag. */
bool der_take_tag(struct bytes *rest, uint8_t tag, struct der *der);

/* How der_walk ended. */
enum der_walk {
    DER_WALK_OK = 0,
    DER_WALK_INVALID, /* something is not a value in DER: its length, or der_is_canonical */
    DER_WALK_NESTING, /* deeper than PATH_NESTING_COUNT */
    DER_WALK_OID,     /* an OID over PATH_OID_BYTES */
    DER_WALK_VALUES,  /* *n_valuesp is used up */
};

/*
 * Whether the form of a value is DER as far as its tag tells: strings are primitive, sequences and
 * sets constructed; a BOOLEAN is 00 or FF; the unused bits of a BIT STRING are zero.
 */
bool der_is_canonical(const struct der *der);

/* Walks over all values in `bytes`, and over those within constructed ones. Each value takes one
 * off *n_valuesp. */
enum der_walk der_walk(struct bytes bytes, unsigned *n_valuesp);
