/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * One row of names-measured.jsonl: a certificate's names, a reference, what peers say of the two,
 * and what rule set rfc9525 says.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/identity/match.h"

/* Whose verdicts are looked at. */
enum peer {
    PEER_GO,
    PEER_CHROMIUM,
    PEER_MOZILLA,
    PEER_RUSTLS,
    PEER_BORINGSSL,
    PEER_CURL,
    PEER_OPENSSL, /* measured, not claimed: X509_check_ip for an address, X509_check_host else */
    N_PEERS,
};

/* A peer's word. What is neither match nor nomatch (an error, a refusal to answer) is none. */
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

    /* rfc9525's verdict, and why */
    const struct match_rules *rules;
    struct reference reference;
    int fault; /* an enum reference_fault; with one, reference and result are zero */
    struct match_result result;
    bool accepted;

    void *json;     /* id lives in it */
    uint8_t *store; /* host and presented live in it */
};

/*
 * Reads a line and has rfc9525 judge it; `rules` is borrowed until row_deinit. Returns 0, or 1
 * where the line is no such row, or -ENOMEM. row_deinit is due in any case.
 */
int row_init(struct row *row, const char *line, size_t len, const struct match_rules *rules);

void row_deinit(struct row *row);

/* Whether rfc9525 accepts the row's certificate for another reference. */
bool row_accepts(const struct row *row, const uint8_t *host, size_t len);

/* Why the nearest presented identity does not match; MISS_NONE where there is none. */
enum miss row_nearest_miss(const struct row *row);

/* What was measured under `key`, such as "python-3.6". */
enum claim row_measured(const struct row *row, const char *key);

/* The peer's name, as the rows spell it. */
const char *peer_name(enum peer peer);
