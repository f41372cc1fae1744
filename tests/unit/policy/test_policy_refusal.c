/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

#define DOMAIN(title) "domain \"" title "\" { }"
#define PINS(list)    "pinset bank {\n spki-sha256 = { " list " }\n}"

static const struct refusal_row grammar_rows[] = {
    {"unknown key in defaults", "defaults {\n\n  frob = 1\n}", 3,
     "no such option 'frob': known here are rules, common-name, wildcards, wildcards-report, "
     "public-suffix-wildcards, public-suffix-wildcards-report, rules-report"},
    {"a domain's key in defaults", "defaults {\n subdomains = all\n}", 2, "no such option"},
    {"unknown key in domain", "domain bank.example {\n mode = x\n}", 2,
     "known here are subdomains, rules, common-name, wildcards, wildcards-report, "
     "public-suffix-wildcards, public-suffix-wildcards-report, rules-report, pinset"},
    {"unknown key in pinset", "pinset bank {\n rules = openssl\n}", 2, "no such option 'rules'"},
    {"unknown section", "# one\n\nclients \"x\" { }", 3,
     "no such option 'clients': known here are defaults, trust, pinset, deny, domain, client, "
     "limits, record, metrics"},
    {"a key at top level", "common-name = yes", 1, "no such option 'common-name'"},
    {"keys are case-sensitive", "Defaults { }", 1, "no such option"},
    {"an unknown key after comments counts their lines once",
     "# a\n/* b\n c */ // d\n/**/\ndefaults {\n# e\n // f\n frob = 1 }", 8, "no such option"},
    {"a nested section", "domain a.example {\n domain b.example { }\n}", 2, "no such option"},
    {"include is no function", "\ninclude(\"/etc/passwd\")", 2, "nothing is included"},
    {"include as a key", "include \"/etc/passwd\"", 1, "no such option 'include'"},
    {"a second defaults", "defaults { }\n\ndefaults { common-name = yes }", 3,
     "after that in line 1"},
    {"a second empty defaults", "defaults { common-name = yes }\ndefaults { }", 2,
     "second section \"defaults\""},
    {"a key twice", "domain bank.example {\n subdomains = all\n subdomains = all\n}", 3,
     "subdomains is given twice in this section, first in line 2"},
    {"a key twice in defaults", "defaults { common-name = no\n common-name = yes }", 2,
     "given twice"},
    {"a list twice",
     "pinset bank {\n spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" }\n spki-sha256 = { \"" PIN_C
     "\", \"" PIN_D "\" }\n}",
     3, "spki-sha256 is given twice"},
    {"an empty list, then a list",
     "pinset bank {\n spki-sha256 = { }\n spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" }\n}", 1,
     "given twice"},
    {"a list, then an empty list",
     "pinset bank {\n spki-sha256 = { \"" PIN_A "\", \"" PIN_B "\" }\n spki-sha256 = { }\n}", 1,
     "given twice"},
    {"a list cannot be appended to", "pinset bank {\n spki-sha256 += { \"" PIN_A "\" }\n}", 2,
     "plus sign outside quotes"},
    {"a value without an equal sign", "defaults {\n common-name yes\n}", 2, "missing equal sign"},
    {"a list for a single value", "defaults {\n common-name = { yes }\n}", 2, "unexpected token"},
    {"a domain without a title", "domain { }", 1, "missing title"},
    {"two titles", "domain a.example b.example { }", 1, "missing opening brace"},
    {"one brace too many", "defaults { }\n}", 2, "unexpected closing brace"},
    {"an empty key", "defaults { }\n\"\" = 1", 2, "a key without a name"},
    {"a path to a section's option", "defaults { }\n\"defaults|common-name\" = yes", 2,
     "a vertical bar"},
    {"the same without quotes", "defaults { }\ndefaults|common-name = yes", 2, "a vertical bar"},
    {"a section by its index", "defaults { }\n\"defaults=0\" = yes", 2, "no sub-section"},
    {"a section by its title", DOMAIN("a.example") "\n\"domain=a.example\" = yes", 2,
     "no sub-section"},
    {"the hidden option cannot be said", "defaults {\n \"\001reader\" = 1\n}", 2,
     "a control character"},
    {"nor the end option", "\001end = 1", 1, "a control character"},
};

