/* SPDX-License-Identifier: MIT */
/* Tests of questions: their limits, that data is copied, and which settings exclude each other. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "certname/client.h"
#include "client/lib/question.h"
#include "proto/codec.h"
#include "proto/limits.h"

static const uint8_t large[LIMIT_FRAME_BYTES + 1];

/* Lists of DER: their limits in number and size, and that a refused object changes nothing. */
START_TEST(test_lists)
{
    static const struct {
        const char *intent;
        int (*add)(struct certname_question *, const void *, size_t);
        size_t max;
        size_t max_len;
        size_t n_offset;
    } rows[] = {
        {"certificates", certname_question_add_certificate, LIMIT_CERTIFICATES_COUNT,
         LIMIT_CERTIFICATE_BYTES, offsetof(struct request, n_certificates)},
        {"anchors", certname_question_add_anchor, LIMIT_ANCHORS_COUNT, LIMIT_CERTIFICATE_BYTES,
         offsetof(struct request, n_anchors)},
        {"CRLs", certname_question_add_crl, LIMIT_CRLS_COUNT, LIMIT_FRAME_BYTES,
         offsetof(struct request, n_crls)},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct certname_question *question = certname_question_new();
        const size_t *np = (const size_t *)(const void *)((const char *)&question->request +
                                                          rows[i].n_offset);

        ck_assert_int_eq(rows[i].add(NULL, large, 1), CERTNAME_ERR_ARGUMENT);
        ck_assert_int_eq(rows[i].add(question, NULL, 1), CERTNAME_ERR_ARGUMENT);
        ck_assert_int_eq(rows[i].add(question, large, rows[i].max_len + 1), CERTNAME_ERR_TOO_LARGE);
        ck_assert_uint_eq(*np, 0);
        for (size_t n = 0; n < rows[i].max; n++)
            ck_assert_msg(rows[i].add(question, large, rows[i].max_len) == 0, "%s: %zu",
                          rows[i].intent, n);
        ck_assert_int_eq(rows[i].add(question, large, 1), CERTNAME_ERR_ARGUMENT);
        ck_assert_uint_eq(*np, rows[i].max);
        (void)certname_question_free(question);
    }
}
END_TEST

