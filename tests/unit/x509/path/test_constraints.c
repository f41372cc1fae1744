/* SPDX-License-Identifier: MIT */

/* Tests which names the constraints of each kind permit, and to which certificates they apply. */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/x509/path/constraints.h"
#include "tests/unit/x509/x509_fixture.h"

static const struct row {
    const char *intent;
    const char *root;
    const char *ca;
    const char *leaf;
    const char *expected;
} rows[] = {
#include "tests/unit/x509/constraints_rows.h"
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))
_Static_assert(N_ROWS >= 120, "rows of the constraints");

/* The usual options with some changes. */
#define OPTIONS(...)                                                                               \
    (struct constraints_options)                                                                   \
    {                                                                                              \
        .budget = CONSTRAINTS_COMPARISONS_COUNT, __VA_ARGS__                                       \
    }

static void judge(const char *root, const char *ca, const char *leaf,
                  const struct constraints_options *options, const char *expected,
                  const char *intent)
{
    struct fixture fixtures[3];
    const struct facts *path[3] = {&fixtures[0].facts, &fixtures[1].facts, &fixtures[2].facts};
    struct fault_list faults = {0};
    char text[FIXTURE_FAULTS_BYTES];

    fixture_init(&fixtures[0], FIXTURE_LEAF, leaf);
    fixture_init(&fixtures[1], FIXTURE_CA, ca);
    fixture_init(&fixtures[2], FIXTURE_ROOT, root);
    for (size_t i = 0; i < 3; i++)
        ck_assert_msg(fixtures[i].r == 0, "%s: %zu", intent, i);
    ck_assert_int_eq(constraints_check(path, 3, options, &faults), 0);
    fixture_print(text, &faults);
    ck_assert_msg(strcmp(text, expected) == 0, "%s: '%s', not '%s'", intent, text, expected);
    for (size_t i = 0; i < 3; i++)
        fixture_deinit(&fixtures[i]);
}

START_TEST(each_row)
{
    const struct row *row = &rows[_i];

    judge(row->root, row->ca, row->leaf, &OPTIONS(.common_name = false), row->expected,
          row->intent);
}
END_TEST

/* With `leading_dot`, a constraint that begins with a dot stands for the names below the rest. */
START_TEST(a_leading_dot_stands_for_subdomains)
{
    static const struct {
        const char *nc, *leaf, *expected;
    } dotted[] = {
        {"nc=permit,dns:.example.com", "san=dns:a.example.com", ""},
        {"nc=permit,dns:.example.com", "san=dns:a.b.example.com,dns:*.example.com", ""},
        {"nc=permit,dns:.example.com", "san=dns:example.com", "name-not-permitted@0"},
        {"nc=permit,dns:.example.com", "san=dns:aexample.com", "name-not-permitted@0"},
        {"nc=permit,dns:.example.com", "san=dns:example.org", "name-not-permitted@0"},
        {"nc=permit,dns:example.com,dns:.example.com", "san=dns:example.com", ""},
        {"nc=exclude,dns:.example.com", "san=dns:example.com", ""},
        {"nc=exclude,dns:.example.com", "san=dns:a.example.com", "name-excluded@0"},
        {"nc=exclude,dns:.example.com", "san=dns:*.example.com", "name-excluded@0"},
        {"nc=exclude,dns:.a.example.com", "san=dns:*.example.com", ""},
        {"nc=permit,dns:.", "san=dns:example.com", "name-constraints-invalid@2"},
        {"nc=permit,dns:..example.com", "san=dns:example.com", "name-constraints-invalid@2"},
    };

    for (size_t i = 0; i < sizeof(dotted) / sizeof(*dotted); i++)
        judge(dotted[i].nc, "", dotted[i].leaf, &OPTIONS(.leading_dot = true), dotted[i].expected,
              dotted[i].nc);
}
END_TEST

