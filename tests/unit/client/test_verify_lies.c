/* SPDX-License-Identifier: MIT */
/*
 * Tests of a daemon that lies: it sends refusals and errors with every bit flipped, refusals cut at
 * every byte, byte by byte, and as replies to other questions, and replies that are meant to make
 * the library allocate much. None of these is ever an acceptance.
 */
#include <check.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certname/client.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "tests/unit/client/client_fixture.h"

#define REPLIES_COUNT    200
#define ERRORS_COUNT     13
#define REPLY_ROOM_BYTES 65536
#define MEMORY_BYTES_MAX 1048576

/* --- the library's memory: the linker sends its calls here --- */

static size_t live_bytes;
static size_t peak_bytes;

void *__real_malloc(size_t n);
void *__real_calloc(size_t count, size_t n);
void __real_free(void *memory);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t count, size_t n);
void __wrap_free(void *memory);
char *__wrap_strdup(const char *text);

static void *count_memory(void *memory)
{
    live_bytes += memory ? malloc_usable_size(memory) : 0;
    if (live_bytes > peak_bytes)
        peak_bytes = live_bytes;
    return memory;
}

void *__wrap_malloc(size_t n)
{
    return count_memory(__real_malloc(n));
}

void *__wrap_calloc(size_t count, size_t n)
{
    return count_memory(__real_calloc(count, n));
}

char *__wrap_strdup(const char *text)
{
    return count_memory(__real_strdup(text));
}

void __wrap_free(void *memory)
{
    live_bytes -= memory ? malloc_usable_size(memory) : 0;
    __real_free(memory);
}

/* --- one question, and what is sent as its answer --- */

/* A client on one end of a socket pair; the test is the daemon at the other end. */
struct liar {
    struct certname_client *client;
    struct client_answers answers;
    int fd;
    uint64_t tag;
};

/* Asks a question and receives it at the daemon's end. */
static void liar_start(struct liar *liar)
{
    struct certname_question *question = client_question_new(false);
    uint8_t frame[4096];
    struct frame_header header;
    int ends[2];

    *liar = (struct liar){.client = certname_client_new()};
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    liar->fd = ends[1];
    ck_assert_int_eq(certname_client_set_fd(liar->client, ends[0]), 0);
    ck_assert_int_eq(certname_ask(liar->client, question, client_take_answer, &liar->answers), 0);
    ck_assert_int_eq(certname_process(liar->client), 1);
    ck_assert_int_ge(recv(liar->fd, frame, sizeof(frame), MSG_DONTWAIT), FRAME_HEADER_BYTES);
    (void)frame_peek(&header, frame, FRAME_HEADER_BYTES, sizeof(frame));
    liar->tag = header.tag;
    (void)certname_question_free(question);
}

/* Closes the daemon's end, which ends the question. Returns its result. */
static int liar_end(struct liar *liar)
{
    (void)close(liar->fd);
    while (certname_process(liar->client) > 0)
        continue;
    ck_assert_uint_eq(liar->answers.n, 1);
    ck_assert_int_eq(certname_accepts(liar->answers.last, CERTNAME_NAME_MATCHES),
                     (int)liar->answers.n_accepted);
    (void)certname_client_free(liar->client);
    return liar->answers.last;
}

static int tell(const uint8_t *reply, ptrdiff_t n, uint64_t tag, bool keep_tag)
{
    uint8_t copy[REPLY_ROOM_BYTES];
    struct liar liar;

    liar_start(&liar);
    memcpy(copy, reply, (size_t)n);
    /* Replaces the tag in the reply by that of the question; flipped bits stay flipped. */
    for (int i = 0; !keep_tag && i < 8; i++)
        copy[8 + i] ^= (uint8_t)((liar.tag ^ tag) >> (56 - 8 * i));
    ck_assert_int_eq(send(liar.fd, copy, (size_t)n, MSG_NOSIGNAL), n);
    return liar_end(&liar);
}

/* Makes refusals that differ from each other, by n_reply. */
static int n_reply;

