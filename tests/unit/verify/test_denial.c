/* SPDX-License-Identifier: MIT */

/*
 * Tests denials of names, keys and serial numbers: each list by itself, the depth at which it
 * applies, with and without a path, enforced and only reported.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/pin.h"
#include "daemon/verify/denial.h"
#include "tests/unit/policy/policy_fixture.h"

static const char *pin_of(char letter)
{
    return letter == 'a' ? PIN_A : letter == 'b' ? PIN_B : letter == 'c' ? PIN_C : PIN_D;
}

/*
 * Fills in the certificates. `letters` has three letters for each, the end entity's first: for its
 * key, its issuer and its serial number.
 */
static void set_certificates(struct fingerprints *certificates, const char *letters, bool validated)
{
    certificates->validated = validated;
    certificates->n = strlen(letters) / 3;
    for (size_t i = 0; i < certificates->n; i++) {
        struct fingerprint *key = &certificates->list[i];

        ck_assert_int_eq(policy_pin_decode(key->spki, pin_of(letters[3 * i])), POLICY_PIN_OK);
        ck_assert_int_eq(policy_pin_decode(key->issuers[0], pin_of(letters[3 * i + 1])),
                         POLICY_PIN_OK);
        key->n_issuers = 1;
        key->serial = (const uint8_t *)&letters[3 * i + 2];
        key->n_serial = 1;
    }
}

#define LEAF_KEY  "deny leaf { spki-sha256 = \"" PIN_A "\" }\n"
#define ISSUER    "deny issuer { issuer-spki-sha256 = \"" PIN_B "\" }\n"
#define SERIAL    "deny serial { issuer-sha256 = \"" PIN_C "\" serials = { 31, \"0032\" } }\n"
#define NAMES     "deny names { names = { bad.example, \"192.0.2.0/24\" } }\n"
#define REPORT(x) "deny x { mode = report " x " }\n"

static const struct {
    const char *intent, *policy, *subject, *keys;
    enum denial_state state;
    const char *failures, *reported;
} rows[] = {
    {"no section", "", "bad.example", "abc", DENIAL_NONE, "", ""},
    {"nothing of all of them", LEAF_KEY ISSUER SERIAL NAMES, "a.example", "ddd", DENIAL_NONE, "",
     ""},

    {"a key", LEAF_KEY, "", "adx", DENIAL_DENIED, "leaf: the end entity's key@0", ""},
    {"an authority may have it", LEAF_KEY, "", "ddxadxadx", DENIAL_NONE, "", ""},
    {"an authority's key", ISSUER, "", "ddxbdxddx", DENIAL_DENIED, "issuer: an authority's key@1",
     ""},
    {"the anchor's", ISSUER, "", "ddxddxbdx", DENIAL_DENIED, "issuer: an authority's key@2", ""},
    {"an end entity may have it", ISSUER, "", "bdxddx", DENIAL_NONE, "", ""},
    {"the nearest is told", ISSUER, "", "ddxbdxbdx", DENIAL_DENIED, "issuer: an authority's key@1",
     ""},
    {"a number of the end entity", SERIAL, "", "dc1", DENIAL_DENIED, "serial: a certificate@0", ""},
    {"of an authority", SERIAL, "", "ddxdc2", DENIAL_DENIED, "serial: a certificate@1", ""},
    {"the number of another issuer", SERIAL, "", "dd1", DENIAL_NONE, "", ""},
    {"another number", SERIAL, "", "dc3", DENIAL_NONE, "", ""},
    {"the issuer's name is no key", SERIAL, "", "cd1", DENIAL_NONE, "", ""},
    {"a name", NAMES, "bad.example", "ddx", DENIAL_DENIED, "names: the name@0", ""},
    {"below a name", NAMES, "a.b.bad.example", "ddx", DENIAL_DENIED, "names: the name@0", ""},
    {"an address", NAMES, "192.0.2.7", "ddx", DENIAL_DENIED, "names: the name@0", ""},
    {"another address", NAMES, "192.0.3.7", "ddx", DENIAL_NONE, "", ""},
    {"who names nobody", NAMES, "", "ddx", DENIAL_NONE, "", ""},

    {"one reason a section, the name first",
     "deny all { names = bad.example spki-sha256 = \"" PIN_A "\" }", "bad.example", "ada",
     DENIAL_DENIED, "all: the name@0", ""},
    {"each section for itself, in their order", NAMES LEAF_KEY ISSUER SERIAL, "bad.example",
     "adxbc1", DENIAL_DENIED,
     "names: the name@0 leaf: the end entity's key@0 issuer: an authority's key@1 "
     "serial: a certificate@1",
     ""},
    {"reported", REPORT("names = bad.example"), "bad.example", "ddx", DENIAL_NONE, "",
     "x: the name@0"},
    {"reported at its depth", REPORT("issuer-spki-sha256 = \"" PIN_B "\""), "", "ddxbdx",
     DENIAL_NONE, "", "x: an authority's key@1"},
    {"reported first, then enforced", REPORT("names = bad.example") NAMES, "bad.example", "ddx",
     DENIAL_DENIED, "names: the name@0", "x: the name@0"},
    {"enforced first, then reported", NAMES REPORT("names = bad.example"), "bad.example", "ddx",
     DENIAL_DENIED, "names: the name@0", "x: the name@0"},
    {"reported, and another enforced", REPORT("names = bad.example") LEAF_KEY, "bad.example", "ddx",
     DENIAL_NONE, "", "x: the name@0"},
};

