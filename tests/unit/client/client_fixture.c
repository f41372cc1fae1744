/* SPDX-License-Identifier: MIT */
#include "tests/unit/client/client_fixture.h"

#include <check.h>
#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "proto/codec.h"
#include "proto/frame.h"

const uint8_t client_der[CLIENT_DER_BYTES] = {0x30, 0x82};

long client_open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    long n = 0;

    ck_assert_ptr_nonnull(folder);
    while (readdir(folder))
        n++;
    (void)closedir(folder);
    return n;
}

int64_t client_now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct certname_question *client_question_new(bool path)
{
    struct certname_question *question = certname_question_new();

    ck_assert_int_eq(certname_question_set_host(question, "www.example.org", 15), 0);
    ck_assert_int_eq(certname_question_add_certificate(question, client_der, CLIENT_DER_BYTES), 0);
    if (path)
        ck_assert_int_eq(certname_question_require_path(question), 0);
    return question;
}

struct certname_client *client_new_at(const char *path, unsigned timeout_ms)
{
    struct certname_client *client = certname_client_new();

    ck_assert_int_eq(certname_client_set_path(client, path), 0);
    ck_assert_int_eq(certname_client_set_timeout(client, timeout_ms), 0);
    return client;
}

int client_ask_once(const char *path, bool ask_path, unsigned timeout_ms)
{
    struct certname_client *client = client_new_at(path, timeout_ms);
    struct certname_question *question = client_question_new(ask_path);
    struct certname_verdict *verdict;
    int r = certname_verify(client, question, &verdict);

    ck_assert_int_eq(r >= 0, verdict != NULL);
    ck_assert_int_eq(r < 0, certname_client_error(client)[0] != '\0');
    if (verdict)
        ck_assert_int_eq(certname_verdict_result(verdict), r);
    (void)certname_verdict_free(verdict);
    (void)certname_question_free(question);
    (void)certname_client_free(client);
    return r;
}

void client_take_answer(void *context, int result, struct certname_verdict *verdict)
{
    struct client_answers *answers = context;

    ck_assert_int_eq(result >= 0, verdict != NULL);
    answers->n++;
    answers->n_accepted += certname_accepts(result, CERTNAME_NAME_MATCHES) == 1;
    answers->last = result;
    (void)certname_verdict_free(verdict);
}

void client_run(struct certname_client *client)
{
    while (certname_process(client) > 0) {
        struct pollfd watched = {.fd = certname_client_fd(client),
                                 .events = (short)certname_client_events(client)};

        (void)poll(&watched, 1, certname_client_wait_ms(client));
    }
}

static struct verdict reply_accepting(void)
{
    struct verdict verdict = {
        .outcome = VERDICT_NAME_MATCHES,
        .has_reference = true,
        .reference = {.type = VERDICT_DNS_ID, .value = BYTES("www.example.org")},
        .has_matched = true,
        .matched = {.type = VERDICT_DNS_ID, .value = BYTES("www.example.org")},
        .rule = {.section = BYTES("defaults")},
        .generation = 7,
        .digest = BYTES("0123456789abcdef0123456789abcdef"),
        .sni = true,
        .leaf = {.sha256 = BYTES("fedcba9876543210fedcba9876543210"), .spki = BYTES("key")},
    };

    verdict.checked[VERDICT_CHECK_IDENTITY] = true;
    return verdict;
}

void reply_refuse(struct verdict *verdict)
{
    verdict->outcome = VERDICT_NOT_VERIFIED;
    verdict->has_matched = false;
    verdict->n_failures = 1;
    verdict->alert = 42;
    verdict->failures[0] = (struct verdict_failure){
        .code = BYTES("hostname-mismatch"),
        .verify_code = 62,
        .message = BYTES(MISMATCH),
    };
    verdict->has_nearest = true;
    verdict->nearest = (struct verdict_nearest){
        {.type = VERDICT_DNS_ID, .value = BYTES("*.example.net")},
        BYTES("label-differs"),
        BYTES("a label differs")};
    verdict->presented[0] = verdict->nearest.identity;
    verdict->n_presented = 1;
    verdict->presented_more = 3;
}

ptrdiff_t reply_write(uint8_t *out, uint64_t tag, const struct reply_row *row)
{
    struct verdict verdict = reply_accepting();
    struct bytes payload;
    struct arena arena;
    ptrdiff_t n;

    if (row->change)
        row->change(&verdict);
    codec_arena_init(&arena);
    if (codec_write_verdict(&verdict, &arena, &payload))
        abort();
    frame_write_header(out, FRAME_KIND_VERDICT, tag, payload.len);
    memcpy(out + FRAME_HEADER_BYTES, payload.data, payload.len);
    n = (ptrdiff_t)(FRAME_HEADER_BYTES + payload.len);
    if (row->damage)
        row->damage(out, &n);
    arena_deinit(&arena);
    return n;
}

ptrdiff_t reply_answer(uint8_t out[static FAKE_FRAME_BYTES], const struct fake_question *question,
                       const void *context)
{
    return reply_write(out, question->tag, context);
}