static const struct common_row {
    const char *intent;
    const char *nc;
    const char *leaf;
    const char *expected;
} common_rows[] = {
    {"within", "nc=permit,dns:example.com", "subject=CN:a.example.com -san", ""},
    {"out of bounds", "nc=permit,dns:example.com", "subject=CN:example.org -san",
     "name-not-permitted@0"},
    {"excluded", "nc=exclude,dns:example.org", "subject=CN:example.org -san", "name-excluded@0"},
    {"a wildcard that could be excluded", "nc=exclude,dns:a.example.org",
     "subject=CN:*.example.org -san", "name-excluded@0"},
    {"a partial wildcard", "nc=exclude,dns:a.example.org", "subject=CN:b*.example.org -san",
     "name-malformed@0"},
    {"beside an address, which some rule sets overlook", "nc=permit,dns:example.com",
     "subject=CN:example.org san=ip:c0000201", "name-not-permitted@0"},
    {"beside a name it says nothing", "nc=permit,dns:example.com",
     "subject=CN:example.org san=dns:example.com", ""},
    {"the second one", "nc=permit,dns:example.com", "subject=CN:example.com/CN:example.org -san",
     "name-not-permitted@0"},
    {"words", "nc=permit,dns:example.com", "subject=CN:A_Company -san", ""},
    {"an address permitted", "nc=permit,ip:c0000200ffffff00", "subject=CN:192.0.2.1 -san", ""},
    {"an address not permitted", "nc=permit,ip:c0000200ffffff00", "subject=CN:192.0.3.1 -san",
     "name-not-permitted@0"},
    {"an address of IPv6 excluded",
     "nc=exclude,ip:00000000000000000000000000000001ffffffffffffffffffffffffffffffff",
     "subject=CN:::1 -san", "name-excluded@0"},
    {"NUL behind an address", "nc=exclude,ip:c0000200ffffff00,dns:a.example",
     "subject=CN:192.0.2.1%00 -san", "name-malformed@0"},
    {"more than are kept", "nc=permit,dns:a",
     "subject=CN:a/CN:a/CN:a/CN:a/CN:a/CN:a/CN:a/CN:a/CN:b -san", "name-malformed@0"},
    {"only of the end entity", "nc=permit,dns:ca.example", "subject=CN:ca.example -san", ""},
};

/* If a common name may stand for a host, constraints on hosts apply to it. */
START_TEST(common_names)
{
    const struct common_row *row = &common_rows[_i];

    judge(row->nc, "", row->leaf, &OPTIONS(.common_name = true), row->expected, row->intent);
}
END_TEST

static struct bytes span(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text, .len = strlen(text)};
}

/*
 * A name that a trust section excludes is excluded in an identity of any type; texts that contain
 * no host are not compared with it.
 */
START_TEST(imposed_on_every_type)
{
    static const struct bytes excluded[] = {{(const uint8_t *)"bad.example", 11}};
    static const struct {
        const char *intent;
        const char *leaf;
        const char *expected;
    } leaves[] = {
        {"a mailbox", "san=email:jo@bad.example", "name-excluded@0"},
        {"a mailbox below", "san=email:jo@a.bad.example", "name-excluded@0"},
        {"a mailbox elsewhere", "san=email:jo@good.example", ""},
        {"a mailbox in the subject", "subject=CN:x/E:jo@bad.example san=dns:good.example",
         "name-excluded@0"},
        {"a URI", "san=uri:https://bad.example/x", "name-excluded@0"},
        {"a URI below", "san=uri:spiffe://a.bad.example/x", "name-excluded@0"},
        {"a URI elsewhere", "san=uri:https://good.example/bad.example", ""},
        {"a URI without a host", "san=uri:urn:uuid:bad.example", ""},
        {"a common name", "subject=CN:bad.example -san", "name-excluded@0"},
        {"a common name beside another name", "subject=CN:a.bad.example san=dns:good.example",
         "name-excluded@0"},
        {"a wildcard in a common name", "subject=CN:*.example -san", "name-excluded@0"},
        {"a common name that is no host", "subject=CN:bad.example_(old) san=dns:good.example", ""},
        {"a common name elsewhere", "subject=CN:good.example -san", ""},
    };
    struct constraints_options options = OPTIONS(.excluded_dns = excluded, .n_excluded_dns = 1);

    for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++)
        judge("", "", leaves[i].leaf, &options, leaves[i].expected, leaves[i].intent);
}
END_TEST

