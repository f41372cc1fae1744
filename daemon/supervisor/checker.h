/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The checker: a process of its own that loads a configuration to try it out. A configuration that
 * takes all memory or all time, or a library that ends its process for want of memory, costs the
 * checker alone, and the supervisor goes on meanwhile.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/load/epoch.h"
#include "daemon/os/child.h"

struct checker {
    struct child child; /* its pidfd becomes readable when the checker has ended */
    int result;         /* the reading end of the pipe that the result comes through */
    int64_t deadline_ms;
};

#define CHECKER_NULL ((struct checker){.child = CHILD_NULL, .result = -1})

/* The outcome of a configuration that is good; any other value is a refusal. */
#define CHECKER_GOOD 0x6b5d92c7u

struct checker_result {
    uint32_t outcome;
    uint8_t digest[DIGEST_BYTES]; /* of the effective policy, with CHECKER_GOOD */
    struct policy_error error;    /* without CHECKER_GOOD */
};

/* Starts a checker. Returns 0 or -errno. */
int checker_start(struct checker *checker, const struct sources *sources);

/* Returns true once, when the checker has ended: *result is filled in, and the checker is
 * CHECKER_NULL again. Returns false while it is at work, and if there is none. */
bool checker_finish(struct checker *checker, struct checker_result *result);

/* Kills a checker whose time is over. */
void checker_kill_late(const struct checker *checker);

/* Returns when checker_kill_late is due, by clock_now_ms; INT64_MAX if there is no checker. */
int64_t checker_due_ms(const struct checker *checker);
