/* SPDX-License-Identifier: MIT */
/*
 * Replies of all kinds to one question give one result each, and a malformed reply is never an
 * acceptance.
 */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "certname/client.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "tests/unit/client/client_fixture.h"

static void verify_path(struct verdict *verdict)
{
    verdict->outcome = VERDICT_VERIFIED;
    verdict->checked[VERDICT_CHECK_PATH] = true;
}
static void refuse_with_nul(struct verdict *verdict)
{
    reply_refuse(verdict);
    verdict->failures[0].message = BYTES("not valid\0 for");
}
static void nearest_with_nul(struct verdict *verdict)
{
    reply_refuse(verdict);
    verdict->nearest.text = BYTES("a\0b");
}
static void refuse_with_code_0(struct verdict *verdict)
{
    reply_refuse(verdict);
    verdict->failures[0].verify_code = 0;
}
static void refuse_without_failure(struct verdict *verdict)
{
    reply_refuse(verdict);
    verdict->n_failures = 0;
}
static void other_outcome(struct verdict *verdict)
{
    verdict->outcome = (enum verdict_outcome)(VERDICT_NAME_MATCHES ^ 1);
}
static void outcome_1(struct verdict *verdict)
{
    verdict->outcome = (enum verdict_outcome)1;
}
static void accept_with_failure(struct verdict *verdict)
{
    reply_refuse(verdict);
    verdict->outcome = VERDICT_NAME_MATCHES;
    verdict->has_matched = true;
}
static void accept_without_matched(struct verdict *verdict)
{
    verdict->has_matched = false;
}
static void accept_without_identity(struct verdict *verdict)
{
    verdict->checked[VERDICT_CHECK_IDENTITY] = false;
}
static void verified_without_path(struct verdict *verdict)
{
    verdict->outcome = VERDICT_VERIFIED;
}
static void short_digest(struct verdict *verdict)
{
    verdict->digest.len = 31;
}
static void short_leaf_digest(struct verdict *verdict)
{
    verdict->leaf.sha256.len = 31;
}
static void accept_with_alert(struct verdict *verdict)
{
    verdict->alert = 42;
}
static void refuse_without_alert(struct verdict *verdict)
{
    reply_refuse(verdict);
    verdict->alert = 0;
}
static void flip_tag(uint8_t *frame, ptrdiff_t *np)
{
    (void)np;
    frame[8] ^= 1;
}
static void zero_tag(uint8_t *frame, ptrdiff_t *np)
{
    (void)np;
    memset(frame + 8, 0, 8);
}
static void other_version(uint8_t *frame, ptrdiff_t *np)
{
    (void)np;
    frame[4] = 2;
}
static void other_kind(uint8_t *frame, ptrdiff_t *np)
{
    (void)np;
    frame[5] = FRAME_KIND_VERIFY;
}
static void set_reserved(uint8_t *frame, ptrdiff_t *np)
{
    (void)np;
    frame[7] = 1;
}
static void set_length(uint8_t *frame, size_t length)
{
    frame[2] = (uint8_t)(length >> 8);
    frame[3] = (uint8_t)length;
}
static void oversize(uint8_t *frame, ptrdiff_t *np)
{
    (void)np;
    set_length(frame, LIMIT_REPLY_BYTES + 1);
}
static void undersize(uint8_t *frame, ptrdiff_t *np)
{
    (void)np;
    set_length(frame, FRAME_HEADER_BYTES - 1);
}
static void cut_payload(uint8_t *frame, ptrdiff_t *np)
{
    *np -= 10;
    set_length(frame, (size_t)*np);
}
static void no_payload(uint8_t *frame, ptrdiff_t *np)
{
    *np = FRAME_HEADER_BYTES;
    set_length(frame, FRAME_HEADER_BYTES);
}
static void cut_and_close(uint8_t *frame, ptrdiff_t *np)
{
    (void)frame;
    *np = -(*np / 2);
}
static void garbage(uint8_t *frame, ptrdiff_t *np)
{
    memset(frame + FRAME_HEADER_BYTES, 0xff, (size_t)*np - FRAME_HEADER_BYTES);
}
static void noise(uint8_t *frame, ptrdiff_t *np)
{
    memset(frame, 0xa5, (size_t)*np);
}
static void as_error(uint8_t *frame, ptrdiff_t *np)
{
    (void)np;
    frame[5] = FRAME_KIND_ERROR;
}
static void error_of(uint8_t *frame, ptrdiff_t *np, enum error_code code)
{
    struct frame_header header;

    (void)frame_peek(&header, frame, (size_t)*np, FAKE_FRAME_BYTES);
    *np = (ptrdiff_t)error_write_frame(frame, header.tag, code, "as the test wants it");
}
static void error_busy(uint8_t *frame, ptrdiff_t *np)
{
    error_of(frame, np, ERROR_BUSY);
}
static void error_reference(uint8_t *frame, ptrdiff_t *np)
{
    error_of(frame, np, ERROR_INVALID_REFERENCE);
}
static void error_none(uint8_t *frame, ptrdiff_t *np)
{
    error_of(frame, np, ERROR_NONE);
}
static void error_busy_tag_0(uint8_t *frame, ptrdiff_t *np)
{
    error_of(frame, np, ERROR_BUSY);
    zero_tag(frame, np);
}
static void error_text_nul(uint8_t *frame, ptrdiff_t *np)
{
    error_of(frame, np, ERROR_INTERNAL);
    frame[*np - 3] = 0;
}

