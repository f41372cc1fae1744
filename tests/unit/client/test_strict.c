/* SPDX-License-Identifier: MIT */
/*
 * Tests certname_strict_verify() in a process under SECCOMP_MODE_STRICT, in which any other system
 * call kills the process.
 */
#include <check.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certname/client.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "tests/unit/client/client_fixture.h"

/* The memory that certname/client.h says is enough for a small certificate. */
#define MEMORY_BYTES      4096
#define CERTIFICATE_BYTES 1500
#define REPLY_ROOM_BYTES  65536

static const uint8_t certificate[LIMIT_CERTIFICATE_BYTES] = {0x30, 0x82};

static void verify_path(struct verdict *verdict)
{
    verdict->outcome = VERDICT_VERIFIED;
    verdict->checked[VERDICT_CHECK_PATH] = true;
}

static void present_many_names(struct verdict *verdict)
{
    static const uint8_t name[20];

    reply_refuse(verdict);
    verdict->n_presented = LIMIT_PRESENTED_SHOWN_COUNT;
    for (size_t i = 0; i < verdict->n_presented; i++)
        verdict->presented[i] = (struct verdict_identity){.type = VERDICT_DNS_ID,
                                                          .value = {name, sizeof(name)}};
}

/* Writes the reply to a request with this tag. Returns its length. */
typedef ptrdiff_t (*reply_fn)(uint8_t *out, uint64_t tag);

static ptrdiff_t reply_name(uint8_t *out, uint64_t tag)
{
    static const struct reply_row row = {0};

    return reply_write(out, tag, &row);
}

static ptrdiff_t reply_path(uint8_t *out, uint64_t tag)
{
    static const struct reply_row row = {.change = verify_path};

    return reply_write(out, tag, &row);
}

static ptrdiff_t reply_refusal(uint8_t *out, uint64_t tag)
{
    static const struct reply_row row = {.change = reply_refuse};

    return reply_write(out, tag, &row);
}

static ptrdiff_t reply_long_refusal(uint8_t *out, uint64_t tag)
{
    static const struct reply_row row = {.change = present_many_names};

    return reply_write(out, tag, &row);
}

static ptrdiff_t reply_foreign(uint8_t *out, uint64_t tag)
{
    return reply_name(out, tag + 1);
}

static ptrdiff_t reply_status(uint8_t *out, uint64_t tag)
{
    frame_write_header(out, FRAME_KIND_STATUS_TEXT, tag, 2);
    memcpy(out + FRAME_HEADER_BYTES, "{}", 2);
    return FRAME_HEADER_BYTES + 2;
}

static ptrdiff_t reply_busy(uint8_t *out, uint64_t tag)
{
    return (ptrdiff_t)error_write_frame(out, tag, ERROR_BUSY, "busy");
}

static ptrdiff_t reply_refused_connection(uint8_t *out, uint64_t tag)
{
    (void)tag;
    return (ptrdiff_t)error_write_frame(out, 0, ERROR_BUSY, "too many connections");
}

static ptrdiff_t reply_nothing(uint8_t *out, uint64_t tag)
{
    (void)out;
    (void)tag;
    return 0;
}

/* How the daemon sends its reply. */
enum manner {
    MANNER_AT_ONCE = 0,
    MANNER_DRIBBLE,  /* byte by byte */
    MANNER_CUT,      /* all but the last byte, then the connection is closed */
    MANNER_VANISHED, /* the connection is closed before the question */
};

struct strict_row {
    const char *intent;
    reply_fn reply;
    enum manner manner;
    int path;
    int expected;
    int expected_again; /* the expected result of a second question on the same connection */
};

