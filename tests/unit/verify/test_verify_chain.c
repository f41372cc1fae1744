/* SPDX-License-Identifier: MIT */

/*
 * Tests paths as rule and request ask for them: when a path is validated, what a request may bring
 * along, what is only reported, and what the verdict lists as checked.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "daemon/policy/pin.h"
#include "daemon/x509/parse/outline.h"
#include "tests/unit/verify/verify_fixture.h"

#define OURS(rest) "defaults { trust = ours " rest " }\n" WORLD_TRUST

/* The certificates that the request brings. */
enum chain_sent {
    SENT_WHOLE,  /* the end entity and its issuer */
    SENT_ALONE,  /* the end entity alone, so that the path is incomplete */
    SENT_OTHERS, /* end entity and issuer of the other authority, whose root is in the system's
                    store */
};

/* The further things that a request brings or asks for, as bits. */
enum {
    ASKED_PATH = 1,
    ASKED_PAST = 2,    /* a time before the certificates became valid */
    ASKED_PRESENT = 4, /* the present time as the time of the request */
    ASKED_ANCHOR = 8,  /* the root of the other authority as an anchor */
    ASKED_RUBBISH_ANCHOR = 16,
    ASKED_RUBBISH_CRL = 32,
    ASKED_CLIENT = 64,
};

#define NO_DEPTH (-1)

struct chain_row {
    const char *intent, *policy;
    enum chain_sent sent;
    unsigned asked;
    int max_depth;
    int r; /* what verification_init has to return */
    enum verdict_outcome outcome;
    const char *failures, *reported;
    bool checked;
};

