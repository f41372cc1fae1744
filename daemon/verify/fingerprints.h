/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The values of each certificate that pins and denials compare: digests of the key and of the
 * issuer's name, and the serial number. The certificates are those of the valid path; without a
 * valid path, those of the request, of which only the end entity is known to be genuine.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/digest.h"
#include "proto/limits.h"

/* The most encodings of one issuer's name that are kept. */
#define FINGERPRINT_ISSUERS_COUNT 4

/* One certificate. */
struct fingerprint {
    uint8_t spki[DIGEST_BYTES]; /* SHA-256 of the SubjectPublicKeyInfo in DER */
    /* SHA-256 of the issuer's Name in DER: first as this certificate has it, then in the other
     * encodings that the issuer's own certificates have as their subject. When a path compares
     * names it ignores differences in string type, case and blanks; with these digests a denial
     * ignores them too. */
    uint8_t issuers[FINGERPRINT_ISSUERS_COUNT][DIGEST_BYTES];
    size_t n_issuers;
    const uint8_t *serial; /* content octets of the INTEGER, borrowed */
    size_t n_serial;
    struct bytes issuer;  /* the issuer's Name in DER, as this certificate has it; borrowed */
    struct bytes subject; /* the subject's Name in DER; borrowed */
};

struct fingerprints {
    bool validated; /* true: the certificates of a valid path; false: those of the request, as sent
                     */
    struct fingerprint list[LIMIT_CERTIFICATES_COUNT]; /* the end entity first */
    size_t n;                                          /* at least 1 */
};

/* Stands for no certificates, if the policy has neither pins nor denials for a request. */
#define FINGERPRINTS_NULL ((struct fingerprints){0})

struct certificate;
struct path_certificate;
struct path_result;
struct request;
struct verify_context;

/*
 * Fills in the certificates of the valid path in `result`. If `result` is NULL, fills in the end
 * entity and those other certificates of the request that can be read. They borrow from result,
 * leaf and request. Further encodings of the issuers' names are searched for among these
 * certificates and among the trust anchors of the context.
 *
 * Returns 0, -EIO or -ENOMEM.
 */
int fingerprints_init(struct fingerprints *certificates, const struct verify_context *context,
                      const struct path_result *result, const struct certificate *leaf,
                      const struct request *request);

/*
 * Fills in the certificates of one path, as fingerprints_init does for a valid path. Returns 0,
 * -EIO or -ENOMEM.
 */
int fingerprints_of_path(struct fingerprints *certificates, const struct verify_context *context,
                         const struct path_certificate *path, size_t n);
