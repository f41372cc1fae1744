/* SPDX-License-Identifier: MIT */

/*
 * Compares our check of name constraints with OpenSSL's on random names and constraints: OpenSSL
 * has to accept everything that we accept. A validation asks both, so ours may refuse more.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "daemon/x509/path/constraints.h"
#include "tests/unit/x509/x509_fixture.h"

#define PAIRS 6000
/*
 * The least numbers of accepted and of refused pairs. With fewer, the comparison would prove
 * little.
 */
#define ACCEPTED_MIN (PAIRS / 10)
#define REFUSED_MIN  (PAIRS / 10)

struct random {
    uint64_t state;
};

static unsigned draw(struct random *random, unsigned below)
{
    random->state = random->state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(random->state >> 33) % below;
}

static const char *pick(struct random *random, const char *const *words, unsigned n)
{
    return words[draw(random, n)];
}

static void write_host(struct random *random, char **atp, bool odd)
{
    static const char *const labels[] = {"a", "b", "A", "ab", "example", "x-y", "com"};
    static const char *const oddities[] = {"", "*", "b*", "a%00", "_", "%c3%bc", "-"};
    unsigned n = 1 + draw(random, 3);

    if (odd && draw(random, 8) == 0)
        *atp += sprintf(*atp, "*.");
    for (unsigned i = 0; i < n; i++)
        *atp += sprintf(*atp, "%s%s", i ? "." : "",
                        odd && draw(random, 24) == 0 ? pick(random, oddities, 7)
                                                     : pick(random, labels, i + 1 < n ? 6 : 7));
}

static void write_directory(struct random *random, char **atp)
{
    static const char *const values[] = {"a", "A", "b", "a_b", "_a", "ab"};
    static const char *const types[] = {"CN", "O", "CN~", "O~"};
    unsigned n = 1 + draw(random, 3);

    for (unsigned i = 0; i < n; i++)
        *atp += sprintf(*atp, "%s%s:%s", i ? draw(random, 4) ? "/" : "+" : "",
                        pick(random, types, 4), pick(random, values, 6));
}

static void write_ip(struct random *random, char **atp, bool base)
{
    static const char *const masks[] = {"00000000", "fe000000", "ff000000",
                                        "ffff0000", "ffffffff", "ff00ff00"};

    if (!base && draw(random, 16) == 0)
        *atp += sprintf(*atp, "ip:0a00");
    else
        *atp += sprintf(*atp, "ip:%02x%02x0001", 10 + draw(random, 3), draw(random, 2));
    if (base)
        *atp += sprintf(*atp, "%s", pick(random, masks, draw(random, 16) ? 5 : 6));
}

/*
 * Writes a random name or constraint. Most are of two kinds, since otherwise few names would meet a
 * constraint.
 */
static void write_name(struct random *random, char **atp, unsigned kind, bool base)
{
    switch ((kind + draw(random, 2)) % 6) {
    case 0:
    case 1:
        *atp += sprintf(*atp, "dns:");
        write_host(random, atp, !base);
        break;
    case 2:
        *atp += sprintf(*atp, base && draw(random, 2) ? "email:"
                              : draw(random, 2)       ? "email:a@"
                                                      : "email:b@");
        write_host(random, atp, !base);
        break;
    case 3:
        *atp += sprintf(*atp, base ? draw(random, 2) ? "uri:." : "uri:" : "uri:http://");
        write_host(random, atp, !base);
        break;
    case 4:
        *atp += sprintf(*atp, "dn:");
        write_directory(random, atp);
        break;
    default:
        write_ip(random, atp, base);
    }
}

static void write_list(struct random *random, char **atp, unsigned kind, bool base)
{
    unsigned n = 1 + draw(random, 3);

    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            *(*atp)++ = ',';
        write_name(random, atp, kind, base);
    }
    **atp = '\0';
}

/* The edits (x509_fixture.h) of an end entity and of its CA. */
struct question {
    char leaf[1024];
    char ca[1024];
};

static void write_question(struct random *random, struct question *question)
{
    unsigned kind = draw(random, 6);
    char *at = question->leaf;

    at += sprintf(at, "subject=");
    if (draw(random, 2))
        write_directory(random, &at);
    if (draw(random, 8) == 0)
        at += sprintf(at, "%sE:a@a.example", at[-1] == '=' ? "" : "/");
    at += sprintf(at, " san=");
    write_list(random, &at, kind, false);
    at = question->ca;
    at += sprintf(at, "nc=");
    if (draw(random, 2)) {
        at += sprintf(at, "permit,");
        write_list(random, &at, kind, true);
        if (draw(random, 2))
            return;
        *at++ = ',';
    }
    at += sprintf(at, "exclude,");
    write_list(random, &at, kind, true);
}

START_TEST(never_laxer)
{
    struct random random = {.state = 1};
    size_t n_accepted = 0, n_refused = 0;

    for (unsigned i = 0; i < PAIRS; i++) {
        struct constraints_options options = {.budget = CONSTRAINTS_COMPARISONS_COUNT};
        struct fault_list faults = {0};
        struct fixture leaf, ca;
        const struct facts *path[2] = {&leaf.facts, &ca.facts};
        struct question question;
        int oracle;

        write_question(&random, &question);
        fixture_init(&leaf, FIXTURE_LEAF, question.leaf);
        fixture_init(&ca, FIXTURE_CA, question.ca);
        ck_assert_msg(leaf.r == 0 && ca.r == 0, "%s under %s", question.leaf, question.ca);
        ck_assert_int_eq(constraints_check(path, 2, &options, &faults), 0);
        /* This call fills the cache from which OpenSSL reads the subject alternative names. */
        (void)X509_check_purpose(leaf.x509, -1, 0);
        oracle = NAME_CONSTRAINTS_check(leaf.x509, ca.facts.constraints);
        ERR_clear_error();
        ck_assert_msg(faults.n > 0 || oracle == X509_V_OK, "%s under %s: OpenSSL says %d",
                      question.leaf, question.ca, oracle);
        n_accepted += faults.n == 0;
        n_refused += oracle != X509_V_OK;
        fixture_deinit(&leaf);
        fixture_deinit(&ca);
    }
    printf("%d pairs: %zu pass, OpenSSL refuses %zu\n", PAIRS, n_accepted, n_refused);
    ck_assert_uint_ge(n_accepted, ACCEPTED_MIN);
    ck_assert_uint_ge(n_refused, REFUSED_MIN);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("constraints beside OpenSSL");
    TCase *tcase = tcase_create("constraints beside OpenSSL");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, never_laxer);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