static const struct chain_row rows[] = {
    {"nobody asks", OURS(""), SENT_ALONE, 0, NO_DEPTH, 0, VERDICT_NAME_MATCHES, "", "", false},
    {"asked for", OURS(""), SENT_WHOLE, ASKED_PATH, NO_DEPTH, 0, VERDICT_VERIFIED, "", "", true},
    {"asked for, and there is none", OURS(""), SENT_ALONE, ASKED_PATH, NO_DEPTH, 0,
     VERDICT_NOT_VERIFIED, "no-issuer@0", "", true},
    {"another's", OURS(""), SENT_OTHERS, ASKED_PATH, NO_DEPTH, 0, VERDICT_NOT_VERIFIED,
     "signature@1", "", true},
    {"the system's alone", WORLD_TRUST, SENT_OTHERS, ASKED_PATH, NO_DEPTH, 0, VERDICT_VERIFIED, "",
     "", true},
    {"always, unasked", OURS("path = always"), SENT_WHOLE, 0, NO_DEPTH, 0, VERDICT_VERIFIED, "", "",
     true},
    {"always, unasked, and there is none", OURS("path = always"), SENT_ALONE, 0, NO_DEPTH, 0,
     VERDICT_NOT_VERIFIED, "no-issuer@0", "", true},
    {"report, unasked", OURS("path = report"), SENT_WHOLE, 0, NO_DEPTH, 0, VERDICT_VERIFIED, "", "",
     true},
    {"report, unasked, and there is none", OURS("path = report"), SENT_ALONE, 0, NO_DEPTH, 0,
     VERDICT_NAME_MATCHES, "", "no-issuer@0", false},
    {"report, asked for", OURS("path = report"), SENT_ALONE, ASKED_PATH, NO_DEPTH, 0,
     VERDICT_NOT_VERIFIED, "no-issuer@0", "", true},

    {"a time that may not be said", OURS(""), SENT_WHOLE, ASKED_PATH | ASKED_PRESENT, NO_DEPTH,
     ERROR_UNSUPPORTED, VERDICT_NOT_VERIFIED, "", "", false},
    {"nor where only the policy asks", OURS("path = always"), SENT_WHOLE, ASKED_PRESENT, NO_DEPTH,
     ERROR_UNSUPPORTED, VERDICT_NOT_VERIFIED, "", "", false},
    {"nor where it only reports", OURS("path = report"), SENT_WHOLE, ASKED_PRESENT, NO_DEPTH,
     ERROR_UNSUPPORTED, VERDICT_NOT_VERIFIED, "", "", false},
    {"a time", OURS("request-time = yes"), SENT_WHOLE, ASKED_PATH | ASKED_PRESENT, NO_DEPTH, 0,
     VERDICT_VERIFIED, "", "", true},
    {"a time in the past", OURS("request-time = yes"), SENT_WHOLE, ASKED_PATH | ASKED_PAST,
     NO_DEPTH, 0, VERDICT_NOT_VERIFIED, "not-yet-valid@0 not-yet-valid@1 not-yet-valid@2", "",
     true},

    {"anchors that may not be brought", OURS(""), SENT_OTHERS, ASKED_PATH | ASKED_ANCHOR, NO_DEPTH,
     ERROR_UNSUPPORTED, VERDICT_NOT_VERIFIED, "", "", false},
    {"added: the request's", OURS("request-anchors = add"), SENT_OTHERS, ASKED_PATH | ASKED_ANCHOR,
     NO_DEPTH, 0, VERDICT_VERIFIED, "", "", true},
    {"added: ours", OURS("request-anchors = add"), SENT_WHOLE, ASKED_PATH | ASKED_ANCHOR, NO_DEPTH,
     0, VERDICT_VERIFIED, "", "", true},
    {"in their place: the request's", OURS("request-anchors = replace"), SENT_OTHERS,
     ASKED_PATH | ASKED_ANCHOR, NO_DEPTH, 0, VERDICT_VERIFIED, "", "", true},
    {"in their place: ours", OURS("request-anchors = replace"), SENT_WHOLE,
     ASKED_PATH | ASKED_ANCHOR, NO_DEPTH, 0, VERDICT_NOT_VERIFIED, "signature@1", "", true},
    {"in their place, and none brought", OURS("request-anchors = replace"), SENT_WHOLE, ASKED_PATH,
     NO_DEPTH, 0, VERDICT_VERIFIED, "", "", true},
    {"an anchor that is none", OURS("request-anchors = add"), SENT_WHOLE,
     ASKED_PATH | ASKED_ANCHOR | ASKED_RUBBISH_ANCHOR, NO_DEPTH, ERROR_INVALID_CERTIFICATE,
     VERDICT_NOT_VERIFIED, "", "", false},
    {"a CRL that is none", OURS(""), SENT_WHOLE, ASKED_PATH | ASKED_RUBBISH_CRL, NO_DEPTH,
     ERROR_INVALID_REQUEST, VERDICT_NOT_VERIFIED, "", "", false},

    {"as deep as it is", OURS(""), SENT_WHOLE, ASKED_PATH, 1, 0, VERDICT_VERIFIED, "", "", true},
    {"too deep for the request", OURS(""), SENT_WHOLE, ASKED_PATH, 0, 0, VERDICT_NOT_VERIFIED,
     "path-too-deep@0", "", true},
    {"too deep for the policy", OURS("max-depth = 0"), SENT_WHOLE, ASKED_PATH, NO_DEPTH, 0,
     VERDICT_NOT_VERIFIED, "path-too-deep@0", "", true},
    {"no request makes it deeper", OURS("max-depth = 0"), SENT_WHOLE, ASKED_PATH, 9, 0,
     VERDICT_NOT_VERIFIED, "path-too-deep@0", "", true},
    {"beyond all numbers neither", OURS("max-depth = 0"), SENT_WHOLE, ASKED_PATH, INT32_MAX, 0,
     VERDICT_NOT_VERIFIED, "path-too-deep@0", "", true},
    {"a request makes it less deep", OURS("max-depth = 9"), SENT_WHOLE, ASKED_PATH, 0, 0,
     VERDICT_NOT_VERIFIED, "path-too-deep@0", "", true},
    {"beyond all numbers is none", OURS(""), SENT_WHOLE, ASKED_PATH, INT32_MAX, 0, VERDICT_VERIFIED,
     "", "", true},
    {"for clients", OURS(""), SENT_WHOLE, ASKED_PATH | ASKED_CLIENT, NO_DEPTH, 0,
     VERDICT_NOT_VERIFIED, "purpose@0", "", true},

    {"trusted for its names",
     "defaults { trust = ours }\ntrust ours { file = \"/ours.pem\" "
     "permitted-dns = example.com }",
     SENT_WHOLE, ASKED_PATH, NO_DEPTH, 0, VERDICT_VERIFIED, "", "", true},
    {"not for others",
     "defaults { trust = ours }\ntrust ours { file = \"/ours.pem\" "
     "excluded-dns = www.example.com }",
     SENT_WHOLE, ASKED_PATH, NO_DEPTH, 0, VERDICT_NOT_VERIFIED, "name-excluded@0", "", true},
    {"what would be refused", OURS("revocation = off revocation-report = required"), SENT_WHOLE,
     ASKED_PATH, NO_DEPTH, 0, VERDICT_VERIFIED, "", "revocation-unknown@0 revocation-unknown@1",
     true},
    {"a depth that would be refused", OURS("max-depth-report = 0"), SENT_WHOLE, ASKED_PATH,
     NO_DEPTH, 0, VERDICT_VERIFIED, "", "path-too-deep@0", true},
    {"a depth that would not", OURS("max-depth-report = 1"), SENT_WHOLE, ASKED_PATH, NO_DEPTH, 0,
     VERDICT_VERIFIED, "", "", true},
    {"a depth that would not for the policy, and would for the request",
     OURS("max-depth-report = 1"), SENT_WHOLE, ASKED_PATH, 0, 0, VERDICT_NOT_VERIFIED,
     "path-too-deep@0", "", true},
    {"no depth that is reported makes it deeper", OURS("max-depth = 0 max-depth-report = none"),
     SENT_WHOLE, ASKED_PATH, NO_DEPTH, 0, VERDICT_NOT_VERIFIED, "path-too-deep@0", "", true},
    {"trust that would be refused", OURS("trust-report = system"), SENT_WHOLE, ASKED_PATH, NO_DEPTH,
     0, VERDICT_VERIFIED, "", "signature@1", true},
    {"trust that would not", OURS("trust-report = { system, ours }"), SENT_WHOLE, ASKED_PATH,
     NO_DEPTH, 0, VERDICT_VERIFIED, "", "", true},
    {"no trust that is reported trusts anybody", OURS("trust-report = { system, ours }"),
     SENT_OTHERS, ASKED_PATH, NO_DEPTH, 0, VERDICT_NOT_VERIFIED, "signature@1", "", true},
    {"trust that may not vouch for the name",
     "defaults { trust-report = ours }\ntrust ours { file = \"/ours.pem\" "
     "excluded-dns = www.example.com }",
     SENT_OTHERS, ASKED_PATH, NO_DEPTH, 0, VERDICT_VERIFIED, "", "no-anchors@1", true},
    {"what is reported of a path is one",
     OURS("trust-report = { system, ours } max-depth-report = 0 revocation = off "
          "revocation-report = required"),
     SENT_WHOLE, ASKED_PATH, NO_DEPTH, 0, VERDICT_VERIFIED, "", "path-too-deep@0", true},
    {"anchors that are brought stay, added", OURS("request-anchors = add trust-report = system"),
     SENT_OTHERS, ASKED_PATH | ASKED_ANCHOR, NO_DEPTH, 0, VERDICT_VERIFIED, "", "", true},
    {"in their place, whatever is reported",
     OURS("request-anchors = replace trust-report = { system, ours }"), SENT_OTHERS,
     ASKED_PATH | ASKED_ANCHOR, NO_DEPTH, 0, VERDICT_VERIFIED, "", "", true},
    {"and nothing comes beside them",
     OURS("request-anchors = replace trust-report = { system, ours }"), SENT_WHOLE,
     ASKED_PATH | ASKED_ANCHOR, NO_DEPTH, 0, VERDICT_NOT_VERIFIED, "signature@1", "", true},
    {"always, and reported", OURS("path = always trust-report = system"), SENT_WHOLE, 0, NO_DEPTH,
     0, VERDICT_VERIFIED, "", "signature@1", true},
    {"nobody asks, and nothing is reported", OURS("trust-report = system max-depth-report = 0"),
     SENT_WHOLE, 0, NO_DEPTH, 0, VERDICT_NAME_MATCHES, "", "", false},
    {"reported of nothing that is refused", OURS("revocation = off revocation-report = required"),
     SENT_ALONE, ASKED_PATH, NO_DEPTH, 0, VERDICT_NOT_VERIFIED, "no-issuer@0", "", true},
};

