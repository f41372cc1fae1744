/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One row of names-measured.jsonl: the names of a certificate, a reference, and the verdicts of
 * other implementations and of rule set rfc9525 on them.
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
    PEER_OPENSSL, /* X509_check_ip for an address, else X509_check_host */
    N_PEERS,
};

/* The verdict of another implementation. An error or a refusal to answer is PEER_NONE. */
enum claim {
    CLAIM_NONE = 0,
    CLAIM_MATCH,
    CLAIM_NOMATCH,
};

struct row {
    const char *id;
    bool about_mail;     /* the peer was asked whether the certificate stands for a mail address */
    const uint8_t *host; /* the reference as given */
    size_t host_len;
    struct identity *presented;
    size_t n_presented;
    enum claim claims[N_PEERS];

    /* the verdict of rfc9525, and its reason */
    const struct match_rules *rules;
    struct reference reference;
    int fault; /* an enum reference_fault; unless it is 0, reference and result are zero */
    struct match_result result;
    bool accepted;

    void *json;     /* owns the text of id */
    uint8_t *store; /* owns the bytes of host and presented */
};

/*
 * Reads a line and judges it by rfc9525; `rules` is borrowed until row_deinit. Returns 0; 1 where
 * the line is not such a row; or -ENOMEM. row_deinit in every case.
 */
int row_init(struct row *row, const char *line, size_t len, const struct match_rules *rules);

void row_deinit(struct row *row);

/* Whether rfc9525 accepts the row's certificate for another reference. */
bool row_accepts(const struct row *row, const uint8_t *host, size_t len);

/* Why the nearest presented identity does not match; MISS_NONE where there is none. */
enum miss row_nearest_miss(const struct row *row);

/* The verdict recorded under `key`, such as "python-3.6". */
enum claim row_measured(const struct row *row, const char *key);

/* The name of an implementation in the rows. */
const char *peer_name(enum peer peer);
