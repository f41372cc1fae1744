/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A verdict in plain C: daemon/verify fills it in, the codec writes and reads it, the client
 * library hands it to its user. The numbers are those of certname.proto. A zero-initialised verdict
 * is "not verified".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/limits.h"

/* Outcomes are compared with == only. Any two of them differ in 12 bits or more, and so do the
 * accepting ones and any small number: a flipped bit or a stray 1 does not accept. */
enum verdict_outcome {
    VERDICT_NOT_VERIFIED = 0,
    VERDICT_NAME_MATCHES = 0x35A6C993,
    VERDICT_VERIFIED = 0x5CA96C6C,
};

enum verdict_identity_type {
    VERDICT_IDENTITY_UNSPECIFIED = 0,
    VERDICT_DNS_ID = 1,
    VERDICT_IP_ID = 2,
    VERDICT_CN_ID = 3,
    VERDICT_EMAIL = 4,
    VERDICT_URI_ID = 5,
    VERDICT_SRV_ID = 6,
    VERDICT_OTHER = 7,
    VERDICT_MALFORMED = 8,
    VERDICT_SPIFFE_ID = 9,
    VERDICT_UTF8_MAILBOX = 10,
};

enum verdict_check {
    VERDICT_CHECK_UNSPECIFIED = 0,
    VERDICT_CHECK_IDENTITY = 1,
    VERDICT_CHECK_PATH = 2,
    VERDICT_CHECK_PINS_LEAF = 3,
    VERDICT_CHECK_PINS_PATH = 4,
    VERDICT_CHECK_REVOCATION = 5,
    VERDICT_CHECK_PINNED_KEY = 6, /* instead of IDENTITY: no name was matched */
};
#define VERDICT_CHECKS_COUNT 7

struct verdict_identity {
    enum verdict_identity_type type;
    struct bytes value;
    struct bytes
        why; /* of a presented identity, where the request asks to explain: why it does not match */
    struct bytes text; /* the same in words for a person */
};

struct verdict_failure {
    struct bytes code; /* lower-case ASCII, digits and hyphens */
    uint32_t verify_code;
    struct bytes message;
    uint32_t depth;
    struct bytes detail; /* further words for a person; may be empty */
};

struct verdict_nearest {
    struct verdict_identity identity;
    struct bytes why;
    struct bytes text;
};

/* The policy section that a decision rests on. */
struct verdict_rule {
    struct bytes section; /* empty: no section */
    struct bytes file;
    uint32_t line;
};

/* A certificate of a path. */
struct verdict_step {
    struct bytes sha256;
    struct bytes store; /* the trust section; only of the trust anchor */
};

/* Facts of the end entity's certificate, given with every outcome. */
struct verdict_leaf {
    struct bytes sha256; /* empty: the certificate could not be read */
    struct bytes spki;
    bool has_validity;
    int64_t not_before; /* seconds since 1970-01-01T00:00:00Z */
    int64_t not_after;
};

/* Borrows all its bytes from the request, the policy and an arena. */
struct verdict {
    enum verdict_outcome outcome;
    struct verdict_failure failures[LIMIT_FAILURES_COUNT];
    size_t n_failures;
    uint32_t failures_more; /* failures that were left out of the list */
    bool has_reference;
    struct verdict_identity reference;
    bool has_matched;
    struct verdict_identity matched;
    struct verdict_identity presented[LIMIT_PRESENTED_SHOWN_COUNT];
    size_t n_presented;
    uint32_t presented_more;
    bool has_nearest;
    struct verdict_nearest nearest;
    bool checked[VERDICT_CHECKS_COUNT];
    struct verdict_rule rule;
    struct verdict_rule client_rule;
    uint64_t generation;
    struct bytes digest;
    uint32_t alert; /* the TLS alert to send; 0 if the outcome accepts */
    bool sni;       /* whether the reference may be sent as server_name */
    struct verdict_leaf leaf;
    struct verdict_failure
        reported[LIMIT_FAILURES_COUNT]; /* refusals by rules that are only reported */
    size_t n_reported;
    uint32_t reported_more; /* reported failures that were left out of the list */
    struct verdict_step path[LIMIT_PATH_COUNT];
    size_t n_path;
};

/* The checks that a question asked for, which its verdict has to list as done. */
struct verdict_asked {
    bool identity;
    bool path;
};

/*
 * Returns whether a verdict is a consistent answer to a question: it either accepts or has
 * failures, it has an alert only with a refusal, and it did the checks that were asked for. If the
 * question has a reference, the verdict checked either the identity or the pinned key. Where it
 * accepts, an identity matched if and only if the identity was checked, and an acceptance by a
 * pinned key is never "name matches". A client rejects any other verdict.
 */
bool verdict_answers(const struct verdict *verdict, struct verdict_asked asked);

/*
 * Leaves out parts of a verdict that is too long for its reply, with each step from 0 to
 * VERDICT_SHORTENINGS_COUNT - 1 a little more. The outcome and the first failure stay.
 */
#define VERDICT_SHORTENINGS_COUNT 5
void verdict_shorten(struct verdict *verdict, int step);

/* Returns whether bytes have the form of a failure's code: 1 to LIMIT_CODE_BYTES of lower-case
 * letters, digits and hyphens of ASCII. */
bool verdict_is_code(struct bytes code);

/* Return names for programs, as in "verified", "DNS-ID" and "pins-leaf"; "unknown" for any other
 * value. Never NULL. */
const char *verdict_outcome_name(enum verdict_outcome outcome);
const char *verdict_identity_name(enum verdict_identity_type type);
const char *verdict_check_name(enum verdict_check check);

/* Returns the TLS alert (RFC 8446 section 6.2) for a failure's verify_code. */
uint32_t verdict_alert(uint32_t verify_code);

/* Returns an alert's name in RFC 8446, as in "bad_certificate"; "unknown" for any other value. */
const char *verdict_alert_name(uint32_t alert);