static void fill_request(const struct world *world, const struct chain_row *row,
                         struct request *request)
{
    const struct path_family *sent = row->sent == SENT_OTHERS ? &world->others : &world->ours;
    static const uint8_t rubbish[] = {0x30, 0};

    *request = (struct request){
        .path = row->asked & ASKED_PATH,
        .has_time = row->asked & (ASKED_PAST | ASKED_PRESENT),
        .time = row->asked & ASKED_PAST ? FIXTURE_NOW - 300 * FIXTURE_DAY : FIXTURE_NOW,
        .has_max_depth = row->max_depth != NO_DEPTH,
        .max_depth = (uint32_t)row->max_depth,
        .purpose = row->asked & ASKED_CLIENT ? REQUEST_PURPOSE_CLIENT : REQUEST_PURPOSE_SERVER,
    };
    request_refer(request, REQUEST_HOST, WORLD_LEAF);
    request_send(request, sent->leaf);
    if (row->sent != SENT_ALONE)
        request_send(request, sent->issuer);
    if (row->asked & ASKED_ANCHOR)
        request->anchors[request->n_anchors++] = (struct bytes){world->others.root.data,
                                                                world->others.root.len};
    if (row->asked & ASKED_RUBBISH_ANCHOR)
        request->anchors[request->n_anchors++] = (struct bytes){rubbish, sizeof(rubbish)};
    if (row->asked & ASKED_RUBBISH_CRL)
        request->crls[request->n_crls++] = (struct bytes){rubbish, sizeof(rubbish)};
}

