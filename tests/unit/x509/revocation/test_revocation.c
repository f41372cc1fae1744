/* SPDX-License-Identifier: MIT */

/*
 * Tests the result for a certificate with CRLs of every shape, in both modes. Each reason has a row
 * that leads to it, and only a CRL without a flaw makes the certificate good.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "tests/unit/x509/revocation_fixture.h"

#define LISTED   LEAF_SERIAL
#define UNLISTED (LEAF_SERIAL + 1)

enum signer {
    BY_ISSUER,
    BY_NAMESAKE, /* another key with the issuer's name */
    BY_NOBODY    /* there is no CRL at all */
};

struct row {
    const char *intent;
    enum signer signer;
    unsigned shape;
    long serial;
    int64_t from, until;
    const char *point;
    enum revocation_state state;
    const char *why;
    int verify_code;
    bool is_tolerated; /* in the mode REVOCATION_IF_KNOWN */
};

#define GOOD     REVOCATION_GOOD, NULL, 0, true
#define REVOKED  REVOCATION_REVOKED, "revoked", 23, false
#define BAD      REVOCATION_UNUSABLE
#define UNKNOWN  REVOCATION_UNKNOWN
#define DEFAULT  0, 0, NULL
#define AT(name) 0, 0, name

static const struct row rows[] = {
    {"no CRL", BY_NOBODY, 0, 0, DEFAULT, UNKNOWN, "revocation-unknown", 3, true},
    {"an empty CRL", BY_ISSUER, 0, 0, DEFAULT, GOOD},
    {"not listed", BY_ISSUER, 0, UNLISTED, DEFAULT, GOOD},
    {"listed", BY_ISSUER, 0, LISTED, DEFAULT, REVOKED},
    {"with the right key identifier", BY_ISSUER, CRL_AUTHORITY, UNLISTED, DEFAULT, GOOD},
    {"unknown extensions that are not critical", BY_ISSUER, CRL_NONCRITICAL | CRL_ENTRY_NONCRITICAL,
     UNLISTED, DEFAULT, GOOD},
    {"version 1", BY_ISSUER, CRL_V1, 0, DEFAULT, GOOD},

    {"today", BY_ISSUER, 0, UNLISTED, NOW, NOW, NULL, GOOD},
    {"its last second", BY_ISSUER, 0, UNLISTED, NOW - DAY, NOW, NULL, GOOD},
    {"a second too old", BY_ISSUER, 0, UNLISTED, NOW - DAY, NOW - 1, NULL, REVOCATION_STALE,
     "crl-stale", 12, true},
    {"its first second", BY_ISSUER, 0, UNLISTED, NOW, NOW + DAY, NULL, GOOD},
    {"a second too new", BY_ISSUER, 0, UNLISTED, NOW + 1, NOW + DAY, NULL, BAD, "crl-not-yet-valid",
     11, false},
    {"ends before it begins", BY_ISSUER, 0, UNLISTED, NOW + 1, NOW - 1, NULL, BAD,
     "crl-not-yet-valid", 11, false},
    {"listed in an old CRL", BY_ISSUER, 0, LISTED, NOW - DAY, NOW - 1, NULL, REVOKED},
    {"listed in a future CRL", BY_ISSUER, 0, LISTED, NOW + 1, NOW + DAY, NULL, REVOKED},
    {"no end", BY_ISSUER, CRL_NO_END, UNLISTED, DEFAULT, REVOCATION_STALE, "crl-no-next-update", 50,
     true},
    {"listed in a CRL without an end", BY_ISSUER, CRL_NO_END, LISTED, DEFAULT, REVOKED},
    {"no end, a second too new", BY_ISSUER, CRL_NO_END, UNLISTED, NOW + 1, NOW + DAY, NULL, BAD,
     "crl-not-yet-valid", 11, false},
    {"GeneralizedTime before 2050", BY_ISSUER, CRL_GENERALIZED, UNLISTED, DEFAULT, GOOD},
    {"beyond 2050", BY_ISSUER, 0, UNLISTED, NOW, NOW + 30000 * DAY, NULL, GOOD},

    {"signed with another key", BY_NAMESAKE, 0, UNLISTED, DEFAULT, BAD, "crl-signature", 8, false},
    {"listed under another key", BY_NAMESAKE, 0, LISTED, DEFAULT, BAD, "crl-signature", 8, false},
    {"signed with another key, and said so", BY_NAMESAKE, CRL_AUTHORITY_OTHER, UNLISTED, DEFAULT,
     UNKNOWN, "crl-other-key", 3, true},
    {"listed under another key, and said so", BY_NAMESAKE, CRL_AUTHORITY_OTHER, LISTED, DEFAULT,
     UNKNOWN, "crl-other-key", 3, true},
    {"listed, the key identifier wrong", BY_ISSUER, CRL_AUTHORITY_OTHER, LISTED, DEFAULT, REVOKED},
    {"the key identifier wrong", BY_ISSUER, CRL_AUTHORITY_OTHER, UNLISTED, DEFAULT, UNKNOWN,
     "crl-other-key", 3, true},
    {"SHA-1", BY_ISSUER, CRL_SHA1, UNLISTED, DEFAULT, BAD, "crl-algorithm", 50, false},

    {"no number", BY_ISSUER, CRL_NO_NUMBER, UNLISTED, DEFAULT, GOOD},
    {"listed without a number", BY_ISSUER, CRL_NO_NUMBER, LISTED, DEFAULT, REVOKED},
    {"a critical number", BY_ISSUER, CRL_NUMBER_CRITICAL, UNLISTED, DEFAULT, BAD, "crl-number", 50,
     false},
    {"a negative number", BY_ISSUER, CRL_NUMBER_NEGATIVE, UNLISTED, DEFAULT, BAD, "crl-number", 50,
     false},
    {"a number of 21 octets", BY_ISSUER, CRL_NUMBER_LONG, UNLISTED, DEFAULT, BAD, "crl-number", 50,
     false},
    {"a critical extension", BY_ISSUER, CRL_CRITICAL, UNLISTED, DEFAULT, BAD,
     "crl-critical-extension", 36, false},
    {"a critical extension of an entry", BY_ISSUER, CRL_ENTRY_CRITICAL, UNLISTED, DEFAULT, BAD,
     "crl-entry-critical-extension", 36, false},
    {"listed with a critical extension", BY_ISSUER, CRL_ENTRY_CRITICAL, LISTED, DEFAULT, REVOKED},
    {"another serial number twice", BY_ISSUER, CRL_TWICE, UNLISTED, DEFAULT, GOOD},
    {"listed twice", BY_ISSUER, CRL_TWICE, LISTED, DEFAULT, REVOKED},
    {"two reasons in an entry", BY_ISSUER, CRL_ENTRY_REASON_TWICE, UNLISTED, DEFAULT, BAD,
     "crl-extension", 41, false},
    {"an entry of somebody else", BY_ISSUER, CRL_ENTRY_FOREIGN, UNLISTED, DEFAULT, BAD,
     "crl-extension", 41, false},
    {"a scope that does not decode", BY_ISSUER, CRL_BROKEN_SCOPE, UNLISTED, DEFAULT, BAD,
     "crl-extension", 41, false},
    {"two scopes", BY_ISSUER, CRL_SCOPE_TWICE, UNLISTED, DEFAULT, BAD, "crl-extension", 41, false},

    {"for end entities", BY_ISSUER, CRL_ONLY_USER, UNLISTED, DEFAULT, GOOD},
    {"for authorities", BY_ISSUER, CRL_ONLY_CA, UNLISTED, DEFAULT, UNKNOWN, "crl-scope", 44, true},
    {"for attribute certificates", BY_ISSUER, CRL_ONLY_ATTRIBUTE, UNLISTED, DEFAULT, UNKNOWN,
     "crl-scope", 44, true},
    {"listed among authorities", BY_ISSUER, CRL_ONLY_CA, LISTED, DEFAULT, REVOKED},
    {"for some reasons", BY_ISSUER, CRL_SOME_REASONS, UNLISTED, DEFAULT, UNKNOWN,
     "crl-some-reasons", 44, true},
    {"listed for some reasons", BY_ISSUER, CRL_SOME_REASONS, LISTED, DEFAULT, REVOKED},
    {"a delta", BY_ISSUER, CRL_DELTA, UNLISTED, DEFAULT, UNKNOWN, "crl-delta", 44, true},
    {"listed in a delta", BY_ISSUER, CRL_DELTA, LISTED, DEFAULT, REVOKED},
    {"an indirect CRL", BY_ISSUER, CRL_INDIRECT, UNLISTED, DEFAULT, UNKNOWN, "crl-indirect", 44,
     true},
    {"listed in an indirect CRL", BY_ISSUER, CRL_INDIRECT, LISTED, DEFAULT, REVOKED},
    {"listed there as another issuer's", BY_ISSUER, CRL_INDIRECT | CRL_ENTRY_FOREIGN, LISTED,
     DEFAULT, UNKNOWN, "crl-indirect", 44, true},
    {"listed there behind another issuer's, as its own again", BY_ISSUER,
     CRL_INDIRECT | CRL_ENTRY_FOREIGN | CRL_ENTRY_OWN, LISTED, DEFAULT, REVOKED},
    {"listed behind another issuer's where there is no place for it", BY_ISSUER, CRL_ENTRY_FOREIGN,
     LISTED, DEFAULT, REVOKED},
    {"its point", BY_ISSUER, 0, UNLISTED, AT(LEAF_POINT), GOOD},
    {"another point", BY_ISSUER, 0, UNLISTED, AT("http://crl.example/2.crl"), UNKNOWN, "crl-point",
     44, true},
    {"its point in other octets", BY_ISSUER, 0, UNLISTED, AT("http://crl.example/%31.crl"), UNKNOWN,
     "crl-point", 44, true},
    {"its point beside a name of another kind", BY_ISSUER, CRL_DNS_POINT, UNLISTED, AT(LEAF_POINT),
     GOOD},
    {"another point beside a name of another kind", BY_ISSUER, CRL_DNS_POINT, UNLISTED,
     AT("http://crl.example/2.crl"), UNKNOWN, "crl-point", 44, true},
    {"a point relative to the issuer", BY_ISSUER, CRL_RELATIVE_POINT, UNLISTED, AT(LEAF_POINT),
     UNKNOWN, "crl-point", 44, true},
    {"listed for another point", BY_ISSUER, 0, LISTED, AT("http://crl.example/2.crl"), REVOKED},
};

