/* SPDX-License-Identifier: MIT */

/*
 * The client's side of the codec, which uses no library, agrees with protobuf-c: requests are
 * written in the same bytes, and of verdicts, damaged at random, each one that it reads is read by
 * protobuf-c with the same contents. It may refuse more.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/certname.pb-c.h"
#include "proto/codec.h"

#define ROUNDS_COUNT 200000
#define BYTES(text)  ((struct bytes){.data = (const uint8_t *)(text), .len = sizeof(text) - 1})

static struct arena arena;

static void setup(void)
{
    codec_arena_init(&arena);
}

static void teardown(void)
{
    arena_deinit(&arena);
}

/* Returns a number below n. Every run has the same sequence. */
static unsigned next_random(unsigned n)
{
    static uint64_t state = 88172645463325252u;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 16) % n;
}

static bool is_same(struct bytes one, ProtobufCBinaryData other)
{
    return one.len == other.len && (one.len == 0 || memcmp(one.data, other.data, one.len) == 0);
}

/* --- verdicts --- */

static struct verdict_identity make_identity(enum verdict_identity_type type)
{
    return (struct verdict_identity){type, BYTES("www.example.org"), BYTES("label"),
                                     BYTES("a label differs")};
}

static void fill_lists(struct verdict *verdict)
{
    for (size_t i = 0; i < 3; i++) {
        verdict->failures[i] = (struct verdict_failure){
            BYTES("hostname-mismatch"), 62 + (uint32_t)i, BYTES("Hostname mismatch"), (uint32_t)i,
            BYTES("more")};
        verdict->reported[i] = verdict->failures[i];
        verdict->path[i] = (struct verdict_step){BYTES("0123456789abcdef0123456789abcdef"),
                                                 BYTES("system")};
        verdict->presented[i] = make_identity((enum verdict_identity_type)(i + 1));
    }
    verdict->n_failures = verdict->n_reported = verdict->n_path = verdict->n_presented = 3;
    verdict->failures_more = verdict->reported_more = verdict->presented_more = 300;
}

static void fill_verdict(struct verdict *verdict)
{
    *verdict = (struct verdict){
        .outcome = VERDICT_VERIFIED,
        .has_reference = true,
        .reference = make_identity(VERDICT_DNS_ID),
        .has_matched = true,
        .matched = make_identity(VERDICT_CN_ID),
        .has_nearest = true,
        .nearest = {make_identity(VERDICT_OTHER), BYTES("wildcard-off"), BYTES("it is off")},
        .rule = {BYTES("defaults"), BYTES("/etc/certnamed/certnamed.conf"), 12},
        .client_rule = {BYTES("client \"a\""), BYTES("/etc/x"), 300},
        .generation = UINT64_C(1) << 40,
        .digest = BYTES("0123456789abcdef0123456789abcdef"),
        .alert = 42,
        .sni = true,
        .leaf = {BYTES("fedcba9876543210fedcba9876543210"), BYTES("key"), true, -5, 1900000000},
    };
    for (unsigned i = 1; i < VERDICT_CHECKS_COUNT; i++)
        verdict->checked[i] = true;
    fill_lists(verdict);
}

static bool has_same_identity(bool has, const struct verdict_identity *one,
                              const Certname__V1__Identity *other)
{
    uint64_t type = other ? (uint64_t)(unsigned)other->type : 0;

    if (!other)
        return !has;
    return has && is_same(one->value, other->value) && is_same(one->why, other->why) &&
           is_same(one->text, other->text) &&
           one->type == (type <= VERDICT_UTF8_MAILBOX ? type : VERDICT_IDENTITY_UNSPECIFIED);
}

static bool has_same_rule(const struct verdict_rule *one, const Certname__V1__Rule *other)
{
    return other ? is_same(one->section, other->section) && is_same(one->file, other->file) &&
                       one->line == other->line
                 : one->section.len + one->file.len + one->line == 0;
}

static bool has_same_failures(const struct verdict_failure *some, size_t n,
                              Certname__V1__Failure *const *others, size_t n_others)
{
    for (size_t i = 0; n == n_others && i < n; i++) {
        if (!is_same(some[i].code, others[i]->code) ||
            !is_same(some[i].message, others[i]->message) ||
            !is_same(some[i].detail, others[i]->detail) || some[i].depth != others[i]->depth ||
            some[i].verify_code != others[i]->verify_code)
            return false;
    }
    return n == n_others;
}