/* Checks the verdict of a row. It also has to be one that the client library does not reject. */
static void expect_verdict(const struct world *world, const struct chain_row *row)
{
    const struct verdict *verdict = &world->verification.verdict;
    char codes[WORLD_CODES_BYTES];

    world_codes(world, false, codes);
    ck_assert_msg(strcmp(codes, row->failures) == 0, "%s: '%s'", row->intent, codes);
    world_codes(world, true, codes);
    ck_assert_msg(strcmp(codes, row->reported) == 0, "%s: reported '%s'", row->intent, codes);
    ck_assert_msg(verdict->outcome == row->outcome, "%s: %#x", row->intent,
                  (unsigned)verdict->outcome);
    ck_assert_msg(verdict->checked[VERDICT_CHECK_PATH] == row->checked, "%s", row->intent);
    ck_assert_uint_eq(verdict->n_path, row->outcome == VERDICT_VERIFIED ? 3 : 0);
    if (row->r == 0)
        ck_assert_msg(
            verdict_answers(verdict, (struct verdict_asked){true, row->asked & ASKED_PATH}), "%s",
            row->intent);
    else
        ck_assert_msg(world->verification.error_text[0] != '\0', "%s", row->intent);
}

START_TEST(test_rows)
{
    struct world world;

    world_init(&world);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct request request;
        int r;

        world_policy(&world, rows[i].policy);
        fill_request(&world, &rows[i], &request);
        r = world_ask(&world, &request);
        ck_assert_msg(r == rows[i].r, "%s: %d (%s)", rows[i].intent, r,
                      world.verification.error_text);
        expect_verdict(&world, &rows[i]);
    }
    world_deinit(&world);
}
END_TEST