static const struct refusal_row character_rows[] = {
    {"a star outside quotes", "\ndomain *.bank.example { }", 2, "a star outside quotes"},
    {"a star outside quotes, within a word", "domain ba*nk.example { }", 1,
     "a star outside quotes"},
    {"a star before a brace", "domain bank.example*{ }", 1, "a star outside quotes"},
    {"a star as a value", "defaults {\n common-name = * }", 2, "a star outside quotes"},
    {"a variable in double quotes", "defaults {\n common-name = \"${YES}\"\n}", 2,
     "nothing is taken from the environment"},
    {"a variable with a default", "defaults { common-name = \"${NOT_SET:-yes}\" }", 1,
     "environment"},
    {"a variable in single quotes", "defaults { common-name = '${YES}' }", 1, "environment"},
    {"a variable outside quotes", "defaults { common-name = ${YES} }", 1, "environment"},
    {"a variable as a key", "${YES} { }", 1, "environment"},
    {"an escape in a string", "domain \"bank\\x2eexample\" { }", 1, "a backslash"},
    {"an escaped quote", "domain 'bank\\'.example' { }", 1, "a backslash"},
    {"a continued line", "domain \"bank.\\\nexample\" { }", 1, "a backslash"},
    {"a backslash outside quotes", "domain bank\\.example { }", 1, "a backslash"},
    {"a string over two lines", "\ndomain \"bank.\nexample\" { }", 2,
     "does not end in the line in which it begins"},
    {"a string that never ends", "defaults { }\ndomain \"bank.example { }", 2, "never ends"},
    {"the same in single quotes", "domain 'bank.example { }", 1, "never ends"},
    {"a comment that never ends", "defaults { }\n/* one\n two\n* /", 2, "a comment"},
    {"a comment that ends in its own star", "/*/", 1, "a comment"},
    {"a control character", "defaults {\n\f}", 2, "a control character"},
    {"a control character in a string", "domain \"bank\x7f.example\" { }", 1,
     "a control character"},
    {"an escape sequence of one character",
     "# \xc2\x9b"
     "31m",
     1, "a control character"},
    {"a carriage return alone", "defaults { }\r# x", 1, "a control character"},
    {"a byte order mark",
     "\xef\xbb\xbf"
     "defaults { }",
     1, "a byte order mark"},
    {"Latin-1", "defaults { }\ndomain \"b\xfcro.example\" { }", 2, "not UTF-8"},
    {"Latin-1 in a comment", "defaults { }\n\n# \xe4", 3, "not UTF-8"},
    {"an overlong form", "# \xc0\xaf", 1, "not UTF-8"},
    {"a surrogate", "# \xed\xa0\x80", 1, "not UTF-8"},
    {"beyond Unicode", "# \xf4\x90\x80\x80", 1, "not UTF-8"},
    {"a continuation byte alone", "# \x80", 1, "not UTF-8"},
    {"a character cut off by the end", "# \xe2\x82", 1, "not UTF-8"},
};

