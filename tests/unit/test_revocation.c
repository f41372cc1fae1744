/* SPDX-License-Identifier: MIT */

/* What CRLs of every shape make of a certificate, in both modes: each reason has a row that yields
 * it, and nothing but a CRL that is right in all respects makes it good. */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/revocation_fixture.h"

#define LISTED   LEAF_SERIAL
#define UNLISTED (LEAF_SERIAL + 1)

enum signer {
    BY_ISSUER,
    BY_NAMESAKE, /* another key */
    BY_NOBODY    /* no CRL at all */
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
    bool is_tolerated; /* in the mode "if known" */
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
    {"unknown extensions that are not critical", BY_ISSUER,
     CRL_NONCRITICAL | CRL_ENTRY_NONCRITICAL, UNLISTED, DEFAULT, GOOD},
    {"version 1", BY_ISSUER, CRL_V1, 0, DEFAULT, GOOD},

    {"today", BY_ISSUER, 0, UNLISTED, NOW, NOW, NULL, GOOD},
    {"its last second", BY_ISSUER, 0, UNLISTED, NOW - DAY, NOW, NULL, GOOD},
    {"a second too old", BY_ISSUER, 0, UNLISTED, NOW - DAY, NOW - 1, NULL, REVOCATION_STALE,
     "crl-stale", 12, true},
    {"its first second", BY_ISSUER, 0, UNLISTED, NOW, NOW + DAY, NULL, GOOD},
    {"a second too new", BY_ISSUER, 0, UNLISTED, NOW + 1, NOW + DAY, NULL, BAD,
     "crl-not-yet-valid", 11, false},
    {"ends before it begins", BY_ISSUER, 0, UNLISTED, NOW + 1, NOW - 1, NULL, BAD,
     "crl-not-yet-valid", 11, false},
    {"listed in an old CRL", BY_ISSUER, 0, LISTED, NOW - DAY, NOW - 1, NULL, REVOKED},
    {"listed in a future CRL", BY_ISSUER, 0, LISTED, NOW + 1, NOW + DAY, NULL, REVOKED},
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

    {"no number", BY_ISSUER, CRL_NO_NUMBER, UNLISTED, DEFAULT, BAD, "crl-number", 50, false},
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
    {"one number twice", BY_ISSUER, CRL_TWICE, UNLISTED, DEFAULT, BAD, "crl-duplicate-serial", 50,
     false},
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
    {"its point", BY_ISSUER, 0, UNLISTED, AT(LEAF_POINT), GOOD},
    {"another point", BY_ISSUER, 0, UNLISTED, AT("http://crl.example/2.crl"), UNKNOWN, "crl-point",
     44, true},
    {"its point in other octets", BY_ISSUER, 0, UNLISTED, AT("http://crl.example/%31.crl"),
     UNKNOWN, "crl-point", 44, true},
    {"its point beside a name of another kind", BY_ISSUER, CRL_DNS_POINT, UNLISTED,
     AT(LEAF_POINT), UNKNOWN, "crl-point", 44, true},
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

static void add(struct crl_set *set, const struct crl_spec *spec)
{
    struct blob crl = crl_make(spec);

    ck_assert_int_eq(crl_set_add_der(set, crl.data, crl.len), 0);
    blob_free(&crl);
}

static struct crl_set *new_set(void)
{
    struct crl_set *set = NULL;

    ck_assert_int_eq(crl_set_new(&set, world.context), 0);
    return set;
}

/* The leaf and the intermediate alone: one certificate is judged. */
static void ask(const struct crl_set *set, enum revocation_mode mode, size_t n,
                struct fault_list *faults, struct revocation_result *result)
{
    struct revocation_question question = {
        .path = world.path, .n = n, .time = NOW, .mode = mode, .sets = &set, .n_sets = 1};

    *faults = (struct fault_list){0};
    ck_assert_int_eq(revocation_check(world.context, &question, faults, result), 0);
    ck_assert_uint_eq(result->n, n - 1);
    ck_assert(result->from <= NOW && result->until >= NOW);
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

START_TEST(judges_by_the_table)
{
    const struct row *row = &rows[_i];
    const struct party *signer =
        row->signer == BY_NAMESAKE ? &world.namesake : &world.intermediate;
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = signer->key,
                            .shape = row->shape,
                            .from = row->from,
                            .until = row->until,
                            .serial = row->serial,
                            .reason = row->shape & CRL_V1 ? -1 : 1,
                            .point = row->point};
    struct crl_set *set = new_set();
    struct revocation_result result;
    struct fault_list faults;

