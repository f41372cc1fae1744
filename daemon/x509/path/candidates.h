/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Of what paths may be built for one question, for the files of daemon/x509 alone: the certificates
 * that came along, the anchors that could end a path, and who may have issued whom by their names.
 * Nothing is parsed for it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/path/member.h"
#include "daemon/x509/path/path.h"

/* A set of intermediates, or of anchors, by their places. */
typedef uint64_t candidate_set;

/* One that came along, or an anchor. */
struct candidate {
    struct outline outline;
    const struct store *store; /* of an anchor */
    struct member *member;     /* parsed when it is first needed; a reference */
    bool is_unusable;          /* it cannot be parsed */
    candidate_set issuers;     /* intermediates that have its issuer's name */
    candidate_set anchors;     /* anchors that have */
    unsigned distance;         /* certificates from here to the nearest anchor; 0: there is none */
};

/* Something that came along and is left out. */
struct left_out {
    size_t at; /* its place in the question */
    int fault; /* enum outline_fault; 0: nothing is left out */
};

struct candidates {
    struct candidate end_entity;
    struct candidate intermediates[PATH_CANDIDATES_COUNT - 1];
    size_t n_intermediates;
    struct candidate anchors[PATH_ANCHORS_COUNT];
    size_t n_anchors;
    struct left_out left_out; /* the first */
    bool has_any_anchor;      /* there is something in the stores */
    bool is_crowded;          /* there are more certificates or anchors than are looked at */
};

/*
 * Collects them. What cannot be read is left out, the end entity's outline apart: left_out.at is 0
 * then, and there is nothing to build. Certificates that came twice count once.
 */
void candidates_init(struct candidates *candidates, const struct path_question *question);

/* Drops the references. */
void candidates_deinit(struct candidates *candidates);

/*
 * The span of time around `time` in which no certificate that is looked at begins or ceases to be
 * valid.
 */
void candidates_window(const struct candidates *candidates, int64_t time, int64_t *fromp,
                       int64_t *untilp);