static void refuse_variously(struct verdict *verdict)
{
    static const char text[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    reply_refuse(verdict);
    verdict->has_nearest = n_reply % 2 == 0;
    verdict->n_presented = (size_t)(n_reply % 4) / 3;
    verdict->alert = 40 + (unsigned)n_reply % 9;
    verdict->generation = (uint64_t)n_reply * 7919;
    verdict->failures[0].verify_code = 1 + (unsigned)n_reply % 70;
    verdict->failures[0].message = (struct bytes){(const uint8_t *)text, (size_t)n_reply % 37};
    verdict->leaf = (struct verdict_leaf){0};
}

static ptrdiff_t write_refusal(uint8_t *out, uint64_t tag)
{
    static const struct reply_row row = {.change = refuse_variously};

    return reply_write(out, tag, &row);
}

/* Writes an error: they go through all codes and many lengths of text. */
static ptrdiff_t write_error(uint8_t *out, uint64_t tag)
{
    char text[REPLIES_COUNT] = "";

    memset(text, 'e', (size_t)n_reply % 60);
    return (ptrdiff_t)error_write_frame(out, tag, (enum error_code)(n_reply % ERRORS_COUNT + 1),
                                        text);
}

/* A refusal or an error in which one bit is flipped is never an acceptance. */
START_TEST(test_flips)
{
    uint8_t reply[REPLY_ROOM_BYTES];
    long before = client_open_descriptors();
    size_t n_live = live_bytes;

    for (n_reply = 0; n_reply < REPLIES_COUNT; n_reply++) {
        ptrdiff_t n = n_reply % 5 == 4 ? write_error(reply, 1) : write_refusal(reply, 1);

        for (ptrdiff_t bit = 0; bit < n * 8; bit++) {
            int r;

            reply[bit / 8] ^= (uint8_t)(1 << (bit % 8));
            r = tell(reply, n, 1, false);
            ck_assert_msg(!certname_accepts(r, CERTNAME_NAME_MATCHES), "reply %d, bit %td", n_reply,
                          bit);
            reply[bit / 8] ^= (uint8_t)(1 << (bit % 8));
        }
    }
    ck_assert_uint_eq(live_bytes, n_live);
    ck_assert_int_eq(client_open_descriptors(), before);
}
END_TEST

/* A reply that is cut at any byte gives no verdict, neither a refusal nor an acceptance. */
START_TEST(test_cuts)
{
    static const struct reply_row rows[] = {{0}, {.change = reply_refuse}};
    uint8_t reply[REPLY_ROOM_BYTES];
    ptrdiff_t n = reply_write(reply, 1, &rows[_i]);

    for (ptrdiff_t cut = 0; cut < n; cut++)
        ck_assert_int_lt(tell(reply, cut < 16 ? 16 : cut, 1, false), 0);
    ck_assert_int_eq(tell(reply, n, 1, false), _i == 0 ? CERTNAME_NAME_MATCHES : 0);
    /* A reply with the tag of another question is not accepted. */
    ck_assert_int_eq(tell(reply, n, 1, true), CERTNAME_ERR_PROTOCOL);
}
END_TEST

/* A reply that is sent byte by byte gives the same answer as one that is sent at once. */
START_TEST(test_dribble)
{
    static const struct reply_row rows[] = {{0}, {.change = reply_refuse}};
    uint8_t reply[REPLY_ROOM_BYTES];
    struct liar liar;
    ptrdiff_t n;

    liar_start(&liar);
    n = reply_write(reply, liar.tag, &rows[_i]);
    for (ptrdiff_t i = 0; i < n; i++) {
        ck_assert_uint_eq(liar.answers.n, 0);
        ck_assert_int_eq(send(liar.fd, reply + i, 1, MSG_NOSIGNAL), 1);
        (void)certname_process(liar.client);
    }
    ck_assert_uint_eq(liar.answers.n, 1);
    ck_assert_int_eq(liar_end(&liar), _i == 0 ? CERTNAME_NAME_MATCHES : 0);
}
END_TEST

/* Tries lengths from the whole range of the header's field, with little data behind the header. */
START_TEST(test_lengths)
{
    static const uint32_t lengths[] = {0,     1,     15,    16,         17,         32767,
                                       32768, 32769, 65536, 0x7fffffff, 0x80000000, 0xffffffff};
    uint8_t reply[REPLY_ROOM_BYTES];
    ptrdiff_t n;

    n_reply = 0;
    n = write_refusal(reply, 1);
    for (size_t i = 0; i < N_ELEMENTS(lengths); i++) {
        for (int j = 0; j < 4; j++)
            reply[j] = (uint8_t)(lengths[i] >> (24 - 8 * j));
        ck_assert_int_lt(tell(reply, n, 1, false), 0);
    }
}
END_TEST

/*
 * With the largest reply, full of empty messages and of empty fields of every number, the library
 * allocates less than 1 MiB.
 */
START_TEST(test_memory)
{
    static uint8_t reply[REPLY_ROOM_BYTES];
    size_t n_payload = LIMIT_REPLY_BYTES - FRAME_HEADER_BYTES;

    frame_write_header(reply, FRAME_KIND_VERDICT, 1, n_payload);
    for (unsigned field = 1; field < 16; field++) {
        for (size_t i = 0; i < n_payload; i += 2) {
            reply[FRAME_HEADER_BYTES + i] = (uint8_t)(field << 3 | 2);
            reply[FRAME_HEADER_BYTES + i + 1] = 0;
        }
        for (int kind = 0; kind < 2; kind++) {
            reply[5] = kind == 0 ? FRAME_KIND_VERDICT : FRAME_KIND_ERROR;
            peak_bytes = live_bytes;
            ck_assert_int_lt(tell(reply, LIMIT_REPLY_BYTES, 1, false), 0);
            ck_assert_uint_lt(peak_bytes, MEMORY_BYTES_MAX);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-verify-lies");
    TCase *tests = tcase_create("client-verify-lies");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, test_flips);
    tcase_add_loop_test(tests, test_cuts, 0, 2);
    tcase_add_loop_test(tests, test_dribble, 0, 2);
    tcase_add_test(tests, test_lengths);
    tcase_add_test(tests, test_memory);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
