/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A parsed certificate that may be part of a path. References are counted, so that a question and
 * the issuer cache can share it. Only for the files of daemon/x509/path.
 */

#include <stdint.h>

#include <openssl/x509.h>

#include "base/digest.h"
#include "daemon/x509/parse/context.h"
#include "daemon/x509/parse/facts.h"
#include "daemon/x509/parse/outline.h"

struct parsed_certificate {
    unsigned n_refs;
    uint64_t id; /* given by issuer_cache.c, never twice; 0 while the certificate is not cached */
    struct outline outline;
    X509 *x509;
    struct facts facts;
    uint8_t sha256[DIGEST_BYTES];
    uint8_t der[]; /* the bytes into which outline and facts point */
};

/* Returned if the certificate cannot be parsed. */
#define PARSED_CERTIFICATE_INVALID 1

/*
 * Parses a copy of the certificate that `outline` describes, in the library context `library`.
 *
 * Returns 0, and the caller owns one reference to *parsedp; PARSED_CERTIFICATE_INVALID, and *faultp
 * is the reason, or NULL if libcrypto cannot decode the certificate; -ENOMEM; or -EIO.
 */
int parsed_certificate_new(struct parsed_certificate **parsedp, const struct x509_context *context,
                           OSSL_LIB_CTX *library, const struct outline *outline,
                           const struct facts_fault **faultp);

struct parsed_certificate *parsed_certificate_ref(struct parsed_certificate *parsed);

/*
 * Drops one reference, and frees the certificate if it was the last one; takes NULL. Returns NULL.
 */
struct parsed_certificate *parsed_certificate_unref(struct parsed_certificate *parsed);