    if (row->signer != BY_NOBODY)
        add(set, &spec);
    ask(set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_msg(result.certificates[0].state == row->state, "%s: state %d, %s", row->intent,
                  (int)result.certificates[0].state, result.certificates[0].why);
    ck_assert_msg(!row->why == !result.certificates[0].why &&
                      (!row->why || strcmp(row->why, result.certificates[0].why) == 0),
                  "%s: %s", row->intent, result.certificates[0].why);
    check_outcome(row->intent, row->is_tolerated, row, &faults, &result);
    ask(set, REVOCATION_REQUIRED, 2, &faults, &result);
    check_outcome(row->intent, row->state == REVOCATION_GOOD, row, &faults, &result);
    crl_set_free(set);
}
END_TEST

/* The whole path: each certificate by its own issuer's CRL, the anchor by none. */
START_TEST(each_by_its_own_issuer)
{
    struct crl_spec root = {.issuer = world.root.certificate, .key = world.root.key, .reason = -1};
    struct crl_spec intermediate = {.issuer = world.intermediate.certificate,
                                    .key = world.intermediate.key,
                                    .reason = -1};
    struct crl_set *set = new_set();
    struct revocation_result result;
    struct fault_list faults;

    add(set, &intermediate);
    ask(set, REVOCATION_REQUIRED, 3, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    ck_assert_int_eq(result.certificates[0].state, REVOCATION_GOOD);
    ck_assert_int_eq(result.certificates[1].state, REVOCATION_UNKNOWN);
    ck_assert_uint_eq(faults.n, 1);
    ck_assert_uint_eq(faults.faults[0].depth, 1);

    add(set, &root);
    ask(set, REVOCATION_REQUIRED, 3, &faults, &result);
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
    struct crl_set *set = new_set();
    struct revocation_result result;
    struct fault_list faults;

    add(set, &root);
    ask(set, REVOCATION_IF_KNOWN, 3, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    ck_assert_uint_eq(faults.n, 1);
    ck_assert_uint_eq(faults.faults[0].depth, 1);
    ck_assert_ptr_nonnull(strstr(faults.faults[0].text, "compromise of the authority"));
    ck_assert_ptr_nonnull(strstr(faults.faults[0].text, "the request"));
    crl_set_free(set);
}
END_TEST

/* A serial number is the issuer's: another's CRL says nothing about it. */
START_TEST(another_issuers_list_says_nothing)
{
    struct crl_spec stranger = {.issuer = world.stranger.certificate,
                                .key = world.stranger.key,
                                .serial = LEAF_SERIAL,
                                .reason = -1};
    struct crl_set *set = new_set();
    struct revocation_result result;
    struct fault_list faults;

    add(set, &stranger);
    ask(set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);
    ck_assert_str_eq(result.certificates[0].why, "revocation-unknown");
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
        struct crl_set *set = new_set();
        struct revocation_result result;
        struct fault_list faults;

        add(set, &root);
        ask(set, REVOCATION_IF_KNOWN, 3, &faults, &result);
        ck_assert_int_eq(result.certificates[1].state, kinds[i].state);
        crl_set_free(set);
    }
}
END_TEST

/* Two CRLs of one issuer; the order does not matter. */
static const struct {
    const char *intent;
    struct crl_spec a, b;
    enum revocation_state state;
    bool is_tolerated;
} pairs[] = {
    {"an old one and a current one", {.from = 1, .until = 2}, {.reason = -1}, REVOCATION_GOOD,
     true},
    {"the old one lists it", {.from = 1, .until = 2, .serial = LISTED}, {.reason = -1},
     REVOCATION_REVOKED, false},
    {"a broken one beside a good one", {.shape = CRL_CRITICAL}, {.reason = -1}, REVOCATION_GOOD,
     true},
    {"a broken one lists it", {.shape = CRL_CRITICAL, .serial = LISTED}, {.reason = -1},
     REVOCATION_REVOKED, false},
    {"a broken one beside an old one", {.shape = CRL_CRITICAL}, {.from = 1, .until = 2},
     REVOCATION_UNUSABLE, false},
    {"an old one and another point's", {.from = 1, .until = 2}, {.point = "http://crl.example/2"},
     REVOCATION_STALE, true},
    {"its kind's and the other kind's", {.shape = CRL_ONLY_USER}, {.shape = CRL_ONLY_CA},
     REVOCATION_GOOD, true},
    {"a complete one and a delta that lists it", {.reason = -1},
     {.shape = CRL_DELTA, .serial = LISTED}, REVOCATION_REVOKED, false},
    {"a complete one and a delta that takes it back", {.reason = -1},
     {.shape = CRL_DELTA, .serial = LISTED, .reason = 8}, REVOCATION_GOOD, true},
    {"an old one and a future one", {.from = 1, .until = 2},
     {.from = NOW + 1, .until = NOW + 2}, REVOCATION_UNUSABLE, false},
};

START_TEST(two_of_one_issuer)
{
    for (int turned = 0; turned < 2; turned++) {
        struct crl_spec a = turned ? pairs[_i].b : pairs[_i].a;
        struct crl_spec b = turned ? pairs[_i].a : pairs[_i].b;
        struct crl_set *set = new_set();
        struct revocation_result result;
        struct fault_list faults;

        a.issuer = b.issuer = world.intermediate.certificate;
        a.key = b.key = world.intermediate.key;
        add(set, &a);
        add(set, &b);
        ask(set, REVOCATION_IF_KNOWN, 2, &faults, &result);
        ck_assert_msg(result.certificates[0].state == pairs[_i].state, "%s: %s", pairs[_i].intent,
                      result.certificates[0].why);
        ck_assert_msg((result.outcome == REVOCATION_PASSED) == pairs[_i].is_tolerated, "%s",
                      pairs[_i].intent);
        crl_set_free(set);
    }
}
END_TEST

/* removeFromCRL has no place in a complete CRL: what it lists is revoked. */
START_TEST(taken_back_only_by_a_delta)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .serial = LISTED,
                            .reason = 8};
    struct crl_set *set = new_set();
    struct revocation_result result;
    struct fault_list faults;