static const struct strict_row rows[] = {
    {"a match", reply_name, MANNER_AT_ONCE, 0, CERTNAME_NAME_MATCHES, CERTNAME_NAME_MATCHES},
    {"a path", reply_path, MANNER_AT_ONCE, 1, CERTNAME_VERIFIED, CERTNAME_VERIFIED},
    {"a match where the path was asked for", reply_name, MANNER_AT_ONCE, 1, CERTNAME_ERR_PROTOCOL,
     CERTNAME_ERR_UNAVAILABLE},
    {"a refusal", reply_refusal, MANNER_AT_ONCE, 0, CERTNAME_NOT_VERIFIED, CERTNAME_NOT_VERIFIED},
    {"a match that dribbles", reply_name, MANNER_DRIBBLE, 0, CERTNAME_NAME_MATCHES,
     CERTNAME_NAME_MATCHES},
    {"a silent daemon", reply_nothing, MANNER_AT_ONCE, 0, CERTNAME_ERR_TIMEOUT,
     CERTNAME_ERR_UNAVAILABLE},
    {"a daemon that vanishes in its answer", reply_name, MANNER_CUT, 0, CERTNAME_ERR_UNAVAILABLE,
     CERTNAME_ERR_UNAVAILABLE},
    {"a daemon that has vanished", reply_name, MANNER_VANISHED, 0, CERTNAME_ERR_UNAVAILABLE,
     CERTNAME_ERR_UNAVAILABLE},
    {"the answer to another question", reply_foreign, MANNER_AT_ONCE, 0, CERTNAME_ERR_PROTOCOL,
     CERTNAME_ERR_UNAVAILABLE},
    {"an answer of another kind", reply_status, MANNER_AT_ONCE, 0, CERTNAME_ERR_PROTOCOL,
     CERTNAME_ERR_UNAVAILABLE},
    {"a busy daemon", reply_busy, MANNER_AT_ONCE, 0, CERTNAME_ERR_BUSY, CERTNAME_ERR_BUSY},
    {"a refused connection", reply_refused_connection, MANNER_AT_ONCE, 0, CERTNAME_ERR_BUSY,
     CERTNAME_ERR_UNAVAILABLE},
};

/* Reads a request. Returns its tag; 0 if the client is gone. */
static uint64_t read_request(int fd)
{
    static uint8_t frame[LIMIT_FRAME_BYTES];
    struct frame_header header;

    if (recv(fd, frame, FRAME_HEADER_BYTES, MSG_WAITALL) != FRAME_HEADER_BYTES)
        return 0;
    (void)frame_peek(&header, frame, FRAME_HEADER_BYTES, sizeof(frame));
    ck_assert_uint_le(header.length, sizeof(frame));
    if (recv(fd, frame, header.length - FRAME_HEADER_BYTES, MSG_WAITALL) !=
        (ssize_t)(header.length - FRAME_HEADER_BYTES))
        return 0;
    return header.tag;
}

/* Serves one connection until the client closes it or the manner ends it. */
static void serve(int fd, reply_fn reply, enum manner manner)
{
    static uint8_t out[REPLY_ROOM_BYTES];
    uint64_t tag;

    while (manner != MANNER_VANISHED && (tag = read_request(fd)) != 0) {
        ptrdiff_t n = reply(out, tag) - (manner == MANNER_CUT);

        for (ptrdiff_t i = 0; manner == MANNER_DRIBBLE && i < n; i++)
            (void)send(fd, out + i, 1, MSG_NOSIGNAL);
        if (manner != MANNER_DRIBBLE)
            (void)send(fd, out, (size_t)n, MSG_NOSIGNAL);
        if (manner == MANNER_CUT)
            break;
    }
    (void)close(fd);
}

/* Enters the sandbox, asks twice, and writes both results. Does not return. */
static void ask_in_sandbox(struct certname_strict *strict, int path, int out)
{
    int results[2];

    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) < 0)
        _exit(1);
    for (int i = 0; i < 2; i++)
        results[i] = certname_strict_verify(strict, "www.example.org", 15, certificate,
                                            CERTIFICATE_BYTES, path);
    (void)!write(out, results, sizeof(results));
    (void)syscall(SYS_exit, 0);
}

START_TEST(test_rows)
{
    static alignas(max_align_t) uint8_t memory[MEMORY_BYTES];
    const struct timeval timeout = {.tv_usec = 200000};
    const struct strict_row *row = &rows[_i];
    int results[2];
    int ends[2], out[2];
    int status;
    pid_t child;

    (void)signal(SIGPIPE, SIG_IGN);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    ck_assert_int_eq(pipe(out), 0);
    child = fork();
    if (child == 0) {
        struct certname_strict *strict = certname_strict_new(memory, sizeof(memory), ends[0]);

        (void)close(ends[1]);
        (void)setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
        if (row->manner == MANNER_VANISHED)
            (void)usleep(100000);
        ask_in_sandbox(strict, row->path, out[1]);
    }
    (void)close(ends[0]);
    (void)close(out[1]);
    serve(ends[1], row->reply, row->manner);
    ck_assert_msg(read(out[0], results, sizeof(results)) == sizeof(results), "%s: killed",
                  row->intent);
    ck_assert_msg(results[0] == row->expected, "%s: %s", row->intent,
                  certname_result_name(results[0]));
    ck_assert_msg(results[1] == row->expected_again, "%s, again: %s", row->intent,
                  certname_result_name(results[1]));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    (void)close(out[0]);
}
END_TEST

