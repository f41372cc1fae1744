/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The filters of CRLite of all trust sections. Data that is absent or cannot be used is no reason
 * to refuse a configuration: without it certificates are judged as without CRLite.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/packed.h"
#include "daemon/policy/policy.h"
#include "daemon/x509/crlite/crlite_set.h"

/* The size of the warning: a folder, its problem, and what follows from it. */
#define CRLITES_WARNING_BYTES 768

struct crlites {
    struct crlite_set *sets[POLICY_TRUSTS_COUNT]; /* in the order of policy_trusts; NULL: none */
    size_t n_unusable;                            /* the folders that could not be used */
    char warning[CRLITES_WARNING_BYTES]; /* about the first of them, as a sentence; else "" */
};

/*
 * Loads the filters from the folders of the policy. If a folder cannot be used, the filters that
 * `old` has for the section, which may be NULL, stay in use. Returns 0 or -ENOMEM.
 */
int crlites_load(struct crlites *crlites, const struct crlites *old, const struct policy *policy);

/* Writes the filters as bytes. If memory runs out, writer->failed is set. */
void crlites_pack(const struct crlites *crlites, const struct policy *policy,
                  struct packed_writer *writer);

/*
 * Makes the filters from packed bytes, which are copied and checked again. Returns 0; -EBADMSG for
 * bytes that crlites_pack cannot have written; or -ENOMEM.
 */
int crlites_unpack(struct crlites *crlites, const struct policy *policy,
                   struct packed_reader *reader);

/* Returns whether both have the same filters, byte for byte, and the same warning. */
bool crlites_equal(const struct crlites *a, const struct crlites *b);

/* The state of the filters, as status and the metrics show it. */
struct crlites_status {
    size_t n_filters;
    int64_t as_of;     /* up to when the oldest set reaches, in seconds of Unix time; 0: no set */
    const char *state; /* "absent", "fresh", "stale" or, for a folder that cannot be used,
                          "unusable"; static */
};

/* Returns the status at the time `now`, in seconds of Unix time. */
struct crlites_status crlites_status(const struct crlites *crlites, int64_t now);

/* Frees the filters. A second call does nothing. */
void crlites_deinit(struct crlites *crlites);
