/* SPDX-License-Identifier: MIT */

/*
 * Tests requests that a lenient decoder would read as other requests: a singular field occurs
 * twice, a value has another wire type, or a number exceeds its type.
 */

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "proto/codec.h"

/* A valid request: host "a", one certificate of one byte, and `path`. */
#define HOST        "\x0a\x01\x61"
#define CERTIFICATE "\x12\x01\x30"
#define PATH        "\x18\x01"
#define GOOD        HOST CERTIFICATE PATH

#define T(text) text, sizeof(text) - 1

static const struct {
    const char *intent;
    const char *payload;
    size_t len;
    int expected;
} rows[] = {
    {"a good request", T(GOOD), 0},
    {"two hosts", T(GOOD HOST), 0},
    {"a time", T(GOOD "\x5a\x02\x08\x01"), 0},
    {"an empty time", T(GOOD "\x5a\x00"), 0},
    {"a depth", T(GOOD "\x7a\x02\x08\x03"), 0},
    {"an empty payload", T(""), ERROR_INVALID_REQUEST},
    {"an unknown field", T(GOOD "\x98\x06\x01"), ERROR_UNKNOWN_FIELD},
    {"an unknown field of 8 bytes", T(GOOD "\x99\x06\x01\x02\x03\x04\x05\x06\x07\x08"),
     ERROR_UNKNOWN_FIELD},
    {"an unknown field of 4 bytes", T(GOOD "\x9d\x06\x01\x02\x03\x04"), ERROR_UNKNOWN_FIELD},
    {"an unknown field in a time", T(GOOD "\x5a\x04\x08\x01\x10\x05"), ERROR_UNKNOWN_FIELD},
    {"the same, and a time behind it", T(GOOD "\x5a\x04\x08\x01\x10\x05\x5a\x02\x08\x01"),
     ERROR_MALFORMED_REQUEST},
    {"two times", T(GOOD "\x5a\x02\x08\x01\x5a\x02\x08\x01"), ERROR_MALFORMED_REQUEST},
    {"two seconds in a time", T(GOOD "\x5a\x04\x08\x01\x08\x02"), ERROR_MALFORMED_REQUEST},
    {"two depths", T(GOOD "\x7a\x02\x08\x03\x7a\x02\x08\x04"), ERROR_MALFORMED_REQUEST},
    {"path twice", T(GOOD PATH), ERROR_MALFORMED_REQUEST},
    {"path, and then not", T(GOOD "\x18\x00"), ERROR_MALFORMED_REQUEST},
    {"path as bytes", T(HOST CERTIFICATE "\x1a\x01\x01"), ERROR_MALFORMED_REQUEST},
    {"path as 8 bytes", T(HOST CERTIFICATE "\x19\x01\x00\x00\x00\x00\x00\x00\x00"),
     ERROR_MALFORMED_REQUEST},
    {"path as 4 bytes", T(HOST CERTIFICATE "\x1d\x01\x00\x00\x00"), ERROR_MALFORMED_REQUEST},
    {"a host as a number", T(GOOD "\x08\x05"), ERROR_MALFORMED_REQUEST},
    {"a host as a group", T(GOOD "\x0b\x0c"), ERROR_MALFORMED_REQUEST},
    {"an unknown group", T(GOOD "\x9b\x06\x9c\x06"), ERROR_MALFORMED_REQUEST},
    {"a time as a number", T(GOOD "\x58\x01"), ERROR_MALFORMED_REQUEST},
    {"the client's purpose", T(GOOD "\x20\x02"), 0},
    {"an unknown purpose", T(GOOD "\x20\x03"), ERROR_UNKNOWN_FIELD},
    {"a negative purpose", T(GOOD "\x20\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
     ERROR_UNKNOWN_FIELD},
    {"a purpose that is 1 in 32 bits", T(GOOD "\x20\x81\x80\x80\x80\x10"), ERROR_MALFORMED_REQUEST},
    {"a depth that is 0 in 32 bits", T(GOOD "\x7a\x06\x08\x80\x80\x80\x80\x10"),
     ERROR_MALFORMED_REQUEST},
    {"the largest depth", T(GOOD "\x7a\x06\x08\xff\xff\xff\xff\x0f"), 0},
    {"a number of eleven bytes", T(GOOD "\x20\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00"),
     ERROR_MALFORMED_REQUEST},
    {"a number beyond 64 bits", T(GOOD "\x20\x81\x80\x80\x80\x80\x80\x80\x80\x80\x02"),
     ERROR_MALFORMED_REQUEST},
    {"field 0", T(GOOD "\x00\x01"), ERROR_MALFORMED_REQUEST},
    {"a cut-off number", T(GOOD "\x20\x81"), ERROR_MALFORMED_REQUEST},
    {"a cut-off host", T(GOOD "\x0a\x05\x61"), ERROR_MALFORMED_REQUEST},
    {"a cut-off tag", T(GOOD "\x98"), ERROR_MALFORMED_REQUEST},
};

START_TEST(strict)
{
    struct arena arena;
    struct request request;
    struct codec_fault fault;
    int r;

    codec_arena_init(&arena);
    r = codec_read_request(&request, &arena, (const uint8_t *)rows[_i].payload, rows[_i].len,
                           &fault);
    ck_assert_msg(r == rows[_i].expected, "%s: %d: %s", rows[_i].intent, r, fault.text);
    arena_deinit(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec-strict");
    TCase *cases = tcase_create("rows");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_loop_test(cases, strict, 0, (int)(sizeof(rows) / sizeof(rows[0])));
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
