/* SPDX-License-Identifier: MIT */

/*
 * Tests the codec of requests: a written request is read back, and a payload that is not a valid
 * request of this version gives an error with the right code.
 */

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"

static struct arena arena;
static struct request request;
static struct codec_fault fault;
static uint8_t der[LIMIT_CERTIFICATE_BYTES + 1];

static void setup(void)
{
    codec_arena_init(&arena);
    memset(der, 0x30, sizeof(der));
}

static void teardown(void)
{
    arena_deinit(&arena);
}

static int read_payload(struct bytes payload)
{
    return codec_read_request(&request, &arena, payload.data, payload.len, &fault);
}

static struct request sample(size_t n_certificates, size_t n_der)
{
    struct request sample = {
        .references = {{REQUEST_HOST, {.data = (const uint8_t *)"a\0b", .len = 3}},
                       {REQUEST_SRV, {.data = (const uint8_t *)"_x.y", .len = 4}}},
        .n_references = 2,
        .n_certificates = n_certificates,
        .path = true,
        .purpose = REQUEST_PURPOSE_CLIENT,
    };

    for (size_t i = 0; i < n_certificates; i++)
        sample.certificates[i] = (struct bytes){.data = der, .len = n_der};
    return sample;
}

START_TEST(request_reads_back)
{
    struct request sent = sample(3, 100);
    struct bytes payload;

    ck_assert_int_eq(codec_write_request(&sent, &arena, &payload), 0);
    ck_assert_int_eq(read_payload(payload), 0);
    ck_assert_uint_eq(request.n_references, 2);
    ck_assert_int_eq(request.references[0].kind, REQUEST_HOST);
    ck_assert_uint_eq(request.references[0].text.len, 3);
    ck_assert_mem_eq(request.references[0].text.data, "a\0b", 3);
    ck_assert_int_eq(request.references[1].kind, REQUEST_SRV);
    ck_assert_mem_eq(request.references[1].text.data, "_x.y", 4);
    ck_assert_uint_eq(request.n_certificates, 3);
    ck_assert_uint_eq(request.certificates[2].len, 100);
    ck_assert_mem_eq(request.certificates[2].data, der, 100);
    ck_assert(request.path);
    ck_assert_int_eq(request.purpose, REQUEST_PURPOSE_CLIENT);
}
END_TEST

/* Writes and reads a request that has every field, each with a different value. */
START_TEST(full_request_reads_back)
{
    struct request sent = sample(1, 10);
    struct bytes payload;

    for (int kind = REQUEST_HOST; kind <= REQUEST_SRV; kind++)
        sent.references[kind - 1] = (struct request_reference){(enum request_reference_kind)kind,
                                                               {.data = der, .len = (size_t)kind}};
    sent.n_references = 5;
    sent.explain = true;
    sent.has_time = true;
    sent.time = -7;
    sent.has_max_depth = true;
    sent.anchors[0] = sent.anchors[1] = (struct bytes){.data = der, .len = 20};
    sent.n_anchors = 2;
    sent.crls[0] = (struct bytes){.data = der, .len = 30};
    sent.n_crls = 1;
    sent.ocsp = (struct bytes){.data = der, .len = 40};
    ck_assert_int_eq(codec_write_request(&sent, &arena, &payload), 0);
    ck_assert_int_eq(read_payload(payload), 0);
    ck_assert_uint_eq(request.n_references, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(request.references[i].kind, i + 1);
        ck_assert_uint_eq(request.references[i].text.len, i + 1);
    }
    ck_assert(request.explain && request.has_time && request.has_max_depth);
    ck_assert_int_eq(request.time, -7);
    ck_assert_uint_eq(request.max_depth, 0);
    ck_assert_uint_eq(request.n_anchors, 2);
    ck_assert_uint_eq(request.anchors[1].len, 20);
    ck_assert_uint_eq(request.n_crls, 1);
    ck_assert_uint_eq(request.crls[0].len, 30);
    ck_assert_uint_eq(request.ocsp.len, 40);
    ck_assert(!request.no_identity);
}
END_TEST

/* Equal questions are encoded as equal payloads, which the front's cache relies on. */
START_TEST(equal_requests_have_equal_bytes)
{
    struct request sent = sample(2, 50);
    struct bytes first, second;

    ck_assert_int_eq(codec_write_request(&sent, &arena, &first), 0);
    ck_assert_int_eq(codec_write_request(&sent, &arena, &second), 0);
    ck_assert_uint_eq(first.len, second.len);
    ck_assert_mem_eq(first.data, second.data, first.len);
}
END_TEST

