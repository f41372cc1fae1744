/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The questions of one connection that wait for their answers: a reply to any other is not a reply.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/verdict.h"

/* Sixteen times what the daemon takes of one connection at once; beyond it is no use waiting. */
#define OUTSTANDING_COUNT 1024

struct outstanding_entry {
    uint64_t tag;
    struct verdict_asked asked;
};

struct outstanding {
    struct outstanding_entry entries[OUTSTANDING_COUNT];
    size_t n_entries;
};

/* False if the table is full. */
bool outstanding_add(struct outstanding *outstanding, uint64_t tag, struct verdict_asked asked);

/* Takes the question with that tag out; false if there is none. */
bool outstanding_take(struct outstanding *outstanding, uint64_t tag, struct verdict_asked *askedp);

void outstanding_clear(struct outstanding *outstanding);
