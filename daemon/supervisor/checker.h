/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Tries a configuration out in a process of its own, so that one which takes all memory or all time
 * (the library that reads it ends its process for want of memory) costs that process alone, and the
 * supervisor goes on meanwhile.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/load/epoch.h"
#include "daemon/os/child.h"

struct checker {
    struct child child; /* its pidfd becomes readable when there is a result */
    int report;
    int64_t deadline_ms;
};

#define CHECKER_NULL ((struct checker){.child = CHILD_NULL, .report = -1})

/* Anything else is a refusal. */
#define CHECKER_GOOD 0x6b5d92c7u

struct checker_result {
    uint32_t outcome;
    uint8_t digest[X509_SHA256_BYTES]; /* of the policy, with CHECKER_GOOD */
    struct policy_error error;         /* without */
};

/* Starts. 0 or -errno. */
int checker_start(struct checker *checker, const struct sources *sources);

/* False while it is at work. Otherwise true, once: *result is filled in, and the checker is
 * CHECKER_NULL again. */
bool checker_finish(struct checker *checker, struct checker_result *result);

/* Ends one that has taken too long by now. */
void checker_end_late(const struct checker *checker);

/* When checker_end_late is due; INT64_MAX while there is nothing to end. By clock_now_ms. */
int64_t checker_due_ms(const struct checker *checker);