static const struct {
    const char *intent;
    size_t n_certificates, n_der;
    int result;
} sizes[] = {
    {"no certificate", 0, 0, ERROR_INVALID_REQUEST},
    {"one", 1, 10, 0},
    {"as many as there may be", LIMIT_CERTIFICATES_COUNT, 10, 0},
    {"as large as it may be", 1, LIMIT_CERTIFICATE_BYTES, 0},
    {"one byte larger", 1, LIMIT_CERTIFICATE_BYTES + 1, ERROR_TOO_LARGE},
};

START_TEST(counts_and_sizes_are_judged_at_their_bounds)
{
    struct request sent = sample(sizes[_i].n_certificates, sizes[_i].n_der);
    struct bytes payload;

    ck_assert_int_eq(codec_write_request(&sent, &arena, &payload), 0);
    ck_assert_msg(read_payload(payload) == sizes[_i].result, "%s: %s", sizes[_i].intent,
                  fault.text);
    if (sizes[_i].result)
        ck_assert_uint_gt(strlen(fault.text), 0);
}
END_TEST

#define HOST        "\x0a\x01x"
#define PATH        "\x18\x01"
#define NO_IDENTITY "\x50\x01"
#define NAMES       "\x82\x01\x07\x0a\x05\x08\x01\x12\x01x"
#define FOUR        "\x32\x01x\x3a\x01x\x42\x01x\x4a\x01x"
#define CERTIFICATE "\x12\x01\x30"
#define ROW(bytes)  (const uint8_t *)(bytes), sizeof(bytes) - 1

