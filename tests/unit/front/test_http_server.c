/* SPDX-License-Identifier: MIT */

/*
 * Tests of the HTTP server for metrics: each request gets one answer, and slow clients do not keep
 * others out.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/front/http_server.h"
#include "daemon/limits.h"
#include "tests/unit/front/verifiers_fixture.h"

static struct play play;
static struct admin *admin;
static struct http_server *http;
static struct sockaddr_un address;
static socklen_t address_len;
static char reply[65536];

static struct bin *bin;
static int bin_ends[2];

static void setup(void)
{
    const struct admin_callbacks callbacks = {0};
    const struct bin_callbacks bin_callbacks = {0};
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    play_begin(&play);
    ck_assert_int_eq(admin_new(&admin, &callbacks, play.dispatch, &play.monitor, &play.accounts),
                     0);
    /* The kernel chooses an abstract name, so that no file has to be removed. */
    address.sun_family = AF_UNIX;
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof(sa_family_t)), 0);
    address_len = sizeof(address);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &address_len), 0);
    ck_assert_int_eq(listen(listener, 64), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, bin_ends), 0);
    ck_assert_int_eq(bin_new(&bin, play.base, bin_ends[0], true, &bin_callbacks), 0);
    ck_assert_int_eq(http_server_new(&http, play.base, listener, admin, bin), 0);
}

static void teardown(void)
{
    http_server_free(http);
    bin_free(bin);
    close(bin_ends[0]);
    close(bin_ends[1]);
    admin_free(admin);
    play_end(&play);
}

static int client(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, address_len), 0);
    return fd;
}

static void turn(void)
{
    for (int i = 0; i < 20; i++)
        event_base_loop(play.base, EVLOOP_NONBLOCK);
}

/* Reads the whole reply. Returns its length, or -1 if the connection is still open. */
static ssize_t receive(int fd)
{
    size_t n = 0;
    ssize_t got;

    while ((got = recv(fd, reply + n, sizeof(reply) - 1 - n, MSG_DONTWAIT)) > 0)
        n += (size_t)got;
    reply[n] = '\0';
    return got == 0 ? (ssize_t)n : -1;
}

static const struct {
    const char *intent, *request, *status;
} requests[] = {
    {"the metrics", "GET /metrics HTTP/1.0\r\n\r\n", "200 OK"},
    {"as HTTP/1.1", "GET /metrics HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n", "200 OK"},
    {"with a query", "GET /metrics?x=y HTTP/1.1\r\n\r\n", "200 OK"},
    {"bare line feeds", "GET /metrics HTTP/1.0\n\n", "200 OK"},
    {"another page", "GET / HTTP/1.0\r\n\r\n", "404 Not Found"},
    {"a longer name", "GET /metricsx HTTP/1.0\r\n\r\n", "404 Not Found"},
    {"another method", "POST /metrics HTTP/1.0\r\n\r\n", "405 Method Not Allowed"},
    {"nothing", "\r\n\r\n", "405 Method Not Allowed"},
    {"an empty line", "\n\n", "400 Bad Request"},
};

START_TEST(request_is_answered)
{
    int fd = client();
    size_t n = strlen(requests[_i].request);
    char expected[64];

    ck_assert_int_eq(write(fd, requests[_i].request, n / 2), (ssize_t)(n / 2));
    turn();
    ck_assert_int_eq(receive(fd), -1);
    ck_assert_int_eq(write(fd, requests[_i].request + n / 2, n - n / 2), (ssize_t)(n - n / 2));
    turn();
    ck_assert_msg(receive(fd) > 0, "%s", requests[_i].intent);
    snprintf(expected, sizeof(expected), "HTTP/1.0 %s\r\n", requests[_i].status);
    ck_assert_msg(strncmp(reply, expected, strlen(expected)) == 0, "%s: %.40s", requests[_i].intent,
                  reply);
    if (strcmp(requests[_i].status, "200 OK") == 0) {
        ck_assert_ptr_nonnull(strstr(reply, "application/openmetrics-text"));
        ck_assert_str_eq(reply + strlen(reply) - 6, "# EOF\n");
    }
    close(fd);
}
END_TEST

