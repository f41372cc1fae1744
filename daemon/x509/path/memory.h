/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What is remembered from one question to the next, for the files of daemon/x509 alone: parsed
 * issuers and anchors, and which signatures among them have been verified. It changes what a
 * question costs and never what it yields: certificates are found by all of their bytes, and a
 * signature by the two certificates. Only those of accepted paths to a lasting store come in, so
 * that nobody fills it without a trusted authority's help.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/path/member.h"

/* A signature of one remembered certificate under another's key; {0, 0} is none. */
struct memory_link {
    uint64_t subject, issuer; /* ids */
};

struct memory {
    struct member *members[MEMORY_SETS_COUNT][MEMORY_WAYS_COUNT]; /* the latest first */
    struct memory_link links[MEMORY_LINKS_COUNT];
    size_t n_bytes;
    uint64_t last_id;
};

void memory_init(struct memory *memory);
void memory_deinit(struct memory *memory);

/* The member of exactly these bytes, with a reference of the caller's; NULL if there is none. */
struct member *memory_find(struct memory *memory, const struct outline *outline);

/* Remembers a member, at the cost of the one that was not asked for longest. */
void memory_add(struct memory *memory, struct member *member);

/* Whether it is known that `subject` is signed with the key of `issuer`. */
bool memory_has_link(const struct memory *memory, const struct member *subject,
                     const struct member *issuer);

/* Remembers that it is, if both are remembered themselves. */
void memory_add_link(struct memory *memory, const struct member *subject,
                     const struct member *issuer);