/* A second OCSP response replaces the first; if the second is refused, the first stays. */
START_TEST(test_ocsp)
{
    struct certname_question *question = certname_question_new();
    uint8_t der[] = {1, 2, 3};

    ck_assert_int_eq(certname_question_set_ocsp(NULL, der, 1), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_set_ocsp(question, der, 2), 0);
    ck_assert_int_eq(certname_question_set_ocsp(question, der, sizeof(der)), 0);
    der[0] = 9;
    ck_assert_int_eq(certname_question_set_ocsp(question, NULL, 1), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_set_ocsp(question, der, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_set_ocsp(question, large, sizeof(large)),
                     CERTNAME_ERR_TOO_LARGE);
    ck_assert_mem_eq(question->request.ocsp.data, "\1\2\3", 3);
    ck_assert_uint_eq(question->request.ocsp.len, 3);
    (void)certname_question_free(question);
}
END_TEST

/* References of all types share one limit; setting the host replaces hosts only. */
START_TEST(test_references)
{
    struct certname_question *question = certname_question_new();
    static char text[LIMIT_REFERENCE_BYTES + 1];

    memset(text, 'a', sizeof(text));
    ck_assert_int_eq(certname_question_add_reference(question, 0, text, 1), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_add_reference(question, 6, text, 1), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_add_reference(NULL, CERTNAME_HOST, text, 1),
                     CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_add_reference(question, CERTNAME_HOST, NULL, 1),
                     CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_add_reference(question, CERTNAME_URI, text, sizeof(text)),
                     CERTNAME_ERR_ARGUMENT);
    for (size_t i = 0; i < LIMIT_REFERENCES_COUNT; i++)
        ck_assert_int_eq(certname_question_add_reference(question,
                                                         (enum certname_reference)(i % 5 + 1), text,
                                                         sizeof(text) - 1),
                         0);
    ck_assert_int_eq(certname_question_add_reference(question, CERTNAME_SRV, text, 1),
                     CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_set_host(question, "b", 1), 0);
    /* The references 1, 6, 11 and 16 were hosts. */
    ck_assert_uint_eq(question->request.n_references, LIMIT_REFERENCES_COUNT - 3);
    ck_assert_int_eq(certname_question_set_host(question, "cc", 2), 0);
    ck_assert_uint_eq(question->request.n_references, LIMIT_REFERENCES_COUNT - 3);
    (void)certname_question_free(question);
}
END_TEST

/*
 * Setting a host when there are 16 references of other types is an error, and the references stay.
 */
START_TEST(test_no_place_for_a_host)
{
    struct certname_question *question = certname_question_new();

    for (size_t i = 0; i < LIMIT_REFERENCES_COUNT; i++)
        ck_assert_int_eq(certname_question_add_reference(question, CERTNAME_SRV, "_a.b", 4), 0);
    ck_assert_int_eq(certname_question_set_host(question, "b", 1), CERTNAME_ERR_ARGUMENT);
    ck_assert_uint_eq(question->request.n_references, LIMIT_REFERENCES_COUNT);
    (void)certname_question_free(question);
}
END_TEST

/* A question has references or declares that it has none; otherwise it is an error. */
START_TEST(test_identity)
{
    struct certname_question *question = certname_question_new();
    struct failure failure;
    struct call *call = NULL;

    ck_assert_int_eq(certname_question_add_certificate(question, "x", 1), 0);
    ck_assert_int_eq(question_call_new(&call, question, &failure), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_without_identity(NULL), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_without_identity(question), 0);
    ck_assert(question->request.path);
    ck_assert(!question_asked(question).identity && question_asked(question).path);
    ck_assert_int_eq(question_call_new(&call, question, &failure), 0);
    (void)call_free(call);
    ck_assert_int_eq(certname_question_add_reference(question, CERTNAME_EMAIL, "a@b", 3), 0);
    ck_assert(question_asked(question).identity && question_asked(question).path);
    ck_assert(!question->request.no_identity);
    ck_assert_int_eq(certname_question_without_identity(question), CERTNAME_ERR_ARGUMENT);
    ck_assert(question_asked(question).identity && question_asked(question).path);
    (void)certname_question_free(question);
}
END_TEST

/* A time of 0 and a depth of 0 are values, and not the absence of a value. */
START_TEST(test_settings)
{
    struct certname_question *question = certname_question_new();
    const struct request *request = &question->request;

    ck_assert(!request->has_time && !request->has_max_depth);
    ck_assert_int_eq(certname_question_set_time(NULL, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_set_max_depth(NULL, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_question_set_time(question, 0), 0);
    ck_assert_int_eq(certname_question_set_max_depth(question, 0), 0);
    ck_assert(request->has_time && request->has_max_depth);
    ck_assert_int_eq(certname_question_set_time(question, INT64_MIN), 0);
    ck_assert_int_eq(certname_question_set_max_depth(question, UINT32_MAX), 0);
    ck_assert(request->time == INT64_MIN && request->max_depth == UINT32_MAX);
    (void)certname_question_free(question);
}
END_TEST

/*
 * A question with all fields is decoded as it was built; a question larger than a frame is an
 * error.
 */
START_TEST(test_written)
{
    struct certname_question *question = certname_question_new();
    struct failure failure;
    struct request request;
    struct codec_fault fault;
    struct call *call = NULL;
    struct arena in;

    codec_arena_init(&in);
    ck_assert_int_eq(certname_question_add_reference(question, CERTNAME_SPIFFE, "s", 1), 0);
    ck_assert_int_eq(certname_question_add_reference(question, CERTNAME_HOST, "h", 1), 0);
    ck_assert_int_eq(certname_question_add_certificate(question, "c", 1), 0);
    ck_assert_int_eq(certname_question_add_anchor(question, "a", 1), 0);
    ck_assert_int_eq(certname_question_add_crl(question, "r", 1), 0);
    ck_assert_int_eq(certname_question_set_ocsp(question, "o", 1), 0);
    ck_assert_int_eq(certname_question_set_time(question, -5), 0);
    ck_assert_int_eq(certname_question_set_max_depth(question, 0), 0);
    ck_assert_int_eq(certname_question_require_path(question), 0);
    ck_assert_int_eq(question_call_new(&call, question, &failure), 0);
    ck_assert_int_eq(codec_read_request(&request, &in, call->payload, call->n_payload, &fault), 0);
    ck_assert_uint_eq(request.n_references, 2);
    ck_assert_int_eq(request.references[0].kind, REQUEST_HOST);
    ck_assert_int_eq(request.references[1].kind, REQUEST_SPIFFE);
    ck_assert(request.has_time && request.time == -5 && request.has_max_depth);
    ck_assert_uint_eq(request.max_depth, 0);
    ck_assert_mem_eq(request.anchors[0].data, "a", 1);
    ck_assert_mem_eq(request.crls[0].data, "r", 1);
    ck_assert_mem_eq(request.ocsp.data, "o", 1);

    ck_assert_int_eq(certname_question_add_crl(question, large, LIMIT_FRAME_BYTES), 0);
    (void)call_free(call);
    ck_assert_int_eq(question_call_new(&call, question, &failure), CERTNAME_ERR_TOO_LARGE);
    arena_deinit(&in);
    (void)certname_question_free(question);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-question");
    TCase *tests = tcase_create("client-question");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_test(tests, test_lists);
    tcase_add_test(tests, test_ocsp);
    tcase_add_test(tests, test_references);
    tcase_add_test(tests, test_no_place_for_a_host);
    tcase_add_test(tests, test_identity);
    tcase_add_test(tests, test_settings);
    tcase_add_test(tests, test_written);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
