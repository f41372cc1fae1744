/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One row of names-measured.jsonl: the names of a certificate, a reference, the verdicts of other
 * implementations on them, and that of rule set rfc9525.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/match.h"

/* The implementations whose verdicts are compared. */
enum peer {
    PEER_GO,
    PEER_CHROMIUM,
    PEER_MOZILLA,
    PEER_RUSTLS,
    PEER_BORINGSSL,
    PEER_CURL,
    PEER_OPENSSL, /* X509_check_ip if the reference is an address, else X509_check_host */
    N_PEERS,
};

/* The verdict of another implementation. CLAIM_NONE stands for an error, or for no answer. */
enum claim {
    CLAIM_NONE = 0,
    CLAIM_MATCH,
    CLAIM_NOMATCH,
};

struct row {
    const char *id;
    bool about_mail;     /* the other implementations were asked about a mail address */
    const uint8_t *host; /* the text of the reference */
    size_t host_len;
    struct identity *presented;
    size_t n_presented;
    enum claim claims[N_PEERS];

    /* The following fields are the verdict of rfc9525 and its reason. */
    const struct match_rules *rules;
    struct reference reference;
    int fault; /* an enum reference_fault; unless this is 0, `reference` and `result` are zero */
    struct match_result result;
    bool accepted;

    void *json;     /* the parsed line, which owns `id` */
    uint8_t *store; /* memory that `host` and `presented` point into */
};

/*
 * Reads a line and judges it by rfc9525; `rules` is borrowed until row_deinit. Returns 0; 1 if the
 * line is not such a row; or -ENOMEM. The caller calls row_deinit whatever is returned.
 */
int row_init(struct row *row, const char *line, size_t len, const struct match_rules *rules);

void row_deinit(struct row *row);

/* Returns whether rfc9525 accepts the row's certificate for another reference. */
bool row_accepts(const struct row *row, const uint8_t *host, size_t len);

/* Returns why the nearest miss does not match; MISS_NONE if there is none. */
enum miss row_nearest_miss(const struct row *row);

/* Returns the verdict that is recorded under `key`, such as "python-3.6". */
enum claim row_measured(const struct row *row, const char *key);

/* Returns the name that the rows have for an implementation. */
const char *peer_name(enum peer peer);