static const struct {
    const char *intent, *accept;
    bool older;
} formats[] = {
    {"Prometheus",
     "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2", false},
    {"anything", "*/*", false},
    {"the older format alone", "text/plain;version=0.0.4", true},
};

/* The metrics have the format that the client's Accept header names. */
START_TEST(format_is_chosen)
{
    int fd = client();
    char request[256];
    int n = snprintf(request, sizeof(request), "GET /metrics HTTP/1.1\r\nAccept: %s\r\n\r\n",
                     formats[_i].accept);

    ck_assert_int_eq(write(fd, request, (size_t)n), n);
    turn();
    ck_assert_msg(receive(fd) > 0, "%s", formats[_i].intent);
    ck_assert((strstr(reply, "text/plain; version=0.0.4") != NULL) == formats[_i].older);
    ck_assert((strstr(reply, "# EOF") == NULL) == formats[_i].older);
    ck_assert((strstr(reply, "# TYPE certnamed_requests_total counter") != NULL) ==
              formats[_i].older);
    close(fd);
}
END_TEST

START_TEST(endless_request_is_refused)
{
    static char garbage[LIMIT_METRICS_REQUEST_BYTES];
    int fd = client();

    memset(garbage, 'x', sizeof(garbage));
    ck_assert_int_eq(write(fd, garbage, sizeof(garbage)), (ssize_t)sizeof(garbage));
    turn();
    ck_assert_int_gt(receive(fd), 0);
    ck_assert_ptr_nonnull(strstr(reply, "400"));
    close(fd);
}
END_TEST

/* Clients that connect and send nothing, or little by little, keep others out for a bounded time.
 */
START_TEST(silence_is_bounded)
{
    const struct timeval slice = {.tv_usec = 50000};
    int silent[LIMIT_METRICS_CONNECTIONS_COUNT], fd;
    int64_t begun = clock_now_ms();

    for (size_t i = 0; i < LIMIT_METRICS_CONNECTIONS_COUNT; i++)
        silent[i] = client();
    turn();
    fd = client();
    ck_assert_int_gt(write(fd, requests[0].request, strlen(requests[0].request)), 0);
    turn();
    ck_assert_int_eq(receive(fd), -1);
    while (receive(fd) < 0 && clock_now_ms() - begun < 2 * LIMIT_METRICS_MS) {
        ck_assert_int_ge(send(silent[0], "x", 1, MSG_NOSIGNAL), -1);
        event_base_loopexit(play.base, &slice);
        event_base_dispatch(play.base);
    }
    ck_assert_int_lt(clock_now_ms() - begun, LIMIT_METRICS_MS + 500);
    ck_assert_ptr_nonnull(strstr(reply, "200 OK"));
    for (size_t i = 0; i < LIMIT_METRICS_CONNECTIONS_COUNT; i++)
        close(silent[i]);
    close(fd);
}
END_TEST

/* A client that closes the connection at any time leaves no connection and no memory behind. */
START_TEST(visitors_may_leave)
{
    for (int i = 0; i < 100; i++) {
        int fd = client();

        if (i % 3 > 0)
            ck_assert_int_gt(write(fd, requests[0].request, i % 3 == 1 ? 5 : 25), 0);
        if (i % 2)
            turn();
        close(fd);
        turn();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("http");
    TCase *cases = tcase_create("http");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, request_is_answered, 0, sizeof(requests) / sizeof(requests[0]));
    tcase_add_loop_test(cases, format_is_chosen, 0, sizeof(formats) / sizeof(formats[0]));
    tcase_add_test(cases, endless_request_is_refused);
    tcase_add_test(cases, silence_is_bounded);
    tcase_add_test(cases, visitors_may_leave);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