static const struct reply_row reply_rows[] = {
    {"an acceptance", NULL, NULL, false, CERTNAME_NAME_MATCHES},
    {"an acceptance with a path", verify_path, NULL, true, CERTNAME_VERIFIED},
    {"more than was asked for", verify_path, NULL, false, CERTNAME_VERIFIED},
    {"a refusal", reply_refuse, NULL, false, CERTNAME_NOT_VERIFIED},
    {"an error", NULL, error_reference, false, CERTNAME_ERR_INVALID_REFERENCE},
    {"busy", NULL, error_busy, false, CERTNAME_ERR_BUSY},
    {"busy, about the whole connection", NULL, error_busy_tag_0, false, CERTNAME_ERR_BUSY},
    {"an error with the code of no error", NULL, error_none, false, CERTNAME_ERR_PROTOCOL},
    {"an error whose text holds a NUL", NULL, error_text_nul, false, CERTNAME_ERR_PROTOCOL},
    {"a verdict that says it is an error", NULL, as_error, false, CERTNAME_ERR_PROTOCOL},
    {"the tag of another question", NULL, flip_tag, false, CERTNAME_ERR_PROTOCOL},
    {"a verdict with tag 0", NULL, zero_tag, false, CERTNAME_ERR_PROTOCOL},
    {"another version", NULL, other_version, false, CERTNAME_ERR_PROTOCOL},
    {"a reply whose kind is a request's", NULL, other_kind, false, CERTNAME_ERR_PROTOCOL},
    {"reserved is set", NULL, set_reserved, false, CERTNAME_ERR_PROTOCOL},
    {"longer than a reply may be", NULL, oversize, false, CERTNAME_ERR_PROTOCOL},
    {"shorter than a header", NULL, undersize, false, CERTNAME_ERR_PROTOCOL},
    {"a payload that is cut", NULL, cut_payload, false, CERTNAME_ERR_PROTOCOL},
    {"no payload", NULL, no_payload, false, CERTNAME_ERR_PROTOCOL},
    {"a payload of garbage", NULL, garbage, false, CERTNAME_ERR_PROTOCOL},
    {"garbage instead of a frame", NULL, noise, false, CERTNAME_ERR_PROTOCOL},
    {"a connection that is closed in mid-reply, twice", NULL, cut_and_close, false,
     CERTNAME_ERR_UNAVAILABLE},
    {"an outcome one bit off", other_outcome, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"an outcome of 1", outcome_1, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"a name match where a path was asked for", NULL, NULL, true, CERTNAME_ERR_PROTOCOL},
    {"a refusal that did not check the path that was asked for", reply_refuse, NULL, true,
     CERTNAME_ERR_PROTOCOL},
    {"verified, but the path not checked", verified_without_path, NULL, false,
     CERTNAME_ERR_PROTOCOL},
    {"an acceptance with a failure", accept_with_failure, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"an acceptance that matched nothing", accept_without_matched, NULL, false,
     CERTNAME_ERR_PROTOCOL},
    {"an acceptance that did not check the identity", accept_without_identity, NULL, false,
     CERTNAME_ERR_PROTOCOL},
    {"a refusal without a failure", refuse_without_failure, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"a refusal with the code of success", refuse_with_code_0, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"a NUL in a message", refuse_with_nul, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"a NUL in the nearest miss", nearest_with_nul, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"an acceptance with an alert", accept_with_alert, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"a refusal without an alert", refuse_without_alert, NULL, false, CERTNAME_ERR_PROTOCOL},
    {"a digest of the leaf that is too short", short_leaf_digest, NULL, false,
     CERTNAME_ERR_PROTOCOL},
    {"a digest of the policy that is too short", short_digest, NULL, false, CERTNAME_ERR_PROTOCOL},
};