    add(set, &spec);
    ask(set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_int_eq(result.certificates[0].state, REVOCATION_REVOKED);
    crl_set_free(set);
}
END_TEST

/* The key usage of who signs: RFC 5280 section 6.3.3 (f). */
START_TEST(keys_that_may_sign)
{
    static const struct {
        const char *usage;
        enum revocation_state state;
    } usages[] = {
        {"critical,keyCertSign,cRLSign", REVOCATION_GOOD},
        {"critical,cRLSign", REVOCATION_GOOD},
        {NULL, REVOCATION_GOOD},
        {"critical,keyCertSign", REVOCATION_UNUSABLE},
        {"keyCertSign,digitalSignature", REVOCATION_UNUSABLE},
    };

    for (size_t i = 0; i < sizeof(usages) / sizeof(*usages); i++) {
        struct party_spec issuer_spec = {.name = "Issuer",
                                         .serial = 5,
                                         .constraints = "critical,CA:TRUE",
                                         .usage = usages[i].usage};
        struct party_spec leaf_spec = {.name = "leaf", .serial = 6};
        struct party issuer = party_make(&issuer_spec, NULL, NULL);
        struct party leaf = party_make(&leaf_spec, NULL, &issuer);
        X509 *path[] = {leaf.certificate, issuer.certificate};
        struct crl_spec spec = {.issuer = issuer.certificate, .key = issuer.key, .reason = -1};
        struct crl_set *set = new_set();
        const struct crl_set *sets[] = {set};
        struct revocation_question question = {.path = path,
                                               .n = 2,
                                               .time = NOW,
                                               .mode = REVOCATION_IF_KNOWN,
                                               .sets = sets,
                                               .n_sets = 1};
        struct revocation_result result;
        struct fault_list faults = {0};

        add(set, &spec);
        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.certificates[0].state, usages[i].state);
        if (usages[i].state != REVOCATION_GOOD)
            ck_assert_int_eq(faults.faults[0].verify_code, 35);
        crl_set_free(set);
        party_free(&leaf);
        party_free(&issuer);
    }
}
END_TEST

/* A certificate without distribution points is at none; one with a broken extension neither. */
START_TEST(points_of_the_certificate)
{
    static const struct {
        const char *points;
        enum revocation_state state;
    } certificates[] = {
        {"URI:" LEAF_POINT, REVOCATION_GOOD},
        {"URI:http://crl.example/0.crl,URI:" LEAF_POINT, REVOCATION_GOOD},
        {"DNS:crl.example,URI:" LEAF_POINT, REVOCATION_GOOD},
        {NULL, REVOCATION_UNKNOWN},
        {"DER:3000", REVOCATION_UNKNOWN},
        {"DER:05", REVOCATION_UNKNOWN},
        /* one point: the name; the name and a DNS name; the name and reasons */
        {"DER:3020301ea01ca01a8618687474703a2f2f63726c2e6578616d706c652f312e63726c",
         REVOCATION_GOOD},
        {"DER:302a3028a026a0248618687474703a2f2f63726c2e6578616d706c652f312e63726c8208612e6578616d706c",
         REVOCATION_UNKNOWN},
        {"DER:30243022a01ca01a8618687474703a2f2f63726c2e6578616d706c652f312e63726c81020640",
         REVOCATION_UNKNOWN},
    };

    for (size_t i = 0; i < sizeof(certificates) / sizeof(*certificates); i++) {
        struct party_spec leaf_spec = {
            .name = "leaf", .serial = 6, .points = certificates[i].points};
        struct party leaf = party_make(&leaf_spec, NULL, &world.intermediate);
        struct crl_spec spec = {.issuer = world.intermediate.certificate,
                                .key = world.intermediate.key,
                                .reason = -1,
                                .point = LEAF_POINT};
        struct crl_set *set = new_set();
        struct revocation_result result;
        struct fault_list faults;

        add(set, &spec);
        world.path[0] = leaf.certificate;
        ask(set, REVOCATION_IF_KNOWN, 2, &faults, &result);
        ck_assert_msg(result.certificates[0].state == certificates[i].state, "%s",
                      certificates[i].points ? certificates[i].points : "none");
        world.path[0] = world.leaf.certificate;
        crl_set_free(set);
        party_free(&leaf);
    }
}
END_TEST

START_TEST(off_looks_at_nothing)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .serial = LISTED,
                            .reason = -1};
    struct crl_set *set = new_set();
    struct revocation_result result;
    struct fault_list faults = {0};
    struct revocation_question question = {.path = world.path,
                                           .n = 3,
                                           .time = NOW,
                                           .mode = REVOCATION_OFF,
                                           .sets = (const struct crl_set *const[]){set},
                                           .n_sets = 1};

    add(set, &spec);
    ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
    ck_assert_int_eq(result.outcome, REVOCATION_SKIPPED);
    ck_assert_int_ne(result.outcome, REVOCATION_PASSED);
    ck_assert_uint_eq(faults.n, 0);
    crl_set_free(set);
}
END_TEST

