/* SPDX-License-Identifier: MIT */
#pragma once

/* One case of x509-limbo: certificates, a time, names, and what is expected. */

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/path/profile.h"

enum limbo_name_kind {
    LIMBO_NAME_HOST,    /* a DNS name or an address; reference_init tells them apart */
    LIMBO_NAME_MAILBOX, /* RFC822 */
};

struct limbo_name {
    enum limbo_name_kind kind;
    struct bytes value;
};

/* Everything but the DER is borrowed from the JSON value. */
struct limbo_case {
    const char *id;
    bool expects_success;
    enum purpose purpose;
    int64_t time;
    int max_depth;              /* -1 where none is given */
    struct bytes *certificates; /* DER: the end entity first, then the intermediates */
    size_t n_certificates;
    struct bytes *anchors;
    size_t n_anchors;
    struct bytes *crls;
    size_t n_crls;
    struct limbo_name *names; /* the certificate has to match all of them; with none, identity is
                                 not asked about */
    size_t n_names;
};

/*
 * Reads one case. A case without a time of its own is asked at `now`. 0; 1 where the value is not a
 * case; -ENOMEM. limbo_case_deinit in every case.
 */
int limbo_case_init(struct limbo_case *limbo, const json_t *json, int64_t now);
void limbo_case_deinit(struct limbo_case *limbo);