/* Each reply gives the result of its row, and no descriptor stays open. */
START_TEST(test_replies)
{
    const struct reply_row *row = &reply_rows[_i];
    long before = client_open_descriptors();
    struct fake_daemon daemon;
    int r;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, row);
    r = client_ask_once(daemon.path, row->path, 5000);
    ck_assert_msg(r == row->expected, "%s: %s instead of %s", row->intent, certname_result_name(r),
                  certname_result_name(row->expected));
    fake_daemon_stop(&daemon);
    ck_assert_int_eq(client_open_descriptors(), before);
}
END_TEST

/* All fields of a refusal can be read, and have the texts of Python's exception. */
START_TEST(test_refusal_fields)
{
    static const struct reply_row row = {.change = reply_refuse};
    struct certname_verdict *verdict;
    const struct certname_identity *identity;
    const struct certname_leaf *leaf;
    struct certname_client *client;
    struct fake_daemon daemon;

    fake_daemon_start(&daemon, (uid_t)-1, false, reply_answer, &row);
    client = client_new_at(daemon.path, 5000);
    errno = EDOM;
    ck_assert_int_eq(
        certname_verify_host(client, "www.example.org", client_der, CLIENT_DER_BYTES, &verdict), 0);
    ck_assert_int_eq(errno, EDOM);
    (void)certname_client_free(client);
    fake_daemon_stop(&daemon);

    ck_assert_int_eq(certname_verdict_verify_code(verdict), 62);
    ck_assert_str_eq(certname_verdict_message(verdict), MISMATCH);
    ck_assert_str_eq(certname_verdict_reason(verdict), "CERTIFICATE_VERIFY_FAILED");
    ck_assert_str_eq(certname_verdict_library(verdict), "SSL");
    ck_assert_str_eq(certname_verdict_strerror(verdict),
                     "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: " MISMATCH);
    ck_assert_str_eq(certname_verdict_code(verdict), "hostname-mismatch");
    ck_assert_str_eq(certname_verdict_failure(verdict, 0)->message, MISMATCH);
    ck_assert_ptr_null(certname_verdict_failure(verdict, 1));
    identity = certname_verdict_reference(verdict);
    ck_assert_mem_eq(identity->value.data, "www.example.org", identity->value.len);
    ck_assert_ptr_null(certname_verdict_matched(verdict));
    ck_assert_str_eq(certname_verdict_presented(verdict, 0)->type, "DNS-ID");
    ck_assert_ptr_null(certname_verdict_presented(verdict, 1));
    ck_assert_uint_eq(certname_verdict_presented_more(verdict), 3);
    identity = certname_verdict_nearest(verdict);
    ck_assert_str_eq(identity->why, "label-differs");
    ck_assert_str_eq(identity->text, "a label differs");
    ck_assert_str_eq(certname_verdict_checked(verdict, 0), "identity");
    ck_assert_ptr_null(certname_verdict_checked(verdict, 1));
    ck_assert_str_eq(certname_verdict_rule(verdict)->section, "defaults");
    ck_assert_str_eq(certname_verdict_rule(verdict)->file, "");
    ck_assert_ptr_null(certname_verdict_client_rule(verdict));
    ck_assert_uint_eq(certname_verdict_generation(verdict), 7);
    ck_assert_uint_eq(certname_verdict_digest(verdict).len, 32);
    ck_assert_uint_eq(certname_verdict_alert(verdict), 42);
    ck_assert_str_eq(certname_verdict_alert_name(verdict), "bad_certificate");
    ck_assert_int_eq(certname_verdict_sni(verdict), 1);
    leaf = certname_verdict_leaf(verdict);
    ck_assert_uint_eq(leaf->sha256.len, 32);
    ck_assert_mem_eq(leaf->spki.data, "key", leaf->spki.len);
    ck_assert_int_eq(leaf->has_validity, 0);
    (void)certname_verdict_free(verdict);
}
END_TEST

static Suite *client_suite(void)
{
    Suite *suite = suite_create("client-reply");
    TCase *tests = tcase_create("client-reply");

    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, test_replies, 0, (int)N_ELEMENTS(reply_rows));
    tcase_add_test(tests, test_refusal_fields);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(client_suite());
    int n_failed;

    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
