/* SPDX-License-Identifier: MIT */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/* Tests which domain section decides for which name or address. */

/* clang-format off */
static const char text[] =
    "defaults { }\n"                                                                      /* line 1 */
    BANK_PINS                                                                             /* line 2 */
    "domain none.example { }\n"                                                           /* line 3 */
    "domain one.example { subdomains = one exempt = x.one.example }\n"                    /* line 4 */
    "domain all.example { subdomains = all exempt = { \"Legacy.all.example.\", old.all.example } pinset = bank }\n" /* line 5 */
    "domain in.legacy.all.example { }\n"                                                  /* line 6 */
    "domain deep.in.old.all.example { subdomains = all exempt = out.deep.in.old.all.example }\n" /* line 7 */
    "domain B\xc3\xbc" "cher.Example { subdomains = one exempt = \xc3\xa4.b\xc3\xbc" "cher.example }\n" /* line 8 */
    "domain xn--strae-oqa.example { subdomains = all }\n"                                 /* line 9 */
    "domain 192.0.2.1 { pinset = bank }\n"                                                /* line 10 */
    "domain \"192.0.2.0/24\" { exempt = { 192.0.2.7, \"192.0.2.128/25\" } }\n"            /* line 11 */
    "domain \"192.0.2.200/29\" { }\n"                                                     /* line 12 */
    "domain \"10.0.0.0/8\" { exempt = \"10.9.0.0/16\" }\n"                                /* line 13 */
    "domain \"10.1.0.0/16\" { }\n"                                                        /* line 14 */
    "domain \"10.1.2.0/23\" { }\n"                                                        /* line 15 */
    "domain \"2001:DB8::/32\" { exempt = 2001:db8::7 }\n"                                 /* line 16 */
    "domain \"2001:db8:0:1::/64\" { }\n"                                                  /* line 17 */
    "domain 2001:db8::1 { }\n"                                                            /* line 18 */
    "domain \"::fffe:0:0/95\" { }\n"                                                      /* line 19 */
    "domain 2.0.192.in-addr.arpa { subdomains = all }\n"                                  /* line 20 */
    "domain all.example.org { subdomains = all }\n"                                       /* line 21 */
    "domain x.one.example.org { subdomains = one }\n";                                    /* line 22 */
/* clang-format on */

struct choice_row {
    const char *intent;
    const char *subject;
    unsigned line;
    unsigned exempted_by; /* the line of the section that exempts the subject, or 0 */
};

