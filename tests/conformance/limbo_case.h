/* SPDX-License-Identifier: MIT */
#pragma once

/* One case of x509-limbo: certificates, a time, names, and the expected result. */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/path/profile.h"

enum limbo_name_kind {
    LIMBO_NAME_HOST,    /* a DNS name or an address; reference_parse tells which one */
    LIMBO_NAME_MAILBOX, /* an RFC822 name */
};

struct limbo_name {
    enum limbo_name_kind kind;
    struct bytes value;
};

/* A case. Everything except the DER is borrowed from the JSON value. */
struct limbo_case {
    const char *id;
    bool expects_success;
    enum purpose purpose;
    int64_t time;
    int max_depth;              /* -1 if the case gives none */
    struct bytes *certificates; /* DER: the end entity first, then the intermediates */
    size_t n_certificates;
    struct bytes *anchors;
    size_t n_anchors;
    struct bytes *crls;
    size_t n_crls;
    struct limbo_name *names; /* The certificate has to match all of these names. If there are none,
                                 only the path is judged. */
    size_t n_names;
};

/*
 * Reads one case. If the case has no time, it is judged at `now`. Returns 0; 1 if the value is not
 * a case; or -ENOMEM. The caller calls limbo_case_deinit whatever is returned.
 */
int limbo_case_init(struct limbo_case *limbo, const json_t *json, int64_t now);
void limbo_case_deinit(struct limbo_case *limbo);