static struct world world;

static void set_up(void)
{
    world_init(&world);
}

static void tear_down(void)
{
    world_deinit(&world);
}

static void check_outcome(const char *intent, bool passes, const struct row *row,
                          const struct fault_list *faults, const struct revocation_result *result)
{
    ck_assert_msg(result->outcome == (passes ? REVOCATION_PASSED : REVOCATION_REFUSED), "%s",
                  intent);
    ck_assert_msg(faults->n == (passes ? 0 : 1), "%s: %zu faults", intent, faults->n);
    if (passes)
        return;
    ck_assert_msg(strcmp(faults->faults[0].code, row->why) == 0, "%s: %s", intent,
                  faults->faults[0].code);
    ck_assert_msg(faults->faults[0].verify_code == row->verify_code, "%s: %d", intent,
                  faults->faults[0].verify_code);
    ck_assert_uint_eq(faults->faults[0].depth, 0);
}

/* Returns whether a CRL with this finding is about other certificates, so that it was not wanted.
 */
static bool is_other_scope(const char *why)
{
    return strcmp(why, "crl-scope") == 0 || strcmp(why, "crl-point") == 0;
}

START_TEST(judges_by_the_table)
{
    const struct row *row = &rows[_i];
    const struct party *signer = row->signer == BY_NAMESAKE ? &world.namesake : &world.intermediate;
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = signer->key,
                            .shape = row->shape,
                            .from = row->from,
                            .until = row->until,
                            .serial = row->serial,
                            .reason = row->shape & CRL_V1 ? -1 : 1,
                            .point = row->point};
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    if (row->signer != BY_NOBODY)
        world_add(set, &spec);
    world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_msg(result.certificates[0].state == row->state, "%s: state %d, %s", row->intent,
                  (int)result.certificates[0].state, result.certificates[0].why);
    ck_assert_msg(!row->why == !result.certificates[0].why &&
                      (!row->why || strcmp(row->why, result.certificates[0].why) == 0),
                  "%s: %s", row->intent, result.certificates[0].why);
    check_outcome(row->intent, row->is_tolerated, row, &faults, &result);
    if (row->verify_code == X509_V_ERR_DIFFERENT_CRL_SCOPE)
        ck_assert_msg(result.unused.n == (is_other_scope(row->why) ? 0 : 1), "%s: %zu unused",
                      row->intent, result.unused.n);
    world_ask(&world, set, REVOCATION_REQUIRED, 2, &faults, &result);
    check_outcome(row->intent, row->state == REVOCATION_GOOD, row, &faults, &result);
    crl_set_free(set);
}
END_TEST

