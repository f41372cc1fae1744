/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A parsed certificate that may be part of a path. It is reference-counted, so that a question and
 * the issuer cache can share it. For the files of daemon/x509/path alone.
 */

#include <stdint.h>

#include <openssl/x509.h>

#include "base/digest.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/parse/facts.h"
#include "daemon/x509/parse/outline.h"

struct parsed_certificate {
    unsigned n_refs;
    uint64_t id; /* given by issuer_cache.c, and never to another; 0 while it is not cached */
    struct outline outline;
    X509 *x509;
    struct facts facts;
    uint8_t sha256[DIGEST_BYTES];
    uint8_t der[]; /* the bytes that outline and facts borrow */
};

/* The certificate cannot be parsed. */
#define PARSED_CERTIFICATE_INVALID 1

/*
 * Parses a copy of the certificate that `outline` describes in the library context `library`.
 *
 * 0, and *parsedp is the caller's reference. PARSED_CERTIFICATE_INVALID, and *faultp says why, or
 * is NULL where libcrypto cannot decode the certificate. -ENOMEM. -EIO.
 */
int parsed_certificate_new(struct parsed_certificate **parsedp, const struct x509_context *context,
                           OSSL_LIB_CTX *library, const struct outline *outline,
                           const struct facts_fault **faultp);

struct parsed_certificate *parsed_certificate_ref(struct parsed_certificate *parsed);

/* Frees it with its last reference; takes NULL. Returns NULL. */
struct parsed_certificate *parsed_certificate_unref(struct parsed_certificate *parsed);