/* Out of bounds is the caller's fault, and never passes. */
START_TEST(bounds_of_the_question)
{
    X509 *long_path[REVOCATION_PATH_COUNT + 1];
    struct revocation_question questions[] = {
        {.path = world.path, .n = 0, .mode = REVOCATION_IF_KNOWN},
        {.path = long_path, .n = REVOCATION_PATH_COUNT + 1, .mode = REVOCATION_IF_KNOWN},
        {.path = world.path, .n = 2},
        {.path = world.path, .n = 2, .mode = (enum revocation_mode)4},
        {.path = world.path, .n = 2, .mode = REVOCATION_IF_KNOWN, .clock_skew_s = -1},
        {.path = world.path, .n = 2, .mode = REVOCATION_IF_KNOWN, .clock_skew_s = OCSP_SKEW_S + 1},
    };

    for (size_t i = 0; i < sizeof(long_path) / sizeof(*long_path); i++)
        long_path[i] = world.root.certificate;
    for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
        struct revocation_result result = {.outcome = REVOCATION_PASSED};
        struct fault_list faults = {0};

        ck_assert_int_lt(revocation_check(world.context, &questions[i], &faults, &result), 0);
        ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    }
}
END_TEST

/* The window: at both of its ends the same answer, one second beyond another. */
START_TEST(windows_to_the_second)
{
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .from = NOW - 100,
                            .until = NOW + 200,
                            .reason = -1};
    static const struct {
        int64_t time, from, until;
        enum revocation_state state;
    } times[] = {
        {NOW, NOW - 100, NOW + 200, REVOCATION_GOOD},
        {NOW - 100, NOW - 100, NOW + 200, REVOCATION_GOOD},
        {NOW + 200, NOW - 100, NOW + 200, REVOCATION_GOOD},
        {NOW - 101, INT64_MIN, NOW - 101, REVOCATION_UNUSABLE},
        {NOW + 201, NOW + 201, INT64_MAX, REVOCATION_STALE},
    };
    struct crl_set *set = new_set();
    const struct crl_set *sets[] = {set};

    add(set, &spec);
    for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
        struct revocation_question question = {.path = world.path,
                                               .n = 2,
                                               .time = times[i].time,
                                               .mode = REVOCATION_IF_KNOWN,
                                               .sets = sets,
                                               .n_sets = 1};
        struct revocation_result result;
        struct fault_list faults = {0};

        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.certificates[0].state, times[i].state);
        ck_assert_int_eq(result.from, times[i].from);
        ck_assert_int_eq(result.until, times[i].until);
    }
    crl_set_free(set);
}
END_TEST