static const struct refusal_row meaning_rows[] = {
    {"a word that is no switch", "defaults {\n common-name = maybe\n}", 2,
     "common-name = \"maybe\" is not known: it is one of no, yes, report"},
    {"libconfuse's other words for yes", "domain bank.example {\n common-name = true }", 2,
     "is one of no, yes"},
    {"an empty value", "defaults { common-name = \"\" }", 1, "common-name = \"\""},
    {"a depth that is none", "domain bank.example {\n\n subdomains = some }", 3,
     "subdomains = \"some\" is not known: it is one of none, one, all"},
    {"an unknown pinset", BANK_PINS "domain bank.example {\n pinset = \"bnak\"\n}", 3,
     "there is no pinset \"bnak\""},
    {"a tilde stays a tilde", "domain bank.example {\n pinset = ~root }", 2, "\"~root\""},
    {"pinset names are case-sensitive", BANK_PINS "domain bank.example { pinset = Bank }", 2,
     "there is no pinset"},
    {"a pinset without a key", "\npinset bank {\n}", 2, "pinset \"bank\" has no pin"},
    {"a pinset with an empty list", PINS(""), 1, "has no pin"},
    {"a pinset with one pin", PINS("\"" PIN_A "\""), 1,
     "pinset \"bank\" has one pin: add a backup pin"},
    {"one pin without braces", "pinset bank { spki-sha256 = \"" PIN_A "\" }", 1, "has one pin"},
    {"the same pin twice", PINS("\"" PIN_A "\",\n\"" PIN_B "\",\n\"" PIN_A "\""), 4,
     "spki-sha256: \"" PIN_A "\": it occurs twice"},
    {"a pin that is too short", PINS("\"" PIN_A "\",\n\"" A42 "=\""), 3, "not 44 characters"},
    {"a pin that is too long", PINS("\"" PIN_A "\", \"" A42 "AAA=\""), 2, "not 44 characters"},
    {"no pin at all", PINS("\"\", \"" PIN_A "\""), 2, "not 44 characters"},
    {"base64url", PINS("\"" PIN_A "\", \"-_" B40 "M=\""), 2,
     "a character that base64 does not have"},
    {"white space in a pin", PINS("\"" PIN_A "\", \" " A42 "=\""), 2, "base64 does not have"},
    {"an equal sign within", PINS("\"" PIN_A "\", \"A=" A42 "\""), 2, "base64 does not have"},
    {"33 bytes", PINS("\"" PIN_A "\", \"" A42 "AA\""), 2, "exactly one \"=\""},
    {"31 bytes", PINS("\"" PIN_A "\", \"" A42 "==\""), 2, "exactly one \"=\""},
    {"bits left over", PINS("\"" PIN_A "\", \"" A42 "B=\""), 2, "bits that belong to no byte"},
    {"a pinset twice", BANK_PINS "\n" BANK_PINS, 3, "pinset \"bank\" is already defined in line 1"},
    {"a pinset without a name", "pinset \"\" { }", 1, "no valid name"},
    {"a pinset with a blank in its name", "pinset \"a b\" { }", 1, "no valid name"},
    {"a pinset with a quote in its name", "pinset 'a\"b' { }", 1, "no valid name"},
    {"a pinset with an umlaut in its name", "pinset \"b\xc3\xbcro\" { }", 1, "no valid name"},
    {"a pinset with a name of 65 characters", "pinset " A42 "AAAAAAAAAAAAAAAAAAAAAAA { }", 1,
     "no valid name"},
    {"a public suffix", "\n" DOMAIN("com"), 2, "this is a public suffix"},
    {"a public suffix of two labels", DOMAIN("co.uk"), 1, "this is a public suffix"},
    {"a public suffix in disguise", DOMAIN("CO.UK."), 1, "this is a public suffix"},
    {"a star in quotes", DOMAIN("*.bank.example"), 1, "a title cannot have a star"},
    {"no name", DOMAIN(""), 1, "this is no domain name: it is empty"},
    {"a leading dot", DOMAIN(".bank.example"), 1, "it begins with a dot"},
    {"two dots", DOMAIN("bank..example"), 1, "two dots"},
    {"white space", DOMAIN("bank .example"), 1, "white space"},
    {"a port", DOMAIN("bank.example:443"), 1, "no domain name"},
    {"a number", DOMAIN("127.1"), 1, "no domain name"},
    {"a domain twice", DOMAIN("bank.example") "\n" DOMAIN("bank.example"), 2,
     "domain \"bank.example\" is already defined in line 1"},
    {"the same in capitals", DOMAIN("a.example") "\n" DOMAIN("A.Example"), 2,
     "domain \"A.Example\" is already defined in line 1, as domain \"a.example\""},
    {"the same with a dot", DOMAIN("a.example.") "\n\n" DOMAIN("a.example"), 3,
     "is already defined in line 1, as domain \"a.example.\""},
    {"the same as A-labels", DOMAIN("b\xc3\xbcro.example") "\n" DOMAIN("xn--bro-hoa.example"), 2,
     "is already defined in line 1"},
    {"an error after many lines of a section",
     "# 1\ndomain\n bank.example\n{\n  subdomains\n  =\n  # 7\n  some\n}", 8, "\"some\""},
};