static const struct choice_row choice_rows[] = {
    {"nothing asked for", "", 1, 0},
    {"no section for it", "other.example", 1, 0},
    {"none: itself", "none.example", 3, 0},
    {"none: not below", "www.none.example", 1, 0},
    {"none: not above", "example", 1, 0},
    {"none: text before it", "xnone.example", 1, 0},
    {"none: text after it", "none.examplex", 1, 0},
    {"none: a label after it", "none.example.com", 1, 0},
    {"none: in capitals", "NONE.EXAMPLE", 3, 0},
    {"none: with a dot at its end", "none.example.", 3, 0},
    {"none: both", "None.Example.", 3, 0},
    {"none: two dots at its end", "none.example..", 1, 0},
    {"none: a dot before it", ".none.example", 1, 0},
    {"one: itself", "one.example", 4, 0},
    {"one: one below", "a.one.example", 4, 0},
    {"one: two below", "b.a.one.example", 1, 0},
    {"one: exempt", "x.one.example", 1, 4},
    {"one: exempt, in capitals and with a dot", "X.One.Example.", 1, 4},
    {"one: below what is exempt it does not reach anyway", "y.x.one.example", 1, 0},
    {"one: beside what is exempt", "xx.one.example", 4, 0},
    {"all: itself", "all.example", 5, 0},
    {"all: one below", "a.all.example", 5, 0},
    {"all: ten below", "1.2.3.4.5.6.7.8.9.0.all.example", 5, 0},
    {"all: exempt, written in capitals and with a dot", "legacy.all.example", 1, 5},
    {"all: below what is exempt", "a.legacy.all.example", 1, 5},
    {"all: ten below what is exempt", "1.2.3.4.5.6.7.8.9.0.legacy.all.example", 1, 5},
    {"all: beside what is exempt", "xlegacy.all.example", 5, 0},
    {"all: the second that is exempt", "old.all.example", 1, 5},
    {"all: a section below what is exempt", "in.legacy.all.example", 6, 0},
    {"all: below that section, which does not reach it", "a.in.legacy.all.example", 1, 5},
    {"all: a deep section below what is exempt", "deep.in.old.all.example", 7, 0},
    {"all: and below it", "a.deep.in.old.all.example", 7, 0},
    {"all: and what it exempts itself", "out.deep.in.old.all.example", 1, 7},
    {"all: and below that", "b.out.deep.in.old.all.example", 1, 7},
    {"all: between them", "in.old.all.example", 1, 5},
    {"all: the same labels elsewhere", "legacy.all.example.org", 21, 0},
    {"U-labels: the title", "xn--bcher-kva.example", 8, 0},
    {"U-labels: one below", "www.xn--bcher-kva.example", 8, 0},
    {"U-labels: in capitals", "XN--BCHER-KVA.example", 8, 0},
    {"U-labels: exempt", "xn--4ca.xn--bcher-kva.example", 1, 8},
    {"U-labels: two below", "a.b.xn--bcher-kva.example", 1, 0},
    {"an A-label as a title", "xn--strae-oqa.example", 9, 0},
    {"and below it", "a.b.xn--strae-oqa.example", 9, 0},
    {"not what an older IDNA makes of it", "strasse.example", 1, 0},
    {"an address", "192.0.2.1", 10, 0},
    {"the network around it", "192.0.2.2", 11, 0},
    {"its first address", "192.0.2.0", 11, 0},
    {"the last before what is exempt", "192.0.2.127", 11, 0},
    {"an exempt address", "192.0.2.7", 1, 11},
    {"an exempt network's first address", "192.0.2.128", 1, 11},
    {"its last address", "192.0.2.255", 1, 11},
    {"a section within what is exempt", "192.0.2.201", 12, 0},
    {"its last address", "192.0.2.207", 12, 0},
    {"one after it", "192.0.2.208", 1, 11},
    {"one before it", "192.0.2.199", 1, 11},
    {"beside the network", "192.0.3.0", 1, 0},
    {"the shortest prefix", "10.200.0.1", 13, 0},
    {"a longer one", "10.1.0.1", 14, 0},
    {"the longest", "10.1.3.255", 15, 0},
    {"one after it", "10.1.4.0", 14, 0},
    {"one before it", "10.1.1.255", 14, 0},
    {"exempt within the shortest", "10.9.255.255", 1, 13},
    {"after what is exempt", "10.10.0.0", 13, 0},
    {"above everything", "11.0.0.0", 1, 0},
    {"IPv6: a network", "2001:db8:ffff::1", 16, 0},
    {"IPv6: one beside it", "2001:db9::1", 1, 0},
    {"IPv6: a longer prefix", "2001:db8:0:1::ffff", 17, 0},
    {"IPv6: an address", "2001:db8::1", 18, 0},
    {"IPv6: the next address", "2001:db8::2", 16, 0},
    {"IPv6: exempt", "2001:db8::7", 1, 16},
    {"an IPv4 address as IPv6 is found by its section", "::ffff:192.0.2.1", 10, 0},
    {"and by its network", "::ffff:10.1.0.1", 14, 0},
    {"and exempt by it", "::ffff:192.0.2.7", 1, 11},
    {"and else by an IPv6 network that holds it", "::ffff:203.0.113.1", 19, 0},
    {"an IPv4-compatible one is none", "::192.0.2.1", 1, 0},
    {"an address's name is a name", "1.2.0.192.in-addr.arpa", 20, 0},
    {"another suffix, other rules", "one.example.org", 1, 0},
    {"below another suffix", "y.x.one.example.org", 22, 0},
};

/* The most specific section that covers a subject decides, also if it exempts the subject. */
START_TEST(test_choice)
{
    struct policy *policy = accept_text(text);

    ck_assert_uint_ge(ROWS(choice_rows), 60);
    for (size_t i = 0; i < ROWS(choice_rows); i++) {
        const struct choice_row *row = &choice_rows[i];
        struct policy_rule rule = rule_for(policy, row->subject, POLICY_CLASS_NONE);

        ck_assert_msg(rule.origin.line == row->line, "%s (%s): line %u", row->intent, row->subject,
                      rule.origin.line);
        ck_assert_msg((rule.exempted_by ? rule.exempted_by->line : 0) == row->exempted_by,
                      "%s (%s): exempted by %s", row->intent, row->subject,
                      rule.exempted_by ? rule.exempted_by->section : "nobody");
        ck_assert_msg((rule.pinset != NULL) == (row->line == 5 || row->line == 10), "%s: pinset",
                      row->intent);
        ck_assert_ptr_null(rule.client_origin);
    }
    policy_free(policy);
}
END_TEST

