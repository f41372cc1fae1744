/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "tests/unit/policy/policy_fixture.h"

/* Tests the sections `listen`, and sections `client` for named sockets. */

#define TWO "listen b { path = /b }\nlisten a { path = /a mode = 660 }\n"

/* The sockets are listed by name, with the mode that the section sets, or else the default 0600. */
START_TEST(test_listens)
{
    struct policy *policy = accept_text(TWO);
    size_t n;
    const struct policy_listen *listens = policy_listens(policy, &n);

    ck_assert_uint_eq(n, 2);
    ck_assert_str_eq(listens[0].name, "a");
    ck_assert_str_eq(listens[0].path, "/a");
    ck_assert_uint_eq(listens[0].mode, 0660);
    ck_assert_str_eq(listens[0].origin.section, "listen \"a\"");
    ck_assert_uint_eq(listens[0].origin.line, 2);
    ck_assert_str_eq(listens[1].name, "b");
    ck_assert_uint_eq(listens[1].mode, 0600);
    policy_free(policy);
    policy = accept_text("");
    (void)policy_listens(policy, &n);
    ck_assert_uint_eq(n, 0);
    policy_free(policy);
}
END_TEST

/*
 * The table of sockets has the class of each section `client` for a socket, whether or not a
 * section `listen` has that name.
 */
START_TEST(test_clients)
{
    struct policy *policy = accept_text("client u { uid = 1 }\nclient unidentified { }\nclient s { "
                                        "socket = { x, a } path = always }\n" TWO
                                        "client v { gid = 1 socket = b }");
    size_t n;
    const struct policy_client_socket *sockets = policy_client_sockets(policy, &n);
    struct policy_rule rule;

    ck_assert_uint_eq(n, 3);
    ck_assert_str_eq(sockets[0].name, "x");
    ck_assert_uint_eq(sockets[0].class_number, 2);
    ck_assert_str_eq(sockets[1].name, "a");
    ck_assert_uint_eq(sockets[1].class_number, 2);
    ck_assert_str_eq(sockets[1].origin->section, "client \"s\"");
    ck_assert_str_eq(sockets[2].name, "b");
    ck_assert_uint_eq(sockets[2].class_number, 3);
    rule = rule_for(policy, "d.example", 2);
    ck_assert_int_eq(rule.path, POLICY_PATH_ALWAYS);
    policy_free(policy);
}
END_TEST

/*
 * The order of sections `listen` does not change the policy, and the printed policy can be read
 * again.
 */
START_TEST(test_printed)
{
    struct policy *policy = accept_text(TWO "client s { socket = a }");
    struct policy *other = accept_text(
        "listen a { mode = 0660 path = /a }\nclient s { socket = { a } }"
        "listen b { path = /b mode = 600 }");
    char *text = print_text(policy), *again = print_text(other);

    ck_assert_str_eq(text, again);
    ck_assert_ptr_nonnull(strstr(text, "client \"s\" {\n    socket = { \"a\" }\n}\n"));
    ck_assert_ptr_nonnull(strstr(text, "listen \"a\" {\n    path = \"/a\"\n    mode = 0660\n}\n"));
    free(again);
    policy_free(other);
    other = accept_text(text);
    again = print_text(other);
    ck_assert_str_eq(text, again);
    free(again);
    free(text);
    policy_free(other);
    policy_free(policy);
}
END_TEST

/*
 * A socket to which no section `client` refers causes a warning; one to which a section refers does
 * not.
 */
START_TEST(test_warning)
{
    struct policy *policy = accept_text(TWO "client s { socket = a }");
    struct policy_warning warning;

    ck_assert(policy_warning(policy, 0, 0, &warning));
    ck_assert_str_eq(warning.origin->section, "listen \"b\"");
    ck_assert_ptr_nonnull(strstr(warning.text, "no section client names it"));
    ck_assert(!policy_warning(policy, 0, 1, &warning));
    policy_free(policy);
}
END_TEST

static const struct refusal_row refusal_rows[] = {
    {"no path", "\nlisten a { mode = 0600 }", 2, "listen has no \"path\""},
    {"no name", "listen \"\" { path = /a }", 1, "has 1 to 31 letters"},
    {"the name of the daemon's socket", "listen certnamed { path = /a }", 1, "own sockets"},
    {"the administrative socket's name", "listen certnamed-admin { path = /a }", 1, "own sockets"},
    {"a unit's name", "listen a.socket { path = /a }", 1, "is one of a unit"},
    {"the same name twice", "listen a { path = /a }\nlisten a { path = /b }", 2,
     "already defined in line 1"},
    {"the same path twice", "listen a { path = /a }\nlisten b {\n path = /a }", 3,
     "another section listens there already"},
    {"a path that does not fit",
     "listen a { path = "
     "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }",
     1, "at most 107 bytes"},
    {"one socket in two sections", "client a { socket = s }\nclient b {\n socket = { t, s } }", 3,
     "another section is for the clients of this socket"},
    {"more sockets than there may be",
     "client a { socket = { s1, s2, s3, s4 } }\nclient b { socket = { s5, s6, s7, s8 } }\n"
     "client c { socket = s9 }",
     3, "it takes 8"},
    {"a socket for the unidentified", "client unidentified { socket = a }", 1,
     "who have no uid here"},
    {"more sections than there may be",
     "listen a { path = /a } listen b { path = /b } listen c { path = /c } listen d { path = /d }\n"
     "listen e { path = /e } listen f { path = /f } listen g { path = /g } listen h { path = /h }\n"
     "listen i { path = /i }",
     3, "more than 8 sections \"listen\""},
    {"a key of another section", "listen a { path = always uid = 1 }", 1, "no such option 'uid'"},
};

START_TEST(test_refused)
{
    refuse_rows(refusal_rows, ROWS(refusal_rows));
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_listens, test_clients, test_printed, test_warning,
                                  test_refused};

    return policy_suite_run("policy-listen", tests, ROWS(tests));
}
