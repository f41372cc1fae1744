/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>

#include "certname/client.h"

/* Exit statuses. */
enum verify_status {
    VERIFY_ACCEPTED = 0,
    VERIFY_REFUSED = 1,
    VERIFY_UNDECIDED = 2, /* and standard error, or the JSON object, says why */
};

struct verify_options {
    bool json;
    bool path;
    bool explain; /* each presented identity, and why it does not match */
    enum certname_purpose purpose;
};

/* Asks one question, for the host operands[0] and the files after it, and prints the answer. */
enum verify_status verify_run(struct certname_client *client, const struct verify_options *options,
                              char *const *operands, int n_operands);
