/* SPDX-License-Identifier: MIT */
#include "tests/unit/policy/random_policy.h"

#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define OTHER_PIN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define SPARE_PIN "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBA="

/* --- random numbers --- */

static uint64_t chance;

void random_seed(uint64_t seed)
{
    chance = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

unsigned draw(unsigned n)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (unsigned)((chance >> 11) % n);
}

const char *pick(const char *const *words, size_t n)
{
    return words[draw((unsigned)n)];
}

/* --- text --- */

__attribute__((format(printf, 2, 3))) static void say(struct text *text, const char *format, ...)
{
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(text->data + text->len, sizeof(text->data) - text->len, format, arguments);
    va_end(arguments);
    ck_assert(n >= 0 && (size_t)n < sizeof(text->data) - text->len);
    text->len += (size_t)n;
}

/* Writes the key in one of `one_in` calls on average. */
static void say_key(struct text *text, unsigned one_in, const char *key, const char *value)
{
    if (draw(one_in) == 0)
        say(text, "  %s = %s\n", key, value);
}

/* --- sections --- */

static void say_names(struct text *text)
{
    say_key(text, 2, "rules", PICK("rfc9525", "python-3.7", "python-3.5", "openssl"));
    say_key(text, 3, "common-name", PICK("yes", "no"));
    say_key(text, 6, "wildcards", PICK("none", "left-label"));
    say_key(text, 6, "public-suffix-wildcards", PICK("refuse-icann", "refuse-all"));
}

static void say_path(struct text *text)
{
    say_key(text, 3, "path", PICK("always", "on-request", "report"));
    say_key(text, 3, "revocation", PICK("if-known", "off", "required"));
    say_key(text, 4, "request-time", PICK("yes", "no"));
    say_key(text, 4, "request-anchors", PICK("no", "add", "replace"));
    say_key(text, 4, "max-depth", PICK("0", "1", "3"));
    say_key(text, 4, "trust",
            PICK("{ \"t\" }", "{ \"t\", \"system\" }", "{ \"corp\" }", "{ \"none\" }",
                 "{ \"peers\" }", "{ \"peers\", \"t\" }"));
    say_key(text, 4, "anchors", PICK("as-is", "profile"));
    say_key(text, 4, "certificates", PICK("webpki", "rfc5280", "compatible"));
    say_key(text, 3, "clock-skew", PICK("0", "1h", "1d"));
    say_key(text, 3, "ocsp-max-age", PICK("0", "1d", "30d"));
}

static void say_reports(struct text *text)
{
    say_key(text, 6, "rules-report", PICK("rfc9525", "python-3.5", "openssl"));
    say_key(text, 4, "wildcards-report", PICK("none", "left-label"));
    say_key(text, 6, "public-suffix-wildcards-report", PICK("refuse-icann", "refuse-all"));
    say_key(text, 4, "trust-report",
            PICK("{ \"corp\", \"t\" }", "{ \"none\" }", "{ \"none\", \"system\" }"));
    say_key(text, 6, "certificates-report", PICK("rfc5280", "webpki", "compatible"));
    say_key(text, 6, "anchors-report", PICK("as-is", "profile"));
    say_key(text, 6, "revocation-report", PICK("if-known", "off", "required"));
    say_key(text, 4, "max-depth-report", PICK("0", "1", "2"));
}

/* Writes the keys that sections of all kinds with rules may have. */
static void say_rules(struct text *text)
{
    say_names(text);
    say_path(text);
    say_reports(text);
}

static void say_pinset(struct text *text, const struct random_pins *pins)
{
    say(text, "pinset \"p\" { spki-sha256 = { \"%s\", \"" OTHER_PIN "\" } scope = %s mode = %s\n",
        PICK(pins->leaf, pins->issuer, pins->root, SPARE_PIN),
        PICK("leaf", "issuer", "anchor", "any"), PICK("enforce", "enforce", "report"));
    if (draw(3) == 0)
        say(text, "  bad-spki-sha256 = { \"%s\" }\n", PICK(pins->root, pins->issuer, SPARE_PIN));
    if (draw(3) == 0)
        say(text, "  not-before = \"2026-05-20\"\n");
    if (draw(2))
        say(text, "  expires = \"2026-06-0%u\" on-expiry = %s\n", 1 + draw(9),
            PICK("closed", "report", "open"));
    if (draw(3) == 0)
        say(text, "  local-anchors = override\n");
    say(text, "}\n");
}

static void say_deny(struct text *text, const struct random_pins *pins)
{
    say(text, "deny \"d\" { mode = %s\n  %s = { \"%s\" } }\n", PICK("enforce", "report"),
        draw(2) ? "issuer-spki-sha256" : "spki-sha256",
        PICK(pins->leaf, pins->issuer, pins->root, SPARE_PIN));
    if (draw(2))
        say(text, "deny \"n\" { names = { \"%s\" } }\n", PICK("x.example.com", "www.example.com"));
}

/* Writes a trust section; `keys` are the lines of further keys. */
static void say_trust(struct text *text, const char *name, const char *keys)
{
    say(text, "trust \"%s\" { file = { \"/%s\" } %s\n", name, name, keys);
    say_key(text, 3, "certificates", PICK("webpki", "rfc5280", "compatible"));
    if (strcmp(name, "peers") != 0)
        say_key(text, 2, "end-entities", PICK("no", "yes"));
    say(text, "}\n");
}

static void say_policy(struct text *text, const struct random_pins *pins)
{
    text->len = 0;
    say(text, "defaults {\n");
    say_rules(text);
    say(text, "}\n");
    say_trust(text, "t", "");
    say_trust(text, "none", "");
    say_trust(text, "corp", "permitted-dns = { \"corp.example\" }");
    say_trust(text, "peers", "end-entities = only");
    say_pinset(text, pins);
    say(text, "domain \"example.com\" { subdomains = all\n");
    if (draw(2))
        say(text, "  pinset = \"p\"\n");
    say_rules(text);
    say(text, "}\n");
    if (draw(2)) {
        say(text, "domain \"www.example.com\" {\n");
        say_rules(text);
        say(text, "}\n");
    }
    if (draw(3) == 0)
        say_deny(text, pins);
}

static void say_unreported(struct text *text, const struct text *whole)
{
    const char *line = whole->data;

    text->len = 0;
    while (*line) {
        size_t len = strcspn(line, "\n") + 1;

        if (!memmem(line, len, "-report = ", strlen("-report = ")))
            say(text, "%.*s", (int)len, line);
        line += len;
    }
}

/* --- policies --- */

/*
 * Makes random texts until one is accepted. Some are refused: a key may be both pinned and
 * forbidden, or a report may have the value that is enforced.
 */
struct policy *random_policy(struct text *text, const struct random_pins *pins,
                             const struct suffix_list *suffixes)
{
    struct policy_error error = {0};
    struct policy *policy = NULL;

    for (unsigned i = 0; i < 100; i++) {
        say_policy(text, pins);
        if (policy_parse(&policy, "test.conf", text->data, text->len, suffixes, &error) == 0)
            return policy;
    }
    ck_abort_msg("line %u: %s\nin:\n%s", error.line, error.message, text->data);
    return NULL;
}

struct policy *random_policy_unreported(const struct text *whole,
                                        const struct suffix_list *suffixes)
{
    struct policy_error error = {0};
    struct policy *policy = NULL;
    struct text text;

    say_unreported(&text, whole);
    ck_assert_msg(policy_parse(&policy, "test.conf", text.data, text.len, suffixes, &error) == 0,
                  "line %u: %s\nin:\n%s", error.line, error.message, text.data);
    return policy;
}