/* An address of a wrong length, or a subject without a type, has the rule of `defaults`. */
START_TEST(test_odd_subjects)
{
    struct policy *policy = accept_text("domain \"0.0.0.0/0\" { } domain \"::/0\" { }");
    const uint8_t address[17] = {0};

    for (size_t len = 0; len <= sizeof(address); len++) {
        struct policy_subject subject = {
            .type = POLICY_SUBJECT_IP, .address = address, .address_len = len};
        struct policy_rule rule;

        policy_rule_for(policy, &subject, POLICY_CLASS_NONE, &rule);
        ck_assert_str_eq(rule.origin.section, len == 4    ? "domain \"0.0.0.0/0\""
                                              : len == 16 ? "domain \"::/0\""
                                                          : "built-in defaults");
        subject.type = POLICY_SUBJECT_NONE;
        policy_rule_for(policy, &subject, POLICY_CLASS_NONE, &rule);
        ck_assert_str_eq(rule.origin.section, "built-in defaults");
    }
    policy_free(policy);
}
END_TEST

#define IN(title)      "\ndomain \"" title "\" { }"
#define EXEMPT(keys)   "domain a.example { subdomains = all exempt = { \n " keys " } }"
#define EXEMPT_IP(net) "domain \"10.0.0.0/8\" { exempt = { \n " net " } }"

static const struct refusal_row refusal_rows[] = {
    {"host bits", IN("10.0.0.1/8"), 2, "bits beyond its prefix"},
    {"host bits at the last place", IN("192.0.2.1/31"), 2, "bits beyond its prefix"},
    {"host bits in IPv6", IN("2001:db8::1/127"), 2, "bits beyond its prefix"},
    {"a prefix too long", IN("10.0.0.0/33"), 2, "a number from 0 to 32"},
    {"a prefix too long in IPv6", IN("2001:db8::/129"), 2, "a number from 0 to 128"},
    {"no prefix", IN("10.0.0.0/"), 2, "a number from 0 to 32"},
    {"a mask", IN("10.0.0.0/255.0.0.0"), 2, "a number from 0 to 32"},
    {"a prefix with a zero before it", IN("10.0.0.0/08"), 2, "a number from 0 to 32"},
    {"a negative prefix", IN("10.0.0.0/-8"), 2, "a number from 0 to 32"},
    {"a blank in it", IN("10.0.0.0 /8"), 2, "there is no IP address before the slash"},
    {"too short an address", IN("10.0/8"), 2, "there is no IP address before the slash"},
    {"a name with a prefix", IN("a.example/8"), 2, "there is no IP address before the slash"},
    {"an IPv4 address as IPv6", IN("::ffff:192.0.2.1"), 2, "write the IPv4 address"},
    {"an IPv4 network as IPv6", IN("::ffff:192.0.2.0/120"), 2, "write the IPv4 address"},
    {"a zone", IN("fe80::1%eth0"), 2, "this is no domain name"},
    {"brackets", IN("[::1]"), 2, "this is no domain name"},
    {"an address in octal", IN("010.0.0.1"), 2, "this is no domain name"},
    {"an address twice", IN("192.0.2.1") IN("192.0.2.1/32"), 3, "is already defined in line 2"},
    {"a network in two spellings", IN("2001:db8::/32") IN("2001:DB8:0::/32"), 3,
     "is already defined in line 2"},
    {"subdomains of an address", "domain 192.0.2.1 {\n subdomains = all }", 2,
     "an IP address has no subdomains"},
    {"a network's subdomains", "domain \"10.0.0.0/8\" {\nsubdomains = all }", 2,
     "a network has no subdomains: take it out"},
    {"subdomains of one label", "domain printer {\n subdomains = one }", 2,
     "a title of one label has no subdomains"},
    {"an exemption from one label", "domain printer {\n exempt = a.printer }", 2,
     "the section does not reach it"},
    {"an exemption that is not below", EXEMPT("b.example"), 2, "it is not below the domain"},
    {"the domain itself", EXEMPT("a.example"), 2, "it is not below the domain"},
    {"an exemption above", EXEMPT("example"), 2, "it is not below the domain"},
    {"an address as an exemption of names", EXEMPT("192.0.2.1"), 2, "has an IP address"},
    {"an exemption twice", EXEMPT("x.a.example, \"X.A.example.\""), 2, "has a value twice"},
    {"an exemption that is no name", EXEMPT("\"x y.a.example\""), 2, "white space"},
    {"an exemption with a star", EXEMPT("\"*.a.example\""), 2, "star"},
    {"an exemption that is not reached", "domain a.example {\n exempt = x.a.example }", 2,
     "the section does not reach it"},
    {"one that one level does not reach",
     "domain a.example { subdomains = one\n exempt = y.x.a.example }", 2,
     "the section does not reach it"},
    {"an empty list of them", "domain a.example { exempt = { } }", 1, "is empty"},
    {"a network's exemption outside of it", EXEMPT_IP("11.0.0.0"), 2,
     "outside of the section's network"},
    {"the network itself", EXEMPT_IP("\"10.0.0.0/8\""), 2, "outside of the section's network"},
    {"a network around it", EXEMPT_IP("\"0.0.0.0/0\""), 2, "outside of the section's network"},
    {"a name as an exemption of a network", EXEMPT_IP("a.example"), 2, "has a name"},
    {"another family", EXEMPT_IP("::1"), 2, "outside of the section's network"},
    {"exempt and a section", EXEMPT("x.a.example") "\n\ndomain X.a.example { }", 4,
     "names the same domain as a section in line 1"},
    {"exempt twice",
     EXEMPT("y.x.a.example") "\ndomain x.a.example { subdomains = all exempt = y.x.a.example }", 3,
     "names the same domain"},
    {"a network exempt and a section", EXEMPT_IP("10.1.0.0") IN("10.1.0.0"), 3,
     "names the same domain"},
    {"a public suffix in U-labels", IN("\xe4\xb8\xad\xe5\x9b\xbd"), 2, "this is a public suffix"},
};

