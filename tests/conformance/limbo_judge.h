/* SPDX-License-Identifier: MIT */
#pragma once

/* Judges a case of x509-limbo: its path, its names, and the cost. */

#include <stdbool.h>

#include "daemon/identity/match.h"
#include "daemon/x509/path/path.h"
#include "tests/conformance/limbo_case.h"

/* The state that all cases share. */
struct limbo_judge {
    struct x509_context *context;
    struct path_engine *engine;
    struct suffix_list *suffixes;
    bool webpki_alone; /* judge no case by profile rfc5280 */
};

struct limbo_verdict {
    bool is_path_valid;
    bool is_name_matched; /* true also where no name is asked about */
    bool is_size;         /* refused for what it would cost */
    double cpu_us;
    char reason[FAULT_TEXT_BYTES + 80]; /* the first fault */
};

/* 0, or -errno. limbo_judge_close in every case. */
int limbo_judge_open(struct limbo_judge *judge);
void limbo_judge_close(struct limbo_judge *judge);

/* 0; or -errno, and there is no verdict. */
int limbo_judge_case(struct limbo_judge *judge, const struct limbo_case *limbo,
                     struct limbo_verdict *verdict);
