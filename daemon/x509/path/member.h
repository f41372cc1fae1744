/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A certificate that may stand in a path, parsed: for the files of daemon/x509 alone. Counted, so
 * that a question and what is remembered can share it.
 */

#include <stdint.h>

#include <openssl/x509.h>

#include "daemon/x509/parse/context.h"
#include "daemon/x509/parse/facts.h"
#include "daemon/x509/parse/outline.h"

struct member {
    unsigned n_refs;
    uint64_t id; /* given by memory.h, never again; 0 for one that is not remembered */
    struct outline outline;
    X509 *x509;
    struct facts facts;
    uint8_t sha256[X509_SHA256_BYTES];
    uint8_t der[]; /* what all of them borrow */
};

/* It cannot be read: facts_fault says why, or is NULL where it does not even decode. */
#define MEMBER_INVALID 1

/*
 * Parses a copy of the certificate of that outline, in the library context given; key and
 * extensions are decoded. 0 and *memberp is the caller's, one reference; MEMBER_INVALID; -ENOMEM;
 * -EIO.
 */
int member_new(struct member **memberp, const struct x509_context *context, OSSL_LIB_CTX *library,
               const struct outline *outline, const struct facts_fault **faultp);

struct member *member_ref(struct member *member);

/* Frees it with its last reference; takes NULL. Returns NULL. */
struct member *member_unref(struct member *member);