/* In a whole path each certificate is judged by its own issuer's CRL, and the anchor by none. */
START_TEST(each_by_its_own_issuer)
{
    struct crl_spec root = {.issuer = world.root.certificate, .key = world.root.key, .reason = -1};
    struct crl_spec intermediate = {
        .issuer = world.intermediate.certificate, .key = world.intermediate.key, .reason = -1};
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &intermediate);
    world_ask(&world, set, REVOCATION_REQUIRED, 3, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    ck_assert_int_eq(result.certificates[0].state, REVOCATION_GOOD);
    ck_assert_int_eq(result.certificates[1].state, REVOCATION_UNKNOWN);
    ck_assert_uint_eq(faults.n, 1);
    ck_assert_uint_eq(faults.faults[0].depth, 1);

    world_add(set, &root);
    world_ask(&world, set, REVOCATION_REQUIRED, 3, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);
    crl_set_free(set);
}
END_TEST

START_TEST(a_revoked_intermediate_refuses)
{
    struct crl_spec root = {.issuer = world.root.certificate,
                            .key = world.root.key,
                            .serial = INTERMEDIATE_SERIAL,
                            .reason = 2};
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &root);
    world_ask(&world, set, REVOCATION_IF_KNOWN, 3, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    ck_assert_uint_eq(faults.n, 1);
    ck_assert_uint_eq(faults.faults[0].depth, 1);
    ck_assert_ptr_nonnull(strstr(faults.faults[0].text, "compromise of the authority"));
    ck_assert_ptr_nonnull(strstr(faults.faults[0].text, "the request"));
    crl_set_free(set);
}
END_TEST

