/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Caches parsed issuers and anchors from one question to the next, and which signatures among them
 * have been verified. Only for the files of daemon/x509/path. The cache changes what a question
 * costs and never its answer: a certificate is found by all of its bytes, a signature by its two
 * certificates. Only issuers of accepted paths to a store that outlives the question are added, so
 * that nobody can fill the cache without the help of a trusted authority.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/path/parsed_certificate.h"

/* A verified signature: `subject` is signed with the key of `issuer`. {0, 0} stands for none. */
struct issuer_cache_link {
    uint64_t subject, issuer; /* ids of cached certificates */
};

struct issuer_cache {
    /* in each set the certificate that was used last comes first */
    struct parsed_certificate *certificates[ISSUER_CACHE_SETS_COUNT][ISSUER_CACHE_WAYS_COUNT];
    struct issuer_cache_link links[ISSUER_CACHE_LINKS_COUNT];
    size_t n_bytes; /* an estimate of the memory that all cached certificates take */
    uint64_t last_id;
};

void issuer_cache_init(struct issuer_cache *cache);
void issuer_cache_deinit(struct issuer_cache *cache);

/*
 * Returns the cached certificate with exactly these bytes, with a reference for the caller; NULL if
 * it is not cached.
 */
struct parsed_certificate *issuer_cache_find(struct issuer_cache *cache,
                                             const struct outline *outline);

/*
 * Adds a certificate. If its set is full, drops the certificate of the set that was used longest
 * ago. Does nothing if the cache would exceed ISSUER_CACHE_BYTES.
 */
void issuer_cache_add(struct issuer_cache *cache, struct parsed_certificate *parsed);

/* Drops all certificates and links. Returns whether there were any. */
bool issuer_cache_clear(struct issuer_cache *cache);

/* Returns whether the cache knows that `subject` is signed with the key of `issuer`. */
bool issuer_cache_has_link(const struct issuer_cache *cache,
                           const struct parsed_certificate *subject,
                           const struct parsed_certificate *issuer);

/* Remembers that `subject` is signed with the key of `issuer`, if both certificates are cached. */
void issuer_cache_add_link(struct issuer_cache *cache, const struct parsed_certificate *subject,
                           const struct parsed_certificate *issuer);