static const struct refusal_row end_rows[] = {
    {"cut off in a section", "defaults { }\ndomain bank.example {\n subdomains = all\n", 2,
     "the text ends within the section that begins here"},
    {"cut off before a value", "\ndefaults {\n common-name =", 2, "the text ends"},
    {"cut off before a title", "# x\ndomain", 2, "the text ends"},
    {"cut off before a brace", "domain\n\n\"bank.example\"\n", 1, "the text ends"},
    {"cut off in a list", BANK_PINS "pinset b {\n spki-sha256 = { \"" PIN_A "\",\n", 2,
     "the text ends"},
    {"cut off before a comma", "pinset b {\n spki-sha256 = { \"" PIN_A "\"\n# x", 1,
     "the text ends"},
    {"cut off in an empty section", "defaults {", 1, "the text ends"},
    {"a brace that is missing within", "defaults {\ndomain bank.example { }\n", 2,
     "no such option 'domain'"},
};

/*
 * Each refusal has its cause and its line, and nothing is written to standard output or standard
 * error.
 */
START_TEST(test_refusals)
{
    FILE *caught = tmpfile();
    int standard = dup(STDERR_FILENO);
    struct stat st;

    ck_assert_int_eq(setenv("YES", "yes", 1), 0);
    ck_assert_ptr_nonnull(caught);
    ck_assert_int_ge(dup2(fileno(caught), STDERR_FILENO), 0);
    refuse_rows(grammar_rows, ROWS(grammar_rows));
    refuse_rows(character_rows, ROWS(character_rows));
    refuse_rows(meaning_rows, ROWS(meaning_rows));
    refuse_rows(end_rows, ROWS(end_rows));
    ck_assert_int_ge(dup2(standard, STDERR_FILENO), 0);
    ck_assert_int_eq(fstat(fileno(caught), &st), 0);
    ck_assert_int_eq(st.st_size, 0);
    fclose(caught);
    close(standard);
}
END_TEST

/* A NUL is refused at any position, although a C string would end there. */
START_TEST(test_nul)
{
    static const char text[] = "defaults { }\n# x\ndomain \"bank.example\" { }\n";
    char copy[sizeof(text)];
    unsigned line = 1;

    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        struct refusal_row row = {"a NUL", copy, line, "a NUL byte"};

        memcpy(copy, text, sizeof(text));
        copy[i] = '\0';
        refuse_bytes(&row, sizeof(text) - 1);
        line += text[i] == '\n';
    }
}
END_TEST

static void refuse_and_free(char *text, unsigned line, const char *fragment)
{
    struct refusal_row row = {fragment, text, line, fragment};

    clock_t before = clock();

    refuse_bytes(&row, strlen(text));
    ck_assert_int_lt(clock() - before, policy_patience() * CLOCKS_PER_SEC);
    free(text);
}

/* For each limit, one more than allowed is refused, without reading the rest. */
START_TEST(test_limits)
{
    refuse_and_free(text_repeat("", "domain d", ".example { }\n", POLICY_SECTIONS_COUNT + 1, ""),
                    POLICY_SECTIONS_COUNT + 1, "more than 10000 sections \"domain\"");
    refuse_and_free(text_repeat("", "pinset p", " { }\n", POLICY_SECTIONS_COUNT + 1, ""),
                    POLICY_SECTIONS_COUNT + 1, "more than 10000 sections \"pinset\"");
    refuse_and_free(text_repeat("", "domain a", "{}", 200000, ""), 1, "more than 10000");
    refuse_and_free(text_repeat("", "a", "{}", 440000, ""), 1, "no such option");
    refuse_and_free(text_repeat("pinset p { spki-sha256 = {", "\"", "\",\n", 300000, "} }"),
                    POLICY_PINS_COUNT + 1, "at most 64 values");
    refuse_and_free(text_repeat("{", "{", "{", 500000, ""), 1, "unexpected token");
    refuse_and_free(text_repeat("\ndomain \"", "a", "a", 500000, "\" { }"), 2,
                    "a string is too long");
    refuse_and_free(text_repeat("\ndomain ", "a", "a", 500000, " { }"), 2, "a word is too long");
    refuse_and_free(text_fill("", ' ', POLICY_FILE_BYTES + 1), 0, "larger than 4 MiB");
}
END_TEST