static bool has_same_lists(const struct verdict *one, const Certname__V1__Verdict *other)
{
    bool is_good = one->n_presented == other->n_presented && one->n_path == other->n_path;

    for (size_t i = 0; is_good && i < one->n_presented; i++)
        is_good = has_same_identity(true, &one->presented[i], other->presented[i]);
    for (size_t i = 0; is_good && i < one->n_path; i++)
        is_good = is_same(one->path[i].sha256, other->path[i]->sha256) &&
                  is_same(one->path[i].store, other->path[i]->store);
    return is_good &&
           has_same_failures(one->failures, one->n_failures, other->failures, other->n_failures) &&
           has_same_failures(one->reported, one->n_reported, other->reported, other->n_reported);
}

static bool has_same_checks(const struct verdict *one, const Certname__V1__Verdict *other)
{
    bool checked[VERDICT_CHECKS_COUNT] = {false};

    for (size_t i = 0; i < other->n_checked; i++) {
        if ((unsigned)other->checked[i] < VERDICT_CHECKS_COUNT)
            checked[other->checked[i]] = true;
    }
    return memcmp(checked, one->checked, sizeof(checked)) == 0;
}

static bool has_same_leaf(const struct verdict_leaf *one, const Certname__V1__Leaf *other)
{
    if (!other)
        return one->sha256.len + one->spki.len == 0 && !one->has_validity;
    return is_same(one->sha256, other->sha256) && is_same(one->spki, other->spki) &&
           one->has_validity == (other->validity != NULL) &&
           (!other->validity || (one->not_before == other->validity->not_before &&
                                 one->not_after == other->validity->not_after));
}

static bool has_same_nearest(const struct verdict *one, const Certname__V1__Nearest *other)
{
    if (!other || !other->identity)
        return !one->has_nearest;
    return has_same_identity(one->has_nearest, &one->nearest.identity, other->identity) &&
           is_same(one->nearest.why, other->why) && is_same(one->nearest.text, other->text);
}

static bool is_same_verdict(const struct verdict *one, const Certname__V1__Verdict *other)
{
    return (uint32_t)one->outcome == (uint32_t)other->outcome && one->alert == other->alert &&
           one->generation == other->generation && one->sni == (bool)other->sni &&
           one->failures_more == other->failures_more &&
           one->reported_more == other->reported_more &&
           one->presented_more == other->presented_more && is_same(one->digest, other->digest) &&
           has_same_identity(one->has_reference, &one->reference, other->reference) &&
           has_same_identity(one->has_matched, &one->matched, other->matched) &&
           has_same_nearest(one, other->nearest) && has_same_rule(&one->rule, other->rule) &&
           has_same_rule(&one->client_rule, other->client_rule) &&
           has_same_leaf(&one->leaf, other->leaf) && has_same_checks(one, other) &&
           has_same_lists(one, other);
}

/* Changes a few bytes, takes some out, or repeats some. Returns the new length. */
static size_t damage(uint8_t *bytes, size_t n)
{
    size_t at = next_random((unsigned)n), len = 1 + next_random(8);

    if (len > n - at)
        len = n - at;
    switch (next_random(4)) {
    case 0:
        memmove(bytes + at, bytes + at + len, n - at - len);
        return n - len;
    case 1:
        memmove(bytes + at + len, bytes + at, n - at);
        return n + len;
    case 2:
        bytes[at] ^= (uint8_t)(1u << next_random(8));
        return n;
    default:
        bytes[at] = (uint8_t)next_random(256);
        return n;
    }
}

START_TEST(verdicts_are_read_alike)
{
    static uint8_t bytes[4096];
    struct verdict verdict;
    struct bytes whole;
    unsigned n_read = 0;

    fill_verdict(&verdict);
    ck_assert_int_eq(codec_write_verdict(&verdict, &arena, &whole), 0);
    for (unsigned i = 0; i < ROUNDS_COUNT; i++) {
        Certname__V1__Verdict *other;
        size_t n = whole.len;

        memcpy(bytes, whole.data, n);
        for (unsigned k = i == 0 ? 0 : 1 + next_random(3); k > 0; k--)
            n = damage(bytes, n);
        if (codec_read_verdict(&verdict, bytes, n))
            continue;
        n_read++;
        other = certname__v1__verdict__unpack(NULL, n, bytes);
        ck_assert_msg(other && is_same_verdict(&verdict, other), "round %u", i);
        certname__v1__verdict__free_unpacked(other, NULL);
    }
    printf("%u of %u damaged verdicts were read\n", n_read, ROUNDS_COUNT);
    ck_assert_uint_gt(n_read, ROUNDS_COUNT / 20);
}
END_TEST

/* --- requests --- */

static ProtobufCBinaryData view(struct bytes bytes)
{
    return (ProtobufCBinaryData){.data = (uint8_t *)(uintptr_t)bytes.data, .len = bytes.len};
}

