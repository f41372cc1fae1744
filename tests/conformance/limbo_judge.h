/* SPDX-License-Identifier: MIT */
#pragma once

/* Judges a case of x509-limbo: its path, its names, and what judging costs. */

#include <stdbool.h>

#include "daemon/identity/match.h"
#include "daemon/x509/path/path.h"
#include "tests/conformance/limbo_case.h"

/* The objects that all cases share. */
struct limbo_judge {
    struct x509_context *context;
    struct path_engine *engine;
    struct suffix_list *suffixes;
    bool webpki_alone; /* judge all cases by profile webpki, none by rfc5280 */
};

struct limbo_verdict {
    bool is_path_valid;
    bool is_name_matched; /* true also if the case has no names */
    bool is_size;         /* the path is refused only because judging it would cost too much */
    double cpu_us;
    char reason[FAULT_TEXT_BYTES + 80]; /* the first fault, as code and text */
};

/*
 * Opens the libraries. Returns 0 or -errno. The caller calls limbo_judge_close whatever is
 * returned.
 */
int limbo_judge_open(struct limbo_judge *judge);
void limbo_judge_close(struct limbo_judge *judge);

/* Judges a case. Returns 0; or -errno, and *verdict is not set. */
int limbo_judge_case(struct limbo_judge *judge, const struct limbo_case *limbo,
                     struct limbo_verdict *verdict);