/*
 * A word or string of the largest allowed length is parsed; one that is a byte longer is refused
 * before libconfuse reads it.
 */
START_TEST(test_value_lengths)
{
    static const char *const heads[] = {"domain ", "domain \"", "domain '"};
    static const char *const tails[] = {" { }", "\" { }", "' { }"};

    for (size_t i = 0; i < ROWS(heads); i++) {
        for (size_t more = 0; more < 2; more++) {
            char *filled = text_fill(heads[i], 'a', strlen(heads[i]) + POLICY_VALUE_BYTES + more);
            char *text = text_repeat(filled, "", "", 0, tails[i]);

            free(filled);
            refuse_and_free(text, 1, more == 0 ? "no domain name" : " is too long");
        }
    }
}
END_TEST

/*
 * The largest allowed texts are accepted within the time limit: 4 MiB of comments or of blanks, and
 * 64 pins.
 */
START_TEST(test_limits_reached)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char fills[] = {'#', ' ', '\t', '\n'};
    char *list = NULL;
    size_t len = 0;
    FILE *out;

    for (size_t i = 0; i < sizeof(fills); i++) {
        char *text = text_fill("", fills[i], POLICY_FILE_BYTES);
        clock_t before = clock();

        policy_free(accept_text(text));
        ck_assert_int_lt(clock() - before, policy_patience() * CLOCKS_PER_SEC);
        free(text);
    }

    out = open_memstream(&list, &len);
    ck_assert_ptr_nonnull(out);
    fputs("pinset p { spki-sha256 = {", out);
    for (size_t i = 0; i < POLICY_PINS_COUNT; i++)
        fprintf(out, "\"%c%s=\",", digits[i], A42);
    fputs("} }", out);
    ck_assert_int_eq(fclose(out), 0);
    policy_free(accept_text(list));
    free(list);
}
END_TEST

/*
 * The byte of a piece of text with which the piece is complete, so that a file that is cut off
 * after it is valid.
 */
enum piece {
    PIECE_SECTION, /* its last byte, the closing brace */
    PIECE_BLANK,   /* its first byte */
    PIECE_LINE,    /* the "#", since the end of the file may end the comment */
    PIECE_SLASHES, /* the second slash */
    PIECE_BLOCK,   /* its last byte */
};

static const struct {
    enum piece piece;
    const char *text;
} pieces[] = {
    {PIECE_LINE, "# a \"comment\" { with ' all ="},
    {PIECE_BLANK, "\n\n \t"},
    {PIECE_SECTION, "defaults { common-name = yes rules=python-3.7 }"},
    {PIECE_BLOCK, "\r\n"},
    {PIECE_SLASHES, "// another one"},
    {PIECE_BLANK, "\n"},
    {PIECE_SECTION,
     "pinset \"bank\" {\n  # two\n  spki-sha256 = { \"" PIN_A "\", '" PIN_B "' }\n}"},
    {PIECE_BLOCK, "/* a third\n * one */"},
    {PIECE_SECTION, "domain \"bank.example\"\n{\n  subdomains = \"all\" // deep\n"
                    "  common-name = no\n  pinset = /* { */ bank\n}"},
    {PIECE_SECTION, "domain 'a.example' { }"},
    {PIECE_BLANK, "\n"},
    {PIECE_LINE, "#"},
};

static bool piece_is_complete(enum piece piece, size_t n, size_t len)
{
    switch (piece) {
    case PIECE_SECTION:
    case PIECE_BLOCK:
        return n == len;
    case PIECE_SLASHES:
        return n >= 2;
    default:
        return true;
    }
}