#define N_NAMES 3
static const struct request_name some_names[N_NAMES] = {
    {VERDICT_DNS_ID, {(const uint8_t *)"a.example", 9}},
    {VERDICT_IDENTITY_UNSPECIFIED, {NULL, 0}},
    {VERDICT_IP_ID, {(const uint8_t *)"\x7f\0\0\1", 4}},
};

/* Makes a request at random, and the same as a message whose lists have one element at most. */
static void make_request(struct request *request, Certname__V1__VerifyRequest *message,
                         ProtobufCBinaryData items[static 8], Certname__V1__Time *time,
                         Certname__V1__Depth *depth, Certname__V1__Names *names)
{
    static const uint8_t data[40000];
    struct bytes part = {.data = data,
                         .len = next_random(4) ? next_random(200) : next_random(40000)};
    ProtobufCBinaryData **lists[] = {&message->host, &message->email, &message->uri,
                                     &message->spiffe, &message->srv};
    size_t *counts[] = {&message->n_host, &message->n_email, &message->n_uri, &message->n_spiffe,
                        &message->n_srv};

    certname__v1__verify_request__init(message);
    *request = (struct request){.path = next_random(2), .explain = next_random(2)};
    for (int kind = REQUEST_SRV; kind >= REQUEST_HOST; kind--) {
        if (next_random(2))
            continue;
        items[kind] = view(part);
        request->references[request->n_references++] = (struct request_reference){
            (enum request_reference_kind)kind, part};
        *lists[kind - 1] = &items[kind];
        *counts[kind - 1] = 1;
    }
    items[0] = items[6] = items[7] = view(part);
    request->certificates[request->n_certificates++] = part;
    request->n_anchors = message->n_anchors = next_random(2);
    request->n_crls = message->n_crls = next_random(2);
    request->anchors[0] = request->crls[0] = part;
    message->certificates = &items[0];
    message->n_certificates = 1;
    message->anchors = &items[6];
    message->crls = &items[7];
    request->ocsp = next_random(2) ? part : (struct bytes){0};
    message->ocsp = view(request->ocsp);
    message->path = request->path;
    message->explain = request->explain;
    request->purpose = (enum request_purpose)next_random(3);
    message->purpose = (Certname__V1__Purpose)request->purpose;
    message->no_identity = request->no_identity = next_random(2);
    certname__v1__time__init(time);
    certname__v1__depth__init(depth);
    request->has_time = next_random(2);
    request->time = time->seconds = next_random(3) ? (int64_t)next_random(2000000000) - 1000000000
                                                   : 0;
    message->time = request->has_time ? time : NULL;
    request->has_names = next_random(2);
    request->names = some_names;
    request->n_names = names->n_names = next_random(N_NAMES + 1);
    message->names = request->has_names ? names : NULL;
    request->has_max_depth = next_random(2);
    request->max_depth = depth->certificates = next_random(300);
    message->max_depth = request->has_max_depth ? depth : NULL;
}

START_TEST(requests_are_written_alike)
{
    static uint8_t expected[400000], written[400000];
    ProtobufCBinaryData items[8];
    Certname__V1__VerifyRequest message;
    Certname__V1__Time time;
    Certname__V1__Depth depth;
    struct request request;
    Certname__V1__Name items_of_names[N_NAMES], *pointers[N_NAMES];
    Certname__V1__Names names = CERTNAME__V1__NAMES__INIT;

    for (size_t i = 0; i < N_NAMES; i++) {
        certname__v1__name__init(&items_of_names[i]);
        items_of_names[i].type = (Certname__V1__IdentityType)some_names[i].type;
        items_of_names[i].value = view(some_names[i].value);
        pointers[i] = &items_of_names[i];
    }
    names.names = pointers;
    for (unsigned i = 0; i < 5000; i++) {
        size_t n;

        make_request(&request, &message, items, &time, &depth, &names);
        n = certname__v1__verify_request__pack(&message, expected);
        ck_assert_uint_eq(codec_request_bytes(&request), n);
        codec_put_request(&request, written);
        ck_assert_mem_eq(written, expected, n);
    }
}
END_TEST

/* The last field that hello names is the last one that the schema has. */
START_TEST(last_field_is_the_schema_s)
{
    const ProtobufCMessageDescriptor *schema = &certname__v1__verify_request__descriptor;
    uint32_t last = 0;

    for (unsigned i = 0; i < schema->n_fields; i++) {
        if (schema->fields[i].id > last)
            last = schema->fields[i].id;
    }
    ck_assert_uint_eq(last, HELLO_LAST_FIELD);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec-agreement");
    TCase *tests = tcase_create("codec-agreement");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(tests, 120);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, verdicts_are_read_alike);
    tcase_add_test(tests, requests_are_written_alike);
    tcase_add_test(tests, last_field_is_the_schema_s);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