START_TEST(imposed)
{
    struct bytes permitted[] = {span("example.com"), span("Example.NET")};
    struct bytes excluded[] = {span("a.example.com")}, bad[] = {span(".example.com")};
    struct constraints_net nets[] = {
        {.address = {192, 0, 2, 1}, .n_bytes = 4, .prefix_bits = 24},
        {.address = {0x20, 0x01, 0x0d, 0xb8}, .n_bytes = 16, .prefix_bits = 32}};
    struct constraints_net bad_net = {.n_bytes = 4, .prefix_bits = 33};
    struct constraints_options dns = OPTIONS(.permitted_dns = permitted, .n_permitted_dns = 2,
                                             .excluded_dns = excluded, .n_excluded_dns = 1);
    struct constraints_options ip = OPTIONS(.permitted_ip = nets, .n_permitted_ip = 2);

    judge("", "", "san=dns:x.example.net", &dns, "", "permitted");
    judge("", "", "san=dns:example.org", &dns, "name-not-permitted@0", "not permitted");
    judge("", "", "san=dns:x.a.example.com", &dns, "name-excluded@0", "excluded");
    judge("", "", "san=dns:*.example.com", &dns, "name-excluded@0", "could be excluded");
    judge("", "san=dns:example.org", "san=dns:example.com", &dns, "name-not-permitted@1", "a CA");
    judge("nc=permit,dns:example.org", "", "san=dns:example.com", &dns, "name-not-permitted@0",
          "the anchor narrows");
    judge("", "", "san=ip:c0000301", &dns, "", "an address, names constrained");
    judge("", "", "san=ip:c00002ff", &ip, "", "an address");
    judge("", "", "san=ip:20010db8000000000000000000000001", &ip, "", "an address of IPv6");
    judge("", "", "san=ip:c0000301", &ip, "name-not-permitted@0", "another address");
    judge("", "", "san=dns:example.com", &OPTIONS(.permitted_dns = bad, .n_permitted_dns = 1),
          "name-constraints-invalid@2", "no domain name");
    judge("", "", "san=dns:example.com", &OPTIONS(.permitted_ip = &bad_net, .n_permitted_ip = 1),
          "name-constraints-invalid@2", "no network");
}
END_TEST

/*
 * The budget counts the names times the constraints of their kind. With a budget of 0 nothing can
 * be compared.
 */
START_TEST(budget)
{
    static const char nc[] = "nc=permit,dns:a.example,dns:b.example,exclude,dns:c.example";
    struct constraints_options options = {0};

    judge("", "", "", &options, "", "nothing to compare");
    judge(nc, "", "san=dns:a.example", &options, "name-constraints-budget@0", "none at all");
    options.budget = 6;
    judge(nc, "", "san=dns:a.example,dns:b.example", &options, "", "two names");
    judge(nc, "", "san=dns:a.example,dns:b.example,dns:a.example", &options,
          "name-constraints-budget@0", "three");
    judge(nc, "", "san=dns:a.example,dns:b.example,ip:c0000201,email:a@b", &options, "",
          "other kinds are free");
}
END_TEST

/* Returns `head` followed by `n` A-labels with dots between them. */
static char *write_a_labels(const char *head, unsigned n)
{
    static const char label[] = "xn--3ya.";
    char *text = malloc(strlen(head) + n * strlen(label) + 1);

    ck_assert_ptr_nonnull(text);
    strcpy(text, head);
    for (unsigned i = 0; i < n; i++)
        strcat(text, label);
    text[strlen(text) - 1] = '\0';
    return text;
}

