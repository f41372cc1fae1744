/* SPDX-License-Identifier: MIT */

/*
 * Tests the note that the front gets with a reply: the log line of a refusal, and the origin of a
 * failure.
 */

#include <check.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "daemon/verifier/verdict_note.h"
#include "tests/unit/verify/verify_fixture.h"

START_TEST(test_refusal)
{
    struct world world;
    struct request request = {0};
    struct note note = {0};
    struct bytes leaf;

    world_init(&world);
    leaf = world_leaf(&world, "DNS:" WORLD_LEAF);
    world_policy(&world, "");
    request_refer(&request, REQUEST_HOST, "other.example.com");
    request_send(&request, leaf);
    ck_assert_int_eq(world_ask(&world, &request), 0);
    verdict_note_fill(&note, &world.verification);
    ck_assert_uint_eq(note.outcome, 0);
    ck_assert_msg(strncmp(note.audit, "refused ", 8) == 0, "%s", note.audit);
    ck_assert_ptr_nonnull(strstr(note.audit, "other.example.com"));
    ck_assert_ptr_nonnull(strstr(note.audit, note.code));
    ck_assert_ptr_nonnull(strstr(note.audit, "leaf sha256 "));
    path_drop(leaf);
    world_deinit(&world);
}
END_TEST

static int fail_here(int r)
{
    return error_origin(r);
}

START_TEST(test_failure_names_its_origin)
{
    struct note note = {0};

    verdict_note_fill_error(&note, "resources", fail_here(-ENOMEM));
    ck_assert_str_eq(note.code, "resources");
    ck_assert_int_gt(note.from_s, note.until_s);
    ck_assert_uint_eq(note.outcome, 0);
    ck_assert_ptr_nonnull(strstr(note.audit, "Cannot allocate memory (errno 12)"));
    ck_assert_ptr_nonnull(strstr(note.audit, "fail_here, test_verdict_note.c:"));
}
END_TEST

/* A remembered failure with another errno is not taken for the origin. */
START_TEST(test_failure_without_an_origin)
{
    struct note note = {0};

    (void)fail_here(-EIO);
    verdict_note_fill_error(&note, "internal", -EBADMSG);
    ck_assert_str_eq(note.audit, "failed: Bad message (errno 74)");
}
END_TEST

/* An error that is the request's fault has no log line. */
START_TEST(test_error_of_a_request)
{
    struct note note = {0};

    verdict_note_fill_error(&note, "malformed", 0);
    ck_assert_str_eq(note.audit, "");
    ck_assert_str_eq(note.code, "malformed");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_refusal, test_failure_names_its_origin,
                                  test_failure_without_an_origin, test_error_of_a_request};

    return policy_suite_run("verdict-note", tests, ROWS(tests));
}
