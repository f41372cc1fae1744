/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The certificates of which a path for one question may be built: those presented, the anchors at
 * which a path could end, and which of them may have issued which, by their names alone. No
 * certificate is parsed for that. Only for the files of daemon/x509/path.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/path/parsed_certificate.h"
#include "daemon/x509/path/path_question.h"

/* A set of intermediates or of anchors. Bit i stands for the one at index i of the array. */
typedef uint64_t candidate_set;

/* A presented certificate, or an anchor. */
struct path_candidate {
    struct outline outline;
    /* for an anchor the store that it is from; NULL for a presented certificate */
    const struct store *store;
    struct parsed_certificate
        *parsed;           /* NULL until the certificate is first needed; then a reference */
    bool is_unusable;      /* the certificate could not be parsed */
    candidate_set issuers; /* the intermediates whose subject is this certificate's issuer */
    candidate_set anchors; /* the anchors whose subject is this certificate's issuer */
    unsigned distance; /* the number of certificates from this one to the nearest anchor; 0 if no
                          anchor can be reached */
};

/* A presented certificate that was left out. */
struct left_out {
    size_t at; /* its index in the question */
    int fault; /* an enum outline_fault; 0 if no certificate was left out */
};

struct candidates {
    struct path_candidate end_entity;
    struct path_candidate intermediates[PATH_CANDIDATES_COUNT - 1];
    size_t n_intermediates;
    struct path_candidate anchors[PATH_ANCHORS_COUNT];
    size_t n_anchors;
    /* the end entity as an anchor, once for each store that trusts it directly */
    struct path_candidate direct[PATH_ANCHORS_COUNT];
    size_t n_direct;
    struct left_out left_out; /* one of the certificates that were left out */
    bool has_any_anchor;      /* at least one store of the question has an anchor */
    bool is_crowded; /* there are more certificates or anchors than PATH_CANDIDATES_COUNT and
                        PATH_ANCHORS_COUNT */
};

/*
 * Collects the candidates of a question and finds out which may have issued which. A certificate
 * whose outline cannot be read is left out. If that is the end entity, left_out.at is 0 and no path
 * can be built. A certificate that was presented twice counts once. The order in which certificates
 * were presented makes no difference.
 */
void candidates_init(struct candidates *candidates, const struct path_question *question);

/* Drops the references to parsed certificates. */
void candidates_deinit(struct candidates *candidates);

/*
 * Sets the longest period around `time` (in seconds, both ends included) in which no candidate
 * becomes valid or stops being valid.
 */
void candidates_window(const struct candidates *candidates, int64_t time, int64_t *fromp,
                       int64_t *untilp);
