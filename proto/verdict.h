/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A verdict as a C struct: daemon/verify/ fills it in, the codec encodes and decodes it, and the
 * client library gives it to its caller. The numbers are those of certname.proto. A
 * zero-initialised verdict is "not verified".
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "proto/limits.h"

/*
 * Outcomes are compared with == only. Any two of them differ in 12 bits or more, and the accepting
 * ones differ that much from any small number too, so that neither a flipped bit nor a stray 1
 * accepts.
 */
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
    /* instead of IDENTITY: the key is pinned and no name was compared */
    VERDICT_CHECK_PINNED_KEY = 6,
};
#define VERDICT_CHECKS_COUNT 7

struct verdict_identity {
    enum verdict_identity_type type;
    struct bytes value;
    struct bytes why;  /* why a presented identity does not match, as a code; filled in where the
                          request has `explain` */
    struct bytes text; /* the same reason as a sentence */
};

struct verdict_failure {
    struct bytes code; /* lower-case ASCII, digits and hyphens */
    uint32_t verify_code;
    struct bytes message;
    uint32_t depth;
    struct bytes detail; /* more about the failure in words; may be empty */
};

struct verdict_nearest {
    struct verdict_identity identity;
    struct bytes why;
    struct bytes text;
};

/* The policy section that a decision rests on. */
struct verdict_rule {
    struct bytes section; /* as `domain "bank.example"`; empty: no section */
    struct bytes file;
    uint32_t line;
};

/* A certificate of a path. */
struct verdict_step {
    struct bytes sha256;
    struct bytes store; /* the trust section of a trust anchor; empty for other certificates */
};

/* Facts of the end entity's certificate, given with every outcome. */
struct verdict_leaf {
    struct bytes sha256; /* empty if the certificate could not be read */
    struct bytes spki;
    bool has_validity;
    int64_t not_before; /* seconds since 1970-01-01T00:00:00Z */
    int64_t not_after;
};

/*
 * A verdict. Its byte strings point into the request, the policy and an arena, which have to
 * outlive it.
 */
struct verdict {
    enum verdict_outcome outcome;
    struct verdict_failure failures[LIMIT_FAILURES_COUNT];
    size_t n_failures;
    uint32_t failures_more; /* the number of failures that the list has no room for */
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
    bool sni;       /* the reference may be sent as server_name (RFC 6066 section 3) */
    struct verdict_leaf leaf;
    /* failures that would have refused if they were enforced: the policy only reports them */
    struct verdict_failure reported[LIMIT_FAILURES_COUNT];
    size_t n_reported;
    /* the number of entries at the end of `reported` that only say that a CRL or an OCSP response
     * could not be used; not sent */
    size_t n_unused;
    uint32_t reported_more; /* the number of reported failures that the list has no room for */
    struct verdict_step path[LIMIT_PATH_COUNT];
    size_t n_path;
};

/* The checks that a question asked for; a verdict that answers it has to list them as done. */
struct verdict_asked {
    bool identity;
    bool path;
};

/*
 * Returns whether a verdict is a consistent answer to a question:
 * - It accepts without any failure, or refuses with one at least.
 * - It has an alert if and only if it refuses.
 * - It did the checks that the question asked for. With a reference in the question, it checked
 *   either the identity or the pinned key.
 * - If it accepts, an identity matched if and only if the identity was checked, and the outcome is
 *   never "name matches" for a pinned key.
 *
 * A client has to reject a verdict for which this returns false.
 */
bool verdict_answers(const struct verdict *verdict, struct verdict_asked asked);

/*
 * Shortens a verdict that is too long for its reply. The caller takes step 0, then 1, and so on up
 * to VERDICT_SHORTENINGS_COUNT - 1, until the reply fits; each step drops something more important
 * than the one before. The outcome and the first failure always stay.
 */
#define VERDICT_SHORTENINGS_COUNT 5
void verdict_shorten(struct verdict *verdict, int step);

/*
 * Returns whether the bytes can be a failure's code: 1 to LIMIT_CODE_BYTES lower-case letters,
 * digits and hyphens of ASCII.
 */
bool verdict_is_code(struct bytes code);

/*
 * Each returns the name of a value for programs, such as "verified", "DNS-ID" or "pins-leaf";
 * "unknown" for any other value. Never NULL.
 */
const char *verdict_outcome_name(enum verdict_outcome outcome);
const char *verdict_identity_name(enum verdict_identity_type type);
const char *verdict_check_name(enum verdict_check check);

/* Returns the TLS alert (RFC 8446 section 6.2) to send for a failure with this verify_code. */
uint32_t verdict_alert(uint32_t verify_code);

/*
 * Returns the alert's name in RFC 8446, such as "bad_certificate"; "unknown" for any other value.
 */
const char *verdict_alert_name(uint32_t alert);
