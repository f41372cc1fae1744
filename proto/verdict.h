/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A verdict in plain C: what the verification pipeline fills in, the codec writes and reads, and
 * the client library hands out. The numbers are those of certname.proto. Zero-initialised it is
 * "not verified".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/limits.h"

/* Compared with == only. Every two of them, and each of them and any small number, differ in 12
 * bits or more. */
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
};
#define VERDICT_CHECKS_COUNT 6

struct verdict_identity {
    enum verdict_identity_type type;
    struct bytes value;
    struct bytes why;  /* of a presented one, if that was asked for: why it does not match */
    struct bytes text; /* the same for a person */
};

struct verdict_failure {
    struct bytes code; /* lower-case ASCII, digits and hyphens */
    uint32_t verify_code;
    struct bytes message;
    uint32_t depth;
    struct bytes detail; /* more for a person; may be empty */
};

struct verdict_nearest {
    struct verdict_identity identity;
    struct bytes why;
    struct bytes text;
};

/* The policy section that a decision rests on. */
struct verdict_rule {
    struct bytes section; /* empty: there is none */
    struct bytes file;
    uint32_t line;
};

/* A certificate of a path. */
struct verdict_step {
    struct bytes sha256;
    struct bytes store; /* of the trust anchor alone */
};

/* The end entity's certificate, not judged. */
struct verdict_leaf {
    struct bytes sha256; /* empty: nothing is known of it */
    struct bytes spki;
    bool has_validity;
    int64_t not_before; /* seconds since 1970-01-01T00:00:00Z */
    int64_t not_after;
};

/* Borrows all its bytes: from the request, the policy and an arena. */
struct verdict {
    enum verdict_outcome outcome;
    struct verdict_failure failures[LIMIT_FAILURES_COUNT];
    size_t n_failures;
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
    uint32_t alert; /* of TLS; 0 if the outcome accepts */
    bool sni;       /* whether the reference may be sent as server_name */
    struct verdict_leaf leaf;
    struct verdict_failure reported[LIMIT_FAILURES_COUNT]; /* by rules that are only reported */
    size_t n_reported;
    struct verdict_step path[LIMIT_PATH_COUNT];
    size_t n_path;
};

/* What a question asked for, as far as an answer has to show that it was looked at. */
struct verdict_asked {
    bool identity;
    bool path;
};

/*
 * Whether a verdict is one that a daemon may give to a question: it accepts or it has failures,
 * never both and never neither, it has an alert only with a refusal, it checked what was asked for,
 * and an identity matched if and only if one was asked for and it accepts. A client takes no other.
 */
bool verdict_answers(const struct verdict *verdict, struct verdict_asked asked);

/*
 * Leaves out of a verdict what it can be understood without: with step 0 and up, each a little
 * more. What is decided and why stays.
 */
#define VERDICT_SHORTENINGS_COUNT 5
void verdict_shorten(struct verdict *verdict, int step);

/* Whether bytes are a failure's code: 1 to LIMIT_CODE_BYTES of lower-case ASCII, digits and
 * hyphens. */
bool verdict_is_code(struct bytes code);

/* Names for programs, as in "verified", "DNS-ID", "pins-leaf"; "unknown" for other values.
 * Never NULL. */
const char *verdict_outcome_name(enum verdict_outcome outcome);
const char *verdict_identity_name(enum verdict_identity_type type);
const char *verdict_check_name(enum verdict_check check);

/* The TLS alert that fits a failure's verify_code, RFC 8446 section 6.2, and an alert's name there;
 * "unknown" for others. */
uint32_t verdict_alert(uint32_t verify_code);
const char *verdict_alert_name(uint32_t alert);