/* Asks in this process with n_memory bytes of memory; a child serves the other end. */
static int ask_with(size_t n_memory, size_t n_der, reply_fn reply)
{
    static alignas(max_align_t) uint8_t memory[1 << 17];
    struct certname_strict *strict;
    int r = CERTNAME_ERR_MEMORY;
    int ends[2];
    pid_t child;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        serve(ends[1], reply, MANNER_AT_ONCE);
        _exit(0);
    }
    (void)close(ends[1]);
    strict = certname_strict_new(memory, n_memory, ends[0]);
    if (strict)
        r = certname_strict_verify(strict, "www.example.org", 15, certificate, n_der, 0);
    (void)close(ends[0]);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    return r;
}

/*
 * Too little memory is an error and never an acceptance, and the sizes that doc/sandboxes.md names
 * are enough.
 */
START_TEST(test_memory)
{
    static const struct {
        size_t n_der;
        reply_fn reply;
        size_t enough;
        int expected;
    } needs[] = {
        {CERTIFICATE_BYTES, reply_name, 4096, CERTNAME_NAME_MATCHES},
        {CERTIFICATE_BYTES, reply_refusal, 4096, CERTNAME_NOT_VERIFIED},
        {CERTIFICATE_BYTES, reply_long_refusal, 16384, CERTNAME_NOT_VERIFIED},
        {LIMIT_CERTIFICATE_BYTES, reply_long_refusal, 40960, CERTNAME_NOT_VERIFIED},
    };

    for (size_t i = 0; i < N_ELEMENTS(needs); i++) {
        size_t least = needs[i].enough;

        ck_assert_int_eq(ask_with(needs[i].enough, needs[i].n_der, needs[i].reply),
                         needs[i].expected);
        for (size_t n = 256; n < needs[i].enough; n += 256) {
            int r = ask_with(n, needs[i].n_der, needs[i].reply);

            ck_assert(r == CERTNAME_ERR_MEMORY || r == needs[i].expected);
            if (r == needs[i].expected && n < least)
                least = n;
        }
        (void)printf("certificate of %zu bytes, reply %zu: %zu bytes of memory suffice\n",
                     needs[i].n_der, i, least);
    }
}
END_TEST

START_TEST(test_arguments)
{
    static alignas(max_align_t) uint8_t memory[MEMORY_BYTES];
    struct certname_strict *strict = certname_strict_new(memory, sizeof(memory), 0);

    ck_assert_ptr_null(certname_strict_new(NULL, sizeof(memory), 0));
    ck_assert_ptr_null(certname_strict_new(memory, sizeof(memory), -1));
    ck_assert_ptr_null(certname_strict_new(memory, 64, 0));
    ck_assert_ptr_null(certname_strict_new(memory + 1, sizeof(memory) - 1, 0));
    ck_assert_int_eq(certname_strict_verify(NULL, "a", 1, "x", 1, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_strict_verify(strict, NULL, 1, "x", 1, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_strict_verify(strict, "a", 2049, "x", 1, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_strict_verify(strict, "a", 1, NULL, 1, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(certname_strict_verify(strict, "a", 1, "x", 0, 0), CERTNAME_ERR_ARGUMENT);
    ck_assert_int_eq(
        certname_strict_verify(strict, "a", 1, certificate, LIMIT_CERTIFICATE_BYTES + 1, 0),
        CERTNAME_ERR_TOO_LARGE);
    ck_assert_int_eq(certname_strict_verify(strict, "a", 1, certificate, sizeof(certificate), 0),
                     CERTNAME_ERR_MEMORY);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("client-strict");
    TCase *tests = tcase_create("client-strict");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_set_timeout(tests, 60);
    /* A sanitizer's run-time library makes system calls of its own. */
    if (!getenv("CERTNAMED_SANITIZERS") || strcmp(getenv("CERTNAMED_SANITIZERS"), "yes") != 0)
        tcase_add_loop_test(tests, test_rows, 0, (int)N_ELEMENTS(rows));
    tcase_add_test(tests, test_memory);
    tcase_add_test(tests, test_arguments);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
