/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The values that pins and denials compare of each certificate: digests of key and issuer, and the
 * serial number. The certificates are those of the valid path; without one, those of the request,
 * of which only the end entity is known to be genuine.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "proto/limits.h"

/* The encodings of one issuer's name that are known at most. */
#define FINGERPRINT_ISSUERS_COUNT 4

/* One certificate. */
struct fingerprint {
    uint8_t spki[DIGEST_BYTES]; /* SHA-256 of the SubjectPublicKeyInfo in DER */
    /* SHA-256 of the issuer's Name in DER: first as the certificate has it, then as the issuer's
     * own certificates have it. A path ignores differences in string type, case and blanks when it
     * compares names; with these digests a denial ignores them too. */
    uint8_t issuers[FINGERPRINT_ISSUERS_COUNT][DIGEST_BYTES];
    size_t n_issuers;
    const uint8_t *serial; /* borrowed: content octets of the INTEGER */
    size_t n_serial;
    struct bytes issuer;  /* borrowed: the issuer's Name in DER, as the certificate has it */
    struct bytes subject; /* borrowed: the subject's Name in DER */
};

struct fingerprints {
    bool validated; /* a valid path from end entity to anchor; else the certificates as sent */
    struct fingerprint list[LIMIT_CERTIFICATES_COUNT]; /* the end entity first */
    size_t n;                                          /* at least 1 */
};

/* No certificates, for a verification in which no pin and no denial applies. */
#define FINGERPRINTS_NULL ((struct fingerprints){0})

struct certificate;
struct path_certificate;
struct path_result;
struct request;
struct verify_context;

/*
 * Fills in the certificates of the valid path in `result`; where that is NULL, the end entity and
 * those certificates of the request that can be read. They borrow from result, leaf and request.
 * The issuers' names are also looked for among them and among the anchors of the context.
 *
 * Returns 0, -EIO or -ENOMEM.
 */
int fingerprints_init(struct fingerprints *certificates, const struct verify_context *context,
                      const struct path_result *result, const struct certificate *leaf,
                      const struct request *request);

/* Fills in the certificates of one path in the same way. Returns 0, -EIO or -ENOMEM. */
int fingerprints_of_path(struct fingerprints *certificates, const struct verify_context *context,
                         const struct path_certificate *path, size_t n);