/*
 * A file that is cut off at any byte is refused, unless the cut is between sections, or in a
 * comment that the end of its line would have ended. Then exactly the sections before the cut hold.
 */
START_TEST(test_cut_off)
{
    char text[4096] = "";
    char sections[4096] = "";
    size_t len = 0;

    for (size_t i = 0; i < ROWS(pieces); i++) {
        size_t piece_len = strlen(pieces[i].text);

        strcat(text, pieces[i].text);
        for (size_t n = 1; n <= piece_len; n++) {
            struct policy *policy = NULL;
            struct policy_error error;
            int r = policy_parse(&policy, "test.conf", text, len + n, suffixes, &error);
            bool complete = piece_is_complete(pieces[i].piece, n, piece_len);

            ck_assert_msg(r == (complete ? 0 : 1), "%d after:\n%.*s", r, (int)(len + n), text);
            if (n == piece_len && pieces[i].piece == PIECE_SECTION)
                strcat(sections, pieces[i].text);
            if (complete) {
                struct policy *whole = accept_text(sections);
                char *printed = print_text(policy);
                char *expected = print_text(whole);

                ck_assert_str_eq(printed, expected);
                policy_free(whole);
                free(printed);
                free(expected);
            }
            policy_free(policy);
        }
        len += piece_len;
    }
}
END_TEST

/*
 * A valid text in which a few bytes were changed is accepted, or refused with a line and a cause.
 */
START_TEST(test_mutations)
{
    static const char bytes[] = "{}\"'=#/*\n ,+$\\|a.\001\r\xc3(";
    char text[4096] = "";
    unsigned state = 7;

    for (size_t i = 0; i < ROWS(pieces); i++)
        strcat(text, pieces[i].text);
    for (unsigned i = 0; i < 20000; i++) {
        struct policy *policy = NULL;
        struct policy_error error = {.line = UINT_MAX};
        char copy[sizeof(text)];
        unsigned n_lines = 1;
        int r;

        strcpy(copy, text);
        for (unsigned n = random_next(&state, 3) + 1; n > 0; n--)
            copy[random_next(&state, (unsigned)strlen(copy))] =
                bytes[random_next(&state, sizeof(bytes) - 1)];
        for (const char *c = copy; *c != '\0'; c++)
            n_lines += *c == '\n';
        r = policy_parse(&policy, "test.conf", copy, strlen(copy), suffixes, &error);
        ck_assert_msg(r == 0 || r == 1, "%d", r);
        ck_assert_int_eq(r == 0, policy != NULL);
        if (r == 1)
            ck_assert_msg(error.line >= 1 && error.line <= n_lines && error.message[0] != '\0',
                          "line %u: %s\nin:\n%s", error.line, error.message, copy);
        policy_free(policy);
    }
}
END_TEST

/*
 * In an error a long path is cut at its beginning and a long title at its end, and neither within a
 * character.
 */
START_TEST(test_error_lengths)
{
    char name[1000];

    memset(name, 'x', sizeof(name));
    strcpy(name + 980, "/the.conf");
    for (size_t odd = 0; odd < 2; odd++) {
        char text[1024];
        struct policy *policy = NULL;
        struct policy_error error;

        strcpy(text, odd == 1 ? "domain \"a" : "domain \"");
        for (unsigned i = 0; i < 400; i++)
            strcat(text, "\xc3\xbc");
        strcat(text, "\" { }");
        ck_assert_int_eq(policy_parse(&policy, name, text, strlen(text), suffixes, &error), 1);
        ck_assert_uint_eq(strlen(error.file), sizeof(error.file) - 1);
        ck_assert_int_eq(strncmp(error.file, "...x", 4), 0);
        ck_assert_str_eq(error.file + strlen(error.file) - 9, "/the.conf");
        ck_assert_ptr_nonnull(strstr(error.message, "\xc3\xbc...\": this is no domain name"));
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_refusals,       test_nul,     test_limits,    test_value_lengths,
        test_limits_reached, test_cut_off, test_mutations, test_error_lengths,
    };

    return policy_suite_run("policy-refusal", tests, ROWS(tests));
}