START_TEST(test_refused)
{
    refuse_rows(refusal_rows, ROWS(refusal_rows));
}
END_TEST

/* Titles and exemptions are printed in canonical form and order. */
START_TEST(test_print)
{
    struct policy *policy = accept_text(
        "domain 2001:0DB8:0::1 { }\ndomain \"10.0.0.0/8\" { exempt = { 10.2.0.0, 10.1.0.0 } }\n"
        "domain \"192.0.2.1/32\" { path = always }\n"
        "domain B.example { subdomains = all exempt = { y.b.example, X.b.Example. } }\n");
    char *printed = print_text(policy);

    ck_assert_ptr_nonnull(strstr(
        printed, "}\n\ndomain \"b.example\" {\n    subdomains = all\n"
                 "    exempt = { \"x.b.example\", \"y.b.example\" }\n}\n"
                 "\ndomain \"192.0.2.1\" {\n    path = always\n}\n"
                 "\ndomain \"10.0.0.0/8\" {\n    exempt = { \"10.1.0.0\", \"10.2.0.0\" }\n}\n"
                 "\ndomain \"2001:db8::1\" {\n}\n"));
    free(printed);
    policy_free(policy);
}
END_TEST

static double lookups_time(const struct policy *policy, unsigned n_domains)
{
    enum { LOOKUPS = 200000 };
    struct timespec before, after;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
    for (unsigned i = 0; i < LOOKUPS; i++) {
        char name[32];
        struct policy_rule rule;
        struct policy_subject subject = {.type = POLICY_SUBJECT_NAME, .name = name};

        subject.len = (size_t)snprintf(name, sizeof(name), "www.d%05u.example",
                                       i * 7919 % n_domains);
        policy_rule_for(policy, &subject, POLICY_CLASS_NONE, &rule);
        ck_assert_int_eq(rule.path, POLICY_PATH_ALWAYS);
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
    return ((double)(after.tv_sec - before.tv_sec) * 1e9 +
            (double)(after.tv_nsec - before.tv_nsec)) /
           LOOKUPS;
}

static struct policy *domains_make(unsigned n)
{
    char *source = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&source, &len);
    struct policy *policy;

    for (unsigned i = 0; i < n; i++)
        fprintf(out, "domain d%05u.example { subdomains = all path = always }\n", i);
    ck_assert_int_eq(fclose(out), 0);
    policy = accept_text(source);
    free(source);
    return policy;
}

/*
 * A lookup among a thousand times as many domains takes only a few more steps: less than twenty
 * times as long. A linear search would take hundreds of times as long.
 */
START_TEST(test_cost)
{
    struct policy *few = domains_make(10);
    struct policy *many = domains_make(POLICY_SECTIONS_COUNT);
    double one = 1e9, other = 1e9;

    for (unsigned round = 0; round < 5; round++) {
        double taken = lookups_time(few, 10);

        one = taken < one ? taken : one;
        taken = lookups_time(many, POLICY_SECTIONS_COUNT);
        other = taken < other ? taken : other;
    }
    printf("a look-up among 10 domains: %.0f ns, among %u: %.0f ns\n", one, POLICY_SECTIONS_COUNT,
           other);
    ck_assert_msg(other < 20 * one, "%.0f ns, %.0f ns", one, other);
    policy_free(few);
    policy_free(many);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_choice, test_odd_subjects, test_refused, test_print, test_cost,
    };

    return policy_suite_run("policy-domains", tests, ROWS(tests));
}