/* A daemon without a path engine refuses requests for a path, and answers all others. */
START_TEST(test_no_engine)
{
    static const struct {
        const char *policy;
        bool path;
        int r;
    } engineless[] = {
        {OURS(""), false, 0},
        {OURS(""), true, ERROR_UNSUPPORTED},
        {OURS("path = always"), false, ERROR_UNSUPPORTED},
        {OURS("path = report"), false, ERROR_UNSUPPORTED},
    };
    struct world world;

    world_init(&world);
    for (size_t i = 0; i < ROWS(engineless); i++) {
        struct request request = {.path = engineless[i].path};

        world_policy(&world, engineless[i].policy);
        world.context.engine = NULL;
        request_refer(&request, REQUEST_HOST, WORLD_LEAF);
        request_send(&request, world.ours.leaf);
        ck_assert_int_eq(world_ask(&world, &request), engineless[i].r);
        ck_assert(world.verification.verdict.outcome ==
                  (engineless[i].r ? VERDICT_NOT_VERIFIED : VERDICT_NAME_MATCHES));
    }
    world_deinit(&world);
}
END_TEST

/* A store that could not be loaded anchors nothing, and the other stores work as before. */
START_TEST(test_absent_store)
{
    struct request request = {.path = true};
    struct world world;

    world_init(&world);
    world_policy(&world, "defaults { trust = { ours, system } }\n" WORLD_TRUST);
    request_refer(&request, REQUEST_HOST, WORLD_LEAF);
    request_send(&request, world.ours.leaf);
    request_send(&request, world.ours.issuer);
    world.stores[1] =
        NULL; /* The system's store, which comes after "ours" in the order of names. */
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_VERIFIED);
    ck_assert(bytes_are(world.verification.verdict.path[2].store, "family"));
    world.stores[0] = NULL;
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_NOT_VERIFIED);
    world_deinit(&world);
}
END_TEST

/*
 * An anchor is the administrator's own if the path is valid and the anchor is neither from the
 * system's store nor from the request.
 */
START_TEST(test_local)
{
    struct store *system = NULL, *own = NULL, *corp = NULL;
    struct chain chain = CHAIN_NULL;

    ck_assert_int_eq(store_new(&system, "system", true), 0);
    ck_assert_int_eq(store_new(&own, "request", false), 0);
    ck_assert_int_eq(store_new(&corp, "corp", true), 0);
    chain.own = own;
    chain.result.store = corp;
    ck_assert(!chain_is_local(&chain));
    ck_assert_str_eq(chain_store(&chain), "");
    chain.state = CHAIN_REFUSED;
    ck_assert(!chain_is_local(&chain));
    chain.state = CHAIN_VALID;
    ck_assert(chain_is_local(&chain));
    ck_assert_str_eq(chain_store(&chain), "corp");
    chain.result.store = system;
    ck_assert(!chain_is_local(&chain));
    chain.result.store = own;
    ck_assert(!chain_is_local(&chain));
    chain_deinit(&chain);
    chain_deinit(&chain);
    store_free(system);
    store_free(corp);
}
END_TEST

/*
 * A request without a reference is accepted if its path is valid, and refused if it does not ask
 * for a path.
 */
START_TEST(test_nobody)
{
    struct request request = {.path = true, .no_identity = true};
    struct world world;

    world_init(&world);
    world_policy(&world, OURS(""));
    request_send(&request, world.ours.leaf);
    request_send(&request, world.ours.issuer);
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_VERIFIED);
    ck_assert(!world.verification.verdict.checked[VERDICT_CHECK_IDENTITY]);
    ck_assert(verdict_answers(&world.verification.verdict, (struct verdict_asked){.path = true}));
    request.n_certificates = 1;
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_NOT_VERIFIED);
    request.n_certificates = 2;
    request.no_identity = false;
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_NOT_VERIFIED);
    request.no_identity = true;
    request.path = false;
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_NOT_VERIFIED);
    world_policy(&world, OURS("path = always"));
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_NOT_VERIFIED);
    world_deinit(&world);
}
END_TEST

/* --- windows: how long an answer may be cached --- */

/*
 * Checks that the answer is the same at both ends of its window, and another one a second outside.
 */
