/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "daemon/policy/schema.h"
#include "tests/unit/policy/policy_fixture.h"

/*
 * Compares certnamed.conf(5) with the parser: the page has an entry for each key in each kind of
 * section, with an example that is accepted, and its complete examples are valid configurations.
 */

#define LINE_BYTES 512

/* The text that precedes each example, so that names in it exist. */
static const char before[] = "trust corp { file = /c } pinset bank { spki-sha256 = { \"" PIN_A
                             "\", \"" PIN_B "\" } }\n";
static const struct {
    const char *title;
    const char *others;
    const char *unless; /* `others` is left out if the line of the example begins with this */
} around[POLICY_SECTION_KINDS_COUNT] = {
    [POLICY_SECTION_TRUST] = {"x", "file = /x", "file"},
    [POLICY_SECTION_PINSET] = {"x", "spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" }", "spki"},
    [POLICY_SECTION_DENY] = {"x", "issuer-sha256 = \"" PIN_A "\" serials = 01", "se"},
    [POLICY_SECTION_DOMAIN] = {"bank.example", "subdomains = all", "subdomains"},
    [POLICY_SECTION_CLIENT] = {"x", "uid = 9", "uid"},
    [POLICY_SECTION_RECORD] = {"", "file = /x", "file"},
    [POLICY_SECTION_LISTEN] = {"x", "path = /x", "path"},
};

/* For which key in which kind of section an example was found. */
struct seen {
    bool keys[POLICY_SECTION_KINDS_COUNT][POLICY_KEYS_COUNT];
    bool is_rules; /* the lines read now describe the keys that three kinds of sections share */
    unsigned kind; /* the kind of section that the lines read now describe;
                      POLICY_SECTION_KINDS_COUNT: none */
    char key[LINE_BYTES];
    unsigned n_examples;
};

static FILE *page_open(void)
{
    const char *root = getenv("top_srcdir");
    char path[1024];
    FILE *page;

    snprintf(path, sizeof(path), "%s/doc/certnamed.conf.5", root ? root : ".");
    page = fopen(path, "r");
    ck_assert_msg(page, "%s", path);
    return page;
}

/* Replaces troff's escapes as troff does: \(dq is a double quote. */
static void line_unescape(char *line)
{
    char *quote;

    line[strcspn(line, "\n")] = '\0';
    while ((quote = strstr(line, "\\(dq"))) {
        *quote = '"';
        memmove(quote + 1, quote + 4, strlen(quote + 4) + 1);
    }
}

static void example_expect(unsigned kind, const char *example)
{
    const char *others = around[kind].others ? around[kind].others : "";
    bool is_end = strstr(example, "on-expiry") || strstr(example, "warn-days");
    char text[2 * LINE_BYTES];

    if (around[kind].unless &&
        strncmp(example, around[kind].unless, strlen(around[kind].unless)) == 0)
        others = "";
    if (kind == POLICY_SECTION_DENY && strncmp(example, "issuer-sha256", 13) == 0)
        others = "serials = 01";
    if (kind == POLICY_SECTION_DENY && strncmp(example, "serials", 7) == 0)
        others = "issuer-sha256 = \"" PIN_A "\"";
    if (kind == POLICY_SECTION_DENY && strncmp(example, "mode", 4) == 0)
        others = "names = zip";
    snprintf(text, sizeof(text), "%s%s %s { %s\n%s %s }", before, policy_section_schemas[kind].name,
             !around[kind].title ? "" : around[kind].title, others, example,
             is_end ? "expires = \"2027-06-30\"" : "");
    policy_free(accept_text(text));
}

static void example_take(struct seen *seen, unsigned kind, const char *example)
{
    enum policy_key key = policy_key_find((enum policy_section_kind)kind, seen->key);

    ck_assert_msg(key != POLICY_KEYS_COUNT, "%s has no key %s", policy_section_schemas[kind].name,
                  seen->key);
    ck_assert_msg(strncmp(example, seen->key, strlen(seen->key)) == 0, "%s: %s", seen->key,
                  example);
    example_expect(kind, example);
    seen->keys[kind][key] = true;
    seen->n_examples++;
}

static void line_take(struct seen *seen, const char *line)
{
    if (strncmp(line, ".Sh ", 4) == 0) {
        seen->is_rules = strcmp(line, ".Sh RULES") == 0;
        seen->kind = POLICY_SECTION_KINDS_COUNT;
    } else if (strncmp(line, ".Ss ", 4) == 0) {
        seen->kind = 0;
        while (seen->kind < POLICY_SECTION_KINDS_COUNT &&
               strcmp(policy_section_schemas[seen->kind].name, line + 4) != 0)
            seen->kind++;
    } else if (strncmp(line, ".It Ic ", 7) == 0) {
        strcpy(seen->key, line + 7);
    } else if (strncmp(line, ".Dl ", 4) == 0 && seen->is_rules) {
        example_take(seen, POLICY_SECTION_DEFAULTS, line + 4);
        example_take(seen, POLICY_SECTION_DOMAIN, line + 4);
        example_take(seen, POLICY_SECTION_CLIENT, line + 4);
    } else if (strncmp(line, ".Dl certnam", 11) != 0 && strncmp(line, ".Dl ", 4) == 0 &&
               seen->kind < POLICY_SECTION_KINDS_COUNT) {
        example_take(seen, seen->kind, line + 4);
    }
}

START_TEST(test_entries)
{
    struct seen seen = {.kind = POLICY_SECTION_KINDS_COUNT};
    FILE *page = page_open();
    char line[LINE_BYTES];

    while (fgets(line, sizeof(line), page)) {
        line_unescape(line);
        line_take(&seen, line);
    }
    fclose(page);
    for (unsigned kind = 0; kind < POLICY_SECTION_KINDS_COUNT; kind++)
        for (unsigned key = 0; key < POLICY_KEYS_COUNT; key++)
            ck_assert_msg(
                seen.keys[kind][key] ==
                    policy_key_stands_in((enum policy_key)key, (enum policy_section_kind)kind),
                "%s: %s", policy_section_schemas[kind].name, policy_key_schemas[key].name);
    printf("%u examples of keys\n", seen.n_examples);
}
END_TEST

START_TEST(test_examples)
{
    FILE *page = page_open();
    char line[LINE_BYTES];
    char text[8192] = "";
    bool is_within = false;
    unsigned n = 0;

    while (fgets(line, sizeof(line), page)) {
        if (strncmp(line, ".Bd -literal", 12) == 0) {
            is_within = true;
            text[0] = '\0';
        } else if (strncmp(line, ".Ed", 3) == 0) {
            is_within = false;
            policy_free(accept_text(text));
            n++;
        } else if (is_within) {
            ck_assert_uint_lt(strlen(text) + strlen(line), sizeof(text));
            strcat(text, line);
        }
    }
    fclose(page);
    ck_assert_uint_ge(n, 2);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_entries, test_examples};

    return policy_suite_run("policy-manual", tests, ROWS(tests));
}
