/* SPDX-License-Identifier: MIT */
#pragma once

/* Helpers of the tests of daemon/policy. */

#include <check.h>
#include <stddef.h>

#include "daemon/identity/suffix.h"
#include "daemon/policy/policy.h"

/* Four different pins: 43 characters of base64 and one "=" each. */
#define A42   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define PIN_A A42 "A="
#define PIN_B A42 "E="
#define PIN_C A42 "I="
#define B40   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define PIN_D "+/" B40 "M="

#define BANK_PINS "pinset bank { spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" } }\n"

/*
 * The text that policy_print writes for a configuration that sets none of the rule keys, and none
 * of the limits.
 */
#define PRINTED_SETTINGS                                                                           \
    "    path = on-request\n"                                                                      \
    "    trust = { \"system\" }\n"                                                                 \
    "    certificates = webpki\n"                                                                  \
    "    anchors = as-is\n"                                                                        \
    "    revocation = if-known\n"                                                                  \
    "    max-depth = none\n"                                                                       \
    "    clock-skew = 5min\n"                                                                      \
    "    ocsp-max-age = 7d\n"                                                                      \
    "    request-time = no\n"                                                                      \
    "    request-anchors = no\n"
#define PRINTED_LIMITS                                                                             \
    "\nlimits {\n"                                                                                 \
    "    connections = 4096\n"                                                                     \
    "    connections-per-uid = 256\n"                                                              \
    "    in-flight-per-connection = 64\n"                                                          \
    "    in-flight-per-uid = 1024\n"                                                               \
    "    queue-time = 5s\n"                                                                        \
    "    frame-time = 2s\n"                                                                        \
    "    unread-output = 64K\n"                                                                    \
    "    unread-time = 10s\n"                                                                      \
    "    idle-time = 1min\n"                                                                       \
    "    cpu-per-uid = 500ms\n"                                                                    \
    "    cpu-burst = 5s\n"                                                                         \
    "    cache = 16M\n"                                                                            \
    "    workers = 0\n"                                                                            \
    "    shared-cache = yes\n"                                                                     \
    "}\n"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

/* A public suffix list, which is open during each test. */
extern struct suffix_list *suffixes;

/* Each parses a text under the name "test.conf", which has to be accepted. */
struct policy *accept_bytes(const char *text, size_t len);
struct policy *accept_text(const char *text);

struct refusal_row {
    const char *intent;
    const char *text;
    unsigned line;
    const char *fragment;
};

/*
 * Each parses texts under the name "test.conf", which have to be refused in the given line with a
 * message that contains `fragment`.
 */
void refuse_bytes(const struct refusal_row *row, size_t len);
void refuse_rows(const struct refusal_row *rows, size_t n_rows);

/* Returns policy_print's text, which the caller frees. */
char *print_text(const struct policy *policy);

/*
 * Returns a text: `head`, then n times `before`, a number counted from 0, and `after`, then `tail`.
 * The caller frees it.
 */
char *text_repeat(const char *head, const char *before, const char *after, size_t n,
                  const char *tail);

/* Returns a text of `len` bytes: `head`, filled up with `fill`. The caller frees it. */
char *text_fill(const char *head, char fill, size_t len);

/*
 * Return the rule for a name (rule_at, rule_of), or for a subject that is neither a name nor an
 * address (rule_default), and a client without a section. The result is overwritten after seven
 * further calls.
 */
const struct policy_rule *rule_at(const struct policy *policy, const char *name, size_t len);
const struct policy_rule *rule_of(const struct policy *policy, const char *name);
const struct policy_rule *rule_default(const struct policy *policy);

/* Makes the subject that a text stands for: an address, a name, or neither for "". */
struct subject {
    struct policy_subject subject;
    uint8_t address[16];
};
const struct policy_subject *subject_make(struct subject *subject, const char *text);

/*
 * Returns the rule for the subject that a text stands for (subject_make) and a client of the class.
 */
struct policy_rule rule_for(const struct policy *policy, const char *text, uint32_t client_class);

/* Asserts that all fields of both are equal. */
void rules_expect(const char *intent, const struct rules *rules, const struct rules *expected);

/* Asserts that the fields of a rule about paths and requests are the expected ones. */
void checks_expect(const char *intent, const struct policy_rule *rule,
                   const struct policy_rule *expected);

/*
 * Asserts that two rules answer every question alike. Under rfc9525 an unset common name counts as
 * `no`; everything else has to be equal.
 */
void rule_compare(const struct policy_rule *one, const struct policy_rule *other,
                  const char *intent);

/* Returns a number below n. The sequence is the same in every run. */
unsigned random_next(unsigned *state, unsigned n);

/* Runs each test in a test case of its own. Returns the exit status for main. */
int policy_suite_run(const char *name, const TTest *const *tests, size_t n_tests);

/*
 * Returns how many seconds loading may take: 2, times CK_TIMEOUT_MULTIPLIER, which is set for slow
 * runs such as under valgrind.
 */
long policy_patience(void);