static void expect_window(struct world *world, const struct request *request, int64_t from,
                          int64_t until)
{
    enum verdict_outcome outcome = world->verification.verdict.outcome;

    ck_assert_int_eq(world->verification.from, from);
    ck_assert_int_eq(world->verification.until, until);
    for (int end = 0; end < 2; end++) {
        world->asker.now = end ? until : from;
        ck_assert_int_eq(world_ask(world, request), 0);
        ck_assert(world->verification.verdict.outcome == outcome);
        world->asker.now += end ? 1 : -1;
        ck_assert_int_eq(world_ask(world, request), 0);
        ck_assert(world->verification.verdict.outcome != outcome);
    }
    world->asker.now = FIXTURE_NOW;
}

/*
 * The dates of a path limit the window, unless no path is validated or the request gives a time.
 * Pins limit the window by the wall clock, whatever time the request gives.
 */
START_TEST(test_windows)
{
    /* The pins expire at 2026-06-02T00:00:00Z, a day after FIXTURE_NOW. */
    static const char pinned[] = "defaults { trust = ours request-time = yes }\n" WORLD_TRUST
                                 "pinset p { spki-sha256 = { \"%s\", \"" PIN_A
                                 "\" } expires = \"2026-06-01\" }\n"
                                 "domain example.com { subdomains = all pinset = p }\n";
    struct request request = {.path = true};
    char pin[45], text[512];
    struct world world;

    world_init(&world);
    world_policy(&world, OURS("request-time = yes"));
    request_refer(&request, REQUEST_HOST, WORLD_LEAF);
    request_send(&request, world.ours.leaf);
    request_send(&request, world.ours.issuer);
    ck_assert_int_eq(world_ask(&world, &request), 0);
    expect_window(&world, &request, FIXTURE_NOW - 30 * FIXTURE_DAY, FIXTURE_NOW + 60 * FIXTURE_DAY);
    request.has_time = true;
    request.time = FIXTURE_NOW;
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert_int_eq(world.verification.from, INT64_MIN);
    ck_assert_int_eq(world.verification.until, INT64_MAX);

    world_pin(&world, world.ours.issuer_key, pin);
    snprintf(text, sizeof(text), pinned, pin);
    world_policy(&world, text);
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_VERIFIED);
    ck_assert_int_eq(world.verification.until, FIXTURE_NOW + FIXTURE_DAY - 1);
    world.asker.now = FIXTURE_NOW + FIXTURE_DAY;
    ck_assert_int_eq(world_ask(&world, &request), 0);
    ck_assert(world.verification.verdict.outcome == VERDICT_NOT_VERIFIED);
    ck_assert(bytes_are(world.verification.verdict.failures[0].code, "pins-expired"));
    ck_assert_int_eq(world.verification.from, FIXTURE_NOW + FIXTURE_DAY);
    ck_assert_int_eq(world.verification.until, INT64_MAX);
    world_deinit(&world);
}
END_TEST

/*
 * Tests the scopes of pins on a validated path. An anchor of the administrator's own can replace
 * the pins; one from the request never does.
 */