/* A-labels are compared as ASCII and never decoded. A name of more than 253 octets is malformed. */
START_TEST(a_labels)
{
    struct constraints_options options = OPTIONS(.common_name = false);

    for (unsigned n = 1; n <= 512; n = n < 40 ? n + 1 : n * 2) {
        bool fits = n * 8 - 1 <= 253;
        char *leaf = write_a_labels("san=email:a@", n), *smtp = write_a_labels("san=smtp:a@", n);
        char *exact = write_a_labels("nc=permit,email:", n);

        judge("", "nc=exclude,email:xn--3ya", leaf, &options,
              !fits    ? "name-malformed@0"
              : n == 1 ? "name-excluded@0"
                       : "",
              "A-labels in an rfc822Name");
        judge("", "nc=exclude,email:.xn--3ya", smtp, &options,
              !fits   ? "name-malformed@0"
              : n > 1 ? "name-excluded@0"
                      : "",
              "A-labels in an SmtpUTF8Mailbox");
        judge("", exact, smtp, &options, fits ? "" : "name-constraints-invalid@1",
              "A-labels in a constraint");
        free(leaf);
        free(smtp);
        free(exact);
    }
}
END_TEST

START_TEST(refuses_what_it_cannot_judge)
{
    struct constraints_options options = OPTIONS(.common_name = false);
    struct fault_list faults = {0};
    struct fixture fixture;
    const struct facts *path[2] = {&fixture.facts, NULL};

    fixture_init(&fixture, FIXTURE_LEAF, "");
    ck_assert_int_eq(constraints_check(path, 1, &options, &faults), 0);
    ck_assert_uint_eq(faults.n, 1);
    ck_assert_str_eq(faults.faults[0].code, "path-too-short");
    ck_assert_int_eq(constraints_check(path, 2, &options, &faults), -EINVAL);
    ck_assert_int_eq(constraints_check(NULL, 2, &options, &faults), -EINVAL);
    path[1] = path[0];
    ck_assert_int_eq(constraints_check(path, 2, NULL, &faults), -EINVAL);
    ck_assert_int_eq(constraints_check(path, 2, &options, NULL), -EINVAL);
    fixture_deinit(&fixture);
}
END_TEST

/* In a fault a name from a certificate is printable ASCII, and cut. */
START_TEST(shows_names_safely)
{
    struct fixture fixtures[2];
    const struct facts *path[2] = {&fixtures[0].facts, &fixtures[1].facts};
    struct constraints_options options = OPTIONS(.common_name = false);
    struct fault_list faults = {0};

    fixture_init(
        &fixtures[0], FIXTURE_LEAF,
        "san=dns:evil%0a%1b%27_%7f%ff.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
    fixture_init(&fixtures[1], FIXTURE_CA, "nc=permit,dns:example.com");
    ck_assert_int_eq(constraints_check(path, 2, &options, &faults), 0);
    ck_assert_uint_eq(faults.n, 1);
    ck_assert_str_eq(faults.faults[0].text,
                     "the name 'evil??????.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...' "
                     "cannot be held against the constraints of the CA at depth 1");
    for (size_t i = 0; i < 2; i++)
        fixture_deinit(&fixtures[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("constraints");
    TCase *tcase = tcase_create("constraints");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tcase, a_leading_dot_stands_for_subdomains);
    tcase_add_loop_test(tcase, each_row, 0, (int)N_ROWS);
    tcase_add_loop_test(tcase, common_names, 0,
                        (int)(sizeof(common_rows) / sizeof(common_rows[0])));
    tcase_add_test(tcase, imposed);
    tcase_add_test(tcase, imposed_on_every_type);
    tcase_add_test(tcase, budget);
    tcase_add_test(tcase, a_labels);
    tcase_add_test(tcase, refuses_what_it_cannot_judge);
    tcase_add_test(tcase, shows_names_safely);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