/* Writes section and reason of each failure and its depth, separated by blanks. */
static void print_denials(char out[static 400], const struct verdict_failure *list, size_t n)
{
    static const char head[] = "application verification failure: ", middle[] = " is denied by \"";
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        const char *what = (const char *)list[i].message.data + sizeof(head) - 1;
        const char *name = memmem(list[i].message.data, list[i].message.len, middle,
                                  sizeof(middle) - 1);
        const char *end;

        ck_assert_mem_eq(list[i].message.data, head, sizeof(head) - 1);
        ck_assert(list[i].code.len == 6 && memcmp(list[i].code.data, "denied", 6) == 0);
        ck_assert_uint_eq(list[i].verify_code, 50);
        ck_assert_ptr_nonnull(name);
        end = strchr(name + sizeof(middle) - 1, '"');
        ck_assert_ptr_nonnull(end);
        ck_assert_int_eq(list[i].message.data[list[i].message.len - 1], ')');
        used += (size_t)snprintf(out + used, 400 - used, "%s%.*s: %.*s@%u", i ? " " : "",
                                 (int)(end - name) - (int)sizeof(middle) + 1,
                                 name + sizeof(middle) - 1, (int)(name - what), what,
                                 (unsigned)list[i].depth);
    }
}

/*
 * The result is the same with and without a valid path, so a denied key counts even in a
 * certificate that only accompanies the end entity.
 */
START_TEST(test_rows)
{
    for (size_t i = 0; i < 2 * ROWS(rows); i++) {
        size_t row = i / 2;
        struct policy *policy = accept_text(rows[row].policy);
        struct verdict verdict = {.n_failures = 0};
        struct words words = {.used = 0};
        struct subject subject;
        struct fingerprints certificates;
        char text[400];
        enum denial_state state;

        set_certificates(&certificates, rows[row].keys, i % 2 == 0);
        state = denial_judge(policy, subject_make(&subject, rows[row].subject), &certificates,
                             &verdict, &words);
        ck_assert_msg(state == rows[row].state, "%s: state %#x", rows[row].intent, (unsigned)state);
        print_denials(text, verdict.failures, verdict.n_failures);
        ck_assert_msg(strcmp(text, rows[row].failures) == 0, "%s: %s", rows[row].intent, text);
        print_denials(text, verdict.reported, verdict.n_reported);
        ck_assert_msg(strcmp(text, rows[row].reported) == 0, "%s: reported %s", rows[row].intent,
                      text);
        policy_free(policy);
    }
}
END_TEST

/* A denial refuses even if the list of failures or that of reported findings is already full. */
START_TEST(test_full)
{
    char *head = text_repeat("", "deny r", " { names = bad.example mode = report }\n",
                             POLICY_DENIES_COUNT - 1, NAMES);
    struct policy *policy = accept_text(head);
    struct verdict verdict = {.n_failures = LIMIT_FAILURES_COUNT};
    struct words words = {.used = WORDS_BYTES};
    struct subject subject;
    struct fingerprints certificates;

    set_certificates(&certificates, "ddx", true);
    ck_assert_int_eq(denial_judge(policy, subject_make(&subject, "bad.example"), &certificates,
                                  &verdict, &words),
                     DENIAL_DENIED);
    ck_assert_uint_eq(verdict.n_failures, LIMIT_FAILURES_COUNT);
    ck_assert_uint_eq(verdict.n_reported, LIMIT_FAILURES_COUNT);
    policy_free(policy);
    free(head);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_rows, test_full};

    return policy_suite_run("verify denials", tests, ROWS(tests));
}
