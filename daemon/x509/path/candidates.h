/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The certificates that a path for one question may be built of: those presented, the anchors that
 * could end a path, and which of them may have issued which, by names alone. No certificate is
 * parsed for that. For the files of daemon/x509/path alone.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/path/parsed_certificate.h"
#include "daemon/x509/path/path_question.h"

/* A set of intermediates, or of anchors: bit i is the one at index i. */
typedef uint64_t candidate_set;

/* A presented certificate or an anchor. */
struct path_candidate {
    struct outline outline;
    const struct store *store; /* the store of an anchor; NULL for a presented certificate */
    struct parsed_certificate *parsed; /* parsed when it is first needed; a reference */
    bool is_unusable;                  /* parsing it has failed */
    candidate_set issuers;             /* intermediates whose subject is its issuer */
    candidate_set anchors;             /* anchors whose subject is its issuer */
    unsigned distance; /* certificates from here to the nearest anchor; 0 where there is none */
};

/* A presented certificate that is left out. */
struct left_out {
    size_t at; /* its index in the question */
    int fault; /* an enum outline_fault; 0 where nothing is left out */
};

struct candidates {
    struct path_candidate end_entity;
    struct path_candidate intermediates[PATH_CANDIDATES_COUNT - 1];
    size_t n_intermediates;
    struct path_candidate anchors[PATH_ANCHORS_COUNT];
    size_t n_anchors;
    /* the end entity, for each store that trusts it */
    struct path_candidate direct[PATH_ANCHORS_COUNT];
    size_t n_direct;
    struct left_out left_out; /* one that is left out */
    bool has_any_anchor;      /* at least one store of the question has an anchor */
    bool is_crowded;          /* there are more certificates or anchors than are looked at */
};

/*
 * Collects the candidates of a question and links them. A certificate without a readable outline is
 * left out; if it is the end entity, left_out.at is 0, and no path can be built. Certificates that
 * were presented twice count once. The order in which they were presented does not matter.
 */
void candidates_init(struct candidates *candidates, const struct path_question *question);

/* Drops the references to parsed certificates. */
void candidates_deinit(struct candidates *candidates);

/* The longest span of time around `time` (seconds, both ends inside) in which no candidate begins
 * or ceases to be valid. */
void candidates_window(const struct candidates *candidates, int64_t time, int64_t *fromp,
                       int64_t *untilp);