/* More signatures than a question may look at: refused, though the last CRL would be good, and the
 * same again when they are remembered. */
START_TEST(too_many_signatures)
{
    struct crl_set *set = new_set();
    struct revocation_result result;
    struct fault_list faults;

    for (int i = 0; i < CRL_SIGNATURES_COUNT; i++) {
        struct crl_spec forged = {.issuer = world.intermediate.certificate,
                                  .key = world.namesake.key,
                                  .serial = 10000 + i,
                                  .reason = -1};

        if (i == CRL_SIGNATURES_COUNT - 1)
            forged.key = world.intermediate.key;
        add(set, &forged);
    }
    ask(set, REVOCATION_IF_KNOWN, 2, &faults, &result);
    ck_assert_int_eq(result.outcome, REVOCATION_PASSED);

    for (int again = 0; again < 2; again++) {
        struct crl_set *more = new_set();
        const struct crl_set *sets[] = {more, set};
        struct crl_spec forged = {.issuer = world.intermediate.certificate,
                                  .key = world.namesake.key,
                                  .serial = LISTED,
                                  .reason = -1};
        struct revocation_question question = {.path = world.path,
                                               .n = 2,
                                               .time = NOW,
                                               .mode = REVOCATION_IF_KNOWN,
                                               .sets = sets,
                                               .n_sets = 2};

        add(more, &forged);
        faults = (struct fault_list){0};
        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
        ck_assert_str_eq(faults.faults[0].code, "revocation-budget");
        crl_set_free(more);
    }
    crl_set_free(set);
}
END_TEST

/* A remembered signature is remembered for its key: the same CRL and another issuer of that name. */
START_TEST(what_is_remembered_is_the_keys)
{
    struct party_spec leaf_spec = {.name = "leaf", .serial = 6};
    struct party other = party_make(&leaf_spec, NULL, &world.namesake);
    X509 *path[] = {other.certificate, world.namesake.certificate};
    struct crl_spec spec = {.issuer = world.intermediate.certificate,
                            .key = world.intermediate.key,
                            .reason = -1};
    struct crl_set *set = new_set();
    const struct crl_set *sets[] = {set};
    struct revocation_question question = {.path = path,
                                           .n = 2,
                                           .time = NOW,
                                           .mode = REVOCATION_IF_KNOWN,
                                           .sets = sets,
                                           .n_sets = 1};
    struct revocation_result result;
    struct fault_list faults;

    add(set, &spec);
    for (int i = 0; i < 2; i++) {
        ask(set, REVOCATION_IF_KNOWN, 2, &faults, &result);
        ck_assert_int_eq(result.certificates[0].state, REVOCATION_GOOD);
        faults = (struct fault_list){0};
        ck_assert_int_eq(revocation_check(world.context, &question, &faults, &result), 0);
        ck_assert_int_eq(result.certificates[0].state, REVOCATION_UNUSABLE);
        ck_assert_int_eq(result.outcome, REVOCATION_REFUSED);
    }
    crl_set_free(set);
    party_free(&other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("revocation");
    TCase *cases = tcase_create("revocation");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, judges_by_the_table, 0, sizeof(rows) / sizeof(*rows));
    tcase_add_test(cases, each_by_its_own_issuer);
    tcase_add_test(cases, a_revoked_intermediate_refuses);
    tcase_add_test(cases, another_issuers_list_says_nothing);
    tcase_add_test(cases, authorities_by_kind);
    tcase_add_loop_test(cases, two_of_one_issuer, 0, sizeof(pairs) / sizeof(*pairs));
    tcase_add_test(cases, taken_back_only_by_a_delta);
    tcase_add_test(cases, keys_that_may_sign);
    tcase_add_test(cases, points_of_the_certificate);
    tcase_add_test(cases, off_looks_at_nothing);
    tcase_add_test(cases, bounds_of_the_question);
    tcase_add_test(cases, windows_to_the_second);
    tcase_add_test(cases, too_many_signatures);
    tcase_add_test(cases, what_is_remembered_is_the_keys);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