static const struct {
    const char *intent;
    const uint8_t *data;
    size_t len;
    int result;
} payloads[] = {
    {"a good one", ROW(HOST CERTIFICATE), 0},
    {"nothing", ROW(""), ERROR_INVALID_REQUEST},
    {"no host", ROW(CERTIFICATE), ERROR_INVALID_REQUEST},
    {"no reference, and not on purpose", ROW(CERTIFICATE PATH), ERROR_INVALID_REQUEST},
    {"no reference on purpose, and no path", ROW(CERTIFICATE NO_IDENTITY), ERROR_INVALID_REQUEST},
    {"a reference, and none on purpose", ROW(HOST CERTIFICATE PATH NO_IDENTITY),
     ERROR_INVALID_REQUEST},
    {"seventeen references", ROW(FOUR FOUR FOUR FOUR HOST CERTIFICATE), ERROR_TOO_LARGE},
    {"a time without a path", ROW(HOST CERTIFICATE "\x5a\x00"), ERROR_INVALID_REQUEST},
    {"an anchor without a path", ROW(HOST CERTIFICATE "\x62\x01x"), ERROR_INVALID_REQUEST},
    {"a CRL without a path", ROW(HOST CERTIFICATE "\x6a\x01x"), ERROR_INVALID_REQUEST},
    {"OCSP without a path", ROW(HOST CERTIFICATE "\x72\x01x"), ERROR_INVALID_REQUEST},
    {"a depth without a path", ROW(HOST CERTIFICATE "\x7a\x00"), ERROR_INVALID_REQUEST},
    {"a time of which something is unknown", ROW(HOST CERTIFICATE PATH "\x5a\x02\x10\x01"),
     ERROR_UNKNOWN_FIELD},
    {"a depth of which something is unknown", ROW(HOST CERTIFICATE PATH "\x7a\x02\x10\x01"),
     ERROR_UNKNOWN_FIELD},
    {"an empty host, which is a host", ROW("\x0a\x00" CERTIFICATE), 0},
    {"an unknown varint", ROW(HOST CERTIFICATE "\xf8\x01\x01"), ERROR_UNKNOWN_FIELD},
    {"an unknown string", ROW(HOST CERTIFICATE "\xfa\x01\x01x"), ERROR_UNKNOWN_FIELD},
    {"an unknown field of a large number", ROW(HOST CERTIFICATE "\xfa\xff\x03\x01x"),
     ERROR_UNKNOWN_FIELD},
    {"a purpose that is none", ROW(HOST CERTIFICATE "\x20\x03"), ERROR_UNKNOWN_FIELD},
    {"a negative purpose", ROW(HOST CERTIFICATE "\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
     ERROR_UNKNOWN_FIELD},
    {"names instead of certificates", ROW(HOST NAMES), 0},
    {"no name at all, on purpose", ROW(HOST "\x82\x01\x00"), 0},
    {"names beside a certificate", ROW(HOST CERTIFICATE NAMES), ERROR_INVALID_REQUEST},
    {"names and a path", ROW(HOST PATH NAMES), ERROR_INVALID_REQUEST},
    {"names for no reference", ROW(NAMES), ERROR_INVALID_REQUEST},
    {"names for another reference beside a host", ROW(HOST "\x4a\x01x" NAMES),
     ERROR_INVALID_REQUEST},
    {"names twice", ROW(HOST NAMES NAMES), ERROR_MALFORMED_REQUEST},
    {"a name without a type", ROW(HOST "\x82\x01\x05\x0a\x03\x12\x01x"), ERROR_INVALID_REQUEST},
    {"a name of a type that only a reference has",
     ROW(HOST "\x82\x01\x07\x0a\x05\x08\x09\x12\x01x"), ERROR_INVALID_REQUEST},
    {"a name of a type that is none", ROW(HOST "\x82\x01\x07\x0a\x05\x08\x63\x12\x01x"),
     ERROR_INVALID_REQUEST},
    {"an address of one octet", ROW(HOST "\x82\x01\x07\x0a\x05\x08\x02\x12\x01x"),
     ERROR_INVALID_REQUEST},
    {"names of which something is unknown", ROW(HOST "\x82\x01\x02\x10\x01"), ERROR_UNKNOWN_FIELD},
    {"a name of which something is unknown",
     ROW(HOST "\x82\x01\x09\x0a\x07\x08\x01\x12\x01x\x18\x01"), ERROR_UNKNOWN_FIELD},
    {"a field cut off", ROW(HOST "\x12\x05\x30"), ERROR_MALFORMED_REQUEST},
    {"a length cut off", ROW(HOST "\x12"), ERROR_MALFORMED_REQUEST},
    {"a length beyond everything", ROW(HOST "\x12\xff\xff\xff\xff\x0f"), ERROR_MALFORMED_REQUEST},
    {"field number zero", ROW("\x02\x00" HOST CERTIFICATE), ERROR_MALFORMED_REQUEST},
    {"a group", ROW(HOST CERTIFICATE "\x2b\x2c"), ERROR_MALFORMED_REQUEST},
};

/* The daemon reads the names that the client has written, up to the largest number of names. */
START_TEST(names_are_read_as_written)
{
    static const uint8_t address[4] = {192, 0, 2, 1};
    struct request_name names[LIMIT_NAMES_COUNT + 1];
    struct request sent = {
        .references = {{REQUEST_HOST, {(const uint8_t *)"x", 1}}},
        .n_references = 1,
        .has_names = true,
        .names = names,
        .n_names = LIMIT_NAMES_COUNT,
    };
    struct bytes payload;

    for (size_t i = 0; i <= LIMIT_NAMES_COUNT; i++)
        names[i] = (struct request_name){VERDICT_IP_ID, {address, sizeof(address)}};
    names[1] = (struct request_name){VERDICT_CN_ID, {(const uint8_t *)"a\0b", 3}};
    ck_assert_int_eq(codec_write_request(&sent, &arena, &payload), 0);
    ck_assert_int_eq(read_payload(payload), 0);
    ck_assert(request.has_names);
    ck_assert_uint_eq(request.n_names, LIMIT_NAMES_COUNT);
    ck_assert_int_eq(request.names[0].type, VERDICT_IP_ID);
    ck_assert_int_eq(request.names[1].type, VERDICT_CN_ID);
    ck_assert_uint_eq(request.names[1].value.len, 3);
    ck_assert_mem_eq(request.names[1].value.data, "a\0b", 3);
    sent.n_names++;
    ck_assert_int_eq(codec_write_request(&sent, &arena, &payload), -E2BIG);
}
END_TEST

START_TEST(only_a_request_is_one)
{
    int r = codec_read_request(&request, &arena, payloads[_i].data, payloads[_i].len, &fault);

    ck_assert_msg(r == payloads[_i].result, "%s: %d, %s", payloads[_i].intent, r, fault.text);
    if (r)
        ck_assert_uint_eq(request.n_certificates, 0);
    ck_assert_int_eq(fault.field != 0, r == ERROR_UNKNOWN_FIELD);
}
END_TEST

static const struct {
    const char *intent;
    const uint8_t *data;
    size_t len;
    uint32_t field;
    const char *text;
} unknown_fields[] = {
    {"a field", ROW(HOST CERTIFICATE "\xf8\x01\x01"), 31, "a field 31 that"},
    {"the first of two", ROW(HOST "\xf8\x01\x01" CERTIFICATE "\x80\x02\x01"), 31,
     "a field 31 that"},
    {"one that is reserved", ROW(HOST CERTIFICATE "\x8a\x01\x01x"), 17, "a field 17 that"},
    {"the largest number", ROW(HOST CERTIFICATE "\xf8\xff\xff\xff\x0f\x01"), 536870911,
     "a field 536870911 that"},
    {"within the time", ROW(HOST CERTIFICATE PATH "\x5a\x02\x10\x01"), 11,
     "in its field 11 a field 2 that"},
    {"within the depth", ROW(HOST CERTIFICATE PATH "\x7a\x02\x18\x01"), 15,
     "in its field 15 a field 3 that"},
    {"within a name", ROW(HOST "\x82\x01\x09\x0a\x07\x08\x01\x12\x01x\x18\x01"), 16,
     "in its field 16 a field 3 that"},
    {"a purpose", ROW(HOST CERTIFICATE "\x20\x03"), 4, "purpose (field 4)"},
};

/*
 * The error has the number of the unknown field, as a number for programs and in the text for
 * people.
 */
START_TEST(unknown_fields_are_named)
{
    int r = codec_read_request(&request, &arena, unknown_fields[_i].data, unknown_fields[_i].len,
                               &fault);

    ck_assert_int_eq(r, ERROR_UNKNOWN_FIELD);
    ck_assert_msg(fault.field == unknown_fields[_i].field, "%s: %u", unknown_fields[_i].intent,
                  fault.field);
    ck_assert_msg(strstr(fault.text, unknown_fields[_i].text), "%s: %s", unknown_fields[_i].intent,
                  fault.text);
}
END_TEST

START_TEST(sixty_five_certificates_are_too_many)
{
    uint8_t data[3 + 3 * (LIMIT_CERTIFICATES_COUNT + 1)];

    memcpy(data, HOST, 3);
    for (size_t i = 0; i <= LIMIT_CERTIFICATES_COUNT; i++)
        memcpy(data + 3 + 3 * i, CERTIFICATE, 3);
    ck_assert_int_eq(codec_read_request(&request, &arena, data, sizeof(data) - 3, &fault), 0);
    arena_deinit(&arena);
    ck_assert_int_eq(codec_read_request(&request, &arena, data, sizeof(data), &fault),
                     ERROR_TOO_LARGE);
}
END_TEST

/*
 * A payload that would be decoded to more memory than the limit is refused before the memory is
 * allocated.
 */
START_TEST(amplification_meets_the_ceiling)
{
    size_t n = LIMIT_FRAME_BYTES - FRAME_HEADER_BYTES;
    uint8_t *data = calloc(1, n);

    for (size_t i = 0; i + 1 < n; i += 2)
        data[i] = 0x12; /* the tag of field 2; with the length 0 after it, an empty certificate
                           takes two bytes */
    ck_assert_int_eq(codec_read_request(&request, &arena, data, n, &fault), ERROR_TOO_LARGE);
    ck_assert_uint_le(arena.n_bytes, LIMIT_DECODED_BYTES);
    ck_assert_uint_le(arena.n_allocations, LIMIT_DECODED_ALLOCATIONS_COUNT);
    free(data);
}
END_TEST

/*
 * Every prefix of a valid payload is read as a smaller request or refused with a code; none is read
 * as the whole request.
 */
START_TEST(prefixes_never_read_as_the_whole)
{
    struct request sent = sample(2, 20);
    struct bytes payload;

    ck_assert_int_eq(codec_write_request(&sent, &arena, &payload), 0);
    for (size_t n = 0; n < payload.len; n++) {
        struct arena own;
        int r;

        codec_arena_init(&own);
        r = codec_read_request(&request, &own, payload.data, n, &fault);
        ck_assert_int_ge(r, 0);
        ck_assert(r > 0 || request.n_certificates < 2 || request.purpose != sent.purpose ||
                  request.n_references < 2);
        arena_deinit(&own);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec");
    TCase *cases = tcase_create("request");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, request_reads_back);
    tcase_add_test(cases, full_request_reads_back);
    tcase_add_test(cases, equal_requests_have_equal_bytes);
    tcase_add_loop_test(cases, counts_and_sizes_are_judged_at_their_bounds, 0, 5);
    tcase_add_test(cases, names_are_read_as_written);
    tcase_add_loop_test(cases, only_a_request_is_one, 0,
                        (int)(sizeof(payloads) / sizeof(payloads[0])));
    tcase_add_loop_test(cases, unknown_fields_are_named, 0,
                        sizeof(unknown_fields) / sizeof(unknown_fields[0]));
    tcase_add_test(cases, sixty_five_certificates_are_too_many);
    tcase_add_test(cases, amplification_meets_the_ceiling);
    tcase_add_test(cases, prefixes_never_read_as_the_whole);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