/* A CRL of another issuer that lists the same serial number does not count. */
START_TEST(another_issuers_list_says_nothing)
{
    struct crl_spec stranger = {.issuer = world.stranger.certificate,
                                .key = world.stranger.key,
                                .serial = LEAF_SERIAL,
                                .reason = -1};
    struct crl_set *set = world_set(&world);
    struct revocation_result result;
    struct fault_list faults;

    world_add(set, &stranger);
    world_ask(&world, set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);
    ck_assert_str_eq(result.certificates[0].why, "revocation-unknown");
    ck_assert(!result.has_looked);
    crl_set_free(set);
}
END_TEST

START_TEST(authorities_by_kind)
{
    static const struct {
        unsigned shape;
        enum revocation_state state;
    } kinds[] = {
        {CRL_ONLY_CA, REVOCATION_GOOD},
        {CRL_ONLY_USER, REVOCATION_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        struct crl_spec root = {.issuer = world.root.certificate,
                                .key = world.root.key,
                                .shape = kinds[i].shape,
                                .reason = -1};
        struct crl_set *set = world_set(&world);
        struct revocation_result result;
        struct fault_list faults;

        world_add(set, &root);
        world_ask(&world, set, REVOCATION_IF_KNOWN, 3, &faults, &result);
        ck_assert_int_eq(result.certificates[1].state, kinds[i].state);
        ck_assert(result.has_looked);
        crl_set_free(set);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revocation");
    TCase *cases = tcase_create("revocation");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_unchecked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, judges_by_the_table, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_test(cases, each_by_its_own_issuer);
    tcase_add_test(cases, a_revoked_intermediate_refuses);
    tcase_add_test(cases, another_issuers_list_says_nothing);
    tcase_add_test(cases, authorities_by_kind);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
