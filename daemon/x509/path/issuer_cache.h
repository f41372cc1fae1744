/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A cache from one question to the next of parsed issuers and anchors, and of which signatures
 * among them have been verified: for the files of daemon/x509/path alone. It changes what a
 * question costs and never its answer: a certificate is found by all of its bytes, a signature by
 * its two certificates. Only issuers of accepted paths to a lasting store are added, so that nobody
 * fills the cache without the help of a trusted authority.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/path/parsed_certificate.h"

/* A verified signature: `subject` is signed with the key of `issuer`. {0, 0} is none. */
struct issuer_cache_link {
    uint64_t subject, issuer; /* ids of cached certificates */
};

struct issuer_cache {
    /* the last used first */
    struct parsed_certificate *certificates[ISSUER_CACHE_SETS_COUNT][ISSUER_CACHE_WAYS_COUNT];
    struct issuer_cache_link links[ISSUER_CACHE_LINKS_COUNT];
    size_t n_bytes; /* of memory that all cached certificates take, estimated */
    uint64_t last_id;
};

void issuer_cache_init(struct issuer_cache *cache);
void issuer_cache_deinit(struct issuer_cache *cache);

/* The cached certificate of exactly these bytes, with a reference for the caller; NULL if there is
 * none. */
struct parsed_certificate *issuer_cache_find(struct issuer_cache *cache,
                                             const struct outline *outline);

/* Adds a certificate, and drops the one of its set that was used longest ago if the set is full.
 * Does nothing where the cache has no room in bytes. */
void issuer_cache_add(struct issuer_cache *cache, struct parsed_certificate *parsed);

/* Drops everything. Returns whether there was anything. */
bool issuer_cache_clear(struct issuer_cache *cache);

/* Whether the cache knows that `subject` is signed with the key of `issuer`. */
bool issuer_cache_has_link(const struct issuer_cache *cache,
                           const struct parsed_certificate *subject,
                           const struct parsed_certificate *issuer);

/* Notes that it is, if both certificates are cached. */
void issuer_cache_add_link(struct issuer_cache *cache, const struct parsed_certificate *subject,
                           const struct parsed_certificate *issuer);