START_TEST(test_pins)
{
    static const struct {
        const char *intent, *extra;
        int key; /* whose key is pinned: 0 the end entity's, 1 its issuer's, 2 the root's, 3 none in
                    the path */
        bool brings;
        enum verdict_outcome outcome;
    } pinned[] = {
        {"any, leaf", "", 0, false, VERDICT_VERIFIED},
        {"any, issuer", "", 1, false, VERDICT_VERIFIED},
        {"any, root", "", 2, false, VERDICT_VERIFIED},
        {"any, nobody", "", 3, false, VERDICT_NOT_VERIFIED},
        {"leaf, leaf", "scope = leaf", 0, false, VERDICT_VERIFIED},
        {"leaf, issuer", "scope = leaf", 1, false, VERDICT_NOT_VERIFIED},
        {"issuer, issuer", "scope = issuer", 1, false, VERDICT_VERIFIED},
        {"issuer, leaf", "scope = issuer", 0, false, VERDICT_NOT_VERIFIED},
        {"issuer, root", "scope = issuer", 2, false, VERDICT_NOT_VERIFIED},
        {"anchor, root", "scope = anchor", 2, false, VERDICT_VERIFIED},
        {"anchor, issuer", "scope = anchor", 1, false, VERDICT_NOT_VERIFIED},
        {"own anchor", "local-anchors = override", 3, false, VERDICT_VERIFIED},
        {"the request's anchor", "local-anchors = override", 3, true, VERDICT_NOT_VERIFIED},
    };
    struct world world;

    world_init(&world);
    for (size_t i = 0; i < ROWS(pinned); i++) {
        EVP_PKEY *keys[] = {world.ours.leaf_key, world.ours.issuer_key, world.ours.root_key,
                            world.others.leaf_key};
        struct request request = {.path = true};
        char pin[45], text[640];

        world_pin(&world, keys[pinned[i].key], pin);
        snprintf(text, sizeof(text),
                 "defaults { trust = ours request-anchors = replace }\n" WORLD_TRUST
                 "pinset p { spki-sha256 = { \"%s\", \"" PIN_A "\" } %s }\n"
                 "domain example.com { subdomains = all pinset = p }\n",
                 pin, pinned[i].extra);
        world_policy(&world, text);
        request_refer(&request, REQUEST_HOST, WORLD_LEAF);
        request_send(&request, world.ours.leaf);
        request_send(&request, world.ours.issuer);
        if (pinned[i].brings)
            request.anchors[request.n_anchors++] = (struct bytes){world.ours.root.data,
                                                                  world.ours.root.len};
        ck_assert_int_eq(world_ask(&world, &request), 0);
        ck_assert_msg(world.verification.verdict.outcome == pinned[i].outcome, "%s",
                      pinned[i].intent);
        ck_assert(world.verification.verdict.checked[VERDICT_CHECK_PINS_PATH]);
    }
    world_deinit(&world);
}
END_TEST

/*
 * A serial number is denied by its octets, with and without a path. Tools show a negative number as
 * the unsigned one with the same octets.
 */
START_TEST(test_denied_serial)
{
    static const struct {
        const char *intent;
        int serial;
        const char *denied;
        bool hits;
    } serials[] = {
        {"as it is", 0x55, "55", true},
        {"leading zeros", 0xab, "00ab", true},
        {"another", 0x55, "ab", false},
        {"negative, by its octets", -0x55, "ab", true},
        {"negative, not by its magnitude", -0x55, "55", false},
    };
    struct world world;

    world_init(&world);
    for (size_t i = 0; i < 2 * ROWS(serials); i++) {
        size_t row = i / 2;
        const struct path_recipe recipe = {
            .subject = WORLD_LEAF,
            .issuer = "Issuer",
            .serial = serials[row].serial,
            .key = world.ours.leaf_key,
            .issuer_key = world.ours.issuer_key,
        };
        struct bytes der = path_make(&recipe);
        struct request request = {.n_references = 0};
        char name[POLICY_PIN_TEXT_BYTES + 1], text[256];
        struct outline outline;
        uint8_t digest[DIGEST_BYTES];

        ck_assert_int_eq(outline_read(&outline, der.data, der.len), OUTLINE_OK);
        ck_assert_int_eq(x509_sha256(world.x509, outline.issuer.data, outline.issuer.len, digest),
                         0);
        policy_pin_encode(name, digest);
        snprintf(text, sizeof(text), "deny d { issuer-sha256 = \"%s\" serials = { \"%s\" } }\n",
                 name, serials[row].denied);
        world_policy(&world, text);
        request_refer(&request, REQUEST_HOST, WORLD_LEAF);
        /* The certificate is sent as the end entity, or after another end entity. */
        if (i % 2)
            request_send(&request, world.ours.leaf);
        request_send(&request, der);
        ck_assert_int_eq(world_ask(&world, &request), 0);
        ck_assert_msg(world.verification.denial ==
                          (serials[row].hits ? DENIAL_DENIED : DENIAL_NONE),
                      "%s, %s", serials[row].intent, i % 2 ? "sent along" : "end entity");
        path_drop(der);
    }
    world_deinit(&world);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        test_rows,   test_no_engine, test_absent_store, test_local,
        test_nobody, test_windows,   test_pins,         test_denied_serial,
    };

    return policy_suite_run("verify chains", tests, ROWS(tests));
}
