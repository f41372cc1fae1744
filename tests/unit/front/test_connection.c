/* SPDX-License-Identifier: MIT */

/*
 * Tests of connections over real sockets, with a verifier that the test plays: which input is read,
 * which replies are sent, and what becomes of passed descriptors.
 */

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/front/connection.h"
#include "tests/unit/front/front_fixture.h"
#include "tests/unit/front/wire_fixture.h"

START_TEST(question_is_answered_and_remembered)
{
    int client = front_connect_as(1);

    wire_send_question(client, 7, "q");
    ck_assert_uint_eq(front_serve(), 1);
    wire_assert_verdict(client, 7, "q");
    wire_send_question(client, 8, "q");
    ck_assert_uint_eq(front_serve(), 0);
    wire_assert_verdict(client, 8, "q");
    close(client);
    front_turn();
    ck_assert_uint_eq(front.n_closed, 1);
}
END_TEST

/* Requests that are sent byte by byte, or cut at any place, get the same answers as whole ones. */
START_TEST(cuts_do_not_matter)
{
    uint8_t frames[64];
    size_t n;

    n = wire_make_frame(frames, FRAME_KIND_VERIFY, 1, "q", 1);
    n += wire_make_frame(frames + n, FRAME_KIND_VERIFY, 2, "rs", 2);
    for (size_t cut = 1; cut < n; cut++) {
        int client = front_connect_as(1);

        wire_send_bytes(client, frames, cut);
        front_serve();
        wire_send_bytes(client, frames + cut, n - cut);
        front_serve();
        wire_assert_verdict(client, 1, "q");
        wire_assert_verdict(client, 2, "rs");
        close(client);
        front_turn();
    }
    ck_assert_uint_eq(front.n_closed, n - 1);
}
END_TEST

/*
 * Requests that the client sent before it closed its end are answered. The front notices the end of
 * the input although it arrived together with the bytes.
 */
START_TEST(end_that_comes_with_the_bytes_is_seen)
{
    int client = front_connect_as(1);

    wire_send_question(client, 1, "q");
    shutdown(client, SHUT_WR);
    front_serve();
    wire_assert_verdict(client, 1, "q");
    ck_assert(wire_is_closed(client));
    ck_assert_uint_eq(front.n_closed, 1);
    close(client);

    client = front_connect_as(1);
    wire_send_question(client, 1, "q");
    close(client);
    front_serve();
    ck_assert_uint_eq(front.n_closed, 2);
    ck_assert_uint_eq(connection_set_count(front.set), 0);
}
END_TEST

static void pass_descriptor(int client, const uint8_t *data, size_t n, int fd)
{
    alignas(struct cmsghdr) char ancillary[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec part = {.iov_base = (void *)(uintptr_t)data, .iov_len = n};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = ancillary,
        .msg_controllen = sizeof(ancillary),
    };
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &fd, sizeof(int));
    ck_assert_int_eq(sendmsg(client, &message, 0), (ssize_t)n);
}

/*
 * Returns whether the reading end of a pipe is still open somewhere: writing fails once it is not.
 */
static bool is_still_open(int writing_end)
{
    return write(writing_end, "x", 1) == 1;
}

/*
 * The front never drops a descriptor that comes with the first bytes, within a frame, or after the
 * front has stopped reading. It closes the connection by handing the socket, with the descriptor in
 * it, to the bin.
 */
START_TEST(passed_descriptor_goes_to_the_bin)
{
    uint8_t frame[64];
    size_t n = wire_make_frame(frame, FRAME_KIND_VERIFY, 1, "question", 8);
    size_t n_before = _i == 0 ? 0 : 10;
    int client = front_connect_as(1), pipe_ends[2];

    ck_assert_int_eq(pipe2(pipe_ends, O_CLOEXEC), 0);
    signal(SIGPIPE, SIG_IGN);
    wire_send_bytes(client, frame, n_before);
    front_turn();
    pass_descriptor(client, frame + n_before, n - n_before, pipe_ends[0]);
    close(pipe_ends[0]);
    if (_i == 2)
        close(client);
    front_turn();
    ck_assert_uint_eq(connection_set_count(front.set), 0);
    ck_assert_uint_eq(front.monitor.statistics.n_tainted, 1);
    ck_assert(is_still_open(pipe_ends[1]));
    close(front.bin_process);
    ck_assert(!is_still_open(pipe_ends[1]));
    front.bin_process = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (_i != 2)
        close(client);
    close(pipe_ends[1]);
}
END_TEST

/*
 * The socket of a client that is refused at once goes to the bin, because the client may already
 * have sent a descriptor.
 */
START_TEST(refused_connection_may_hold_a_descriptor)
{
    int client, pair[2];

    front.settings.limits.connections_per_uid = 0;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    client = pair[1];
    pass_descriptor(client, (const uint8_t *)"x", 1, client);
    connection_set_accept(front.set, pair[0],
                          &(struct connection_origin){.socket = "certnamed", .uid = 1});
    ck_assert_uint_eq(front.monitor.statistics.n_tainted, 1);
    ck_assert_uint_eq(connection_set_count(front.set), 0);
    close(client);
}
END_TEST

/* Requests that need more than one read, and replies that need more than one write. */
START_TEST(large_batch_is_answered_in_order)
{
    int client = front_connect_as(1), n_sent = 0, n_got = 0;
    struct frame_header header;
    uint8_t payload[64], frame[64];
    size_t n;

    wire_send_question(client, 0, "q");
    front_serve();
    wire_assert_verdict(client, 0, "q");
    while (n_got < 20000) {
        n = wire_make_frame(frame, FRAME_KIND_VERIFY, (uint64_t)n_sent, "q", 1);
        if (n_sent < 20000 && send(client, frame, n, MSG_DONTWAIT) == (ssize_t)n) {
            n_sent++;
            continue;
        }
        front_turn();
        while (wire_receive(client, &header, payload)) {
            ck_assert_uint_eq(header.tag, (uint64_t)n_got);
            ck_assert_uint_eq(header.kind, FRAME_KIND_VERDICT);
            n_got++;
        }
    }
    ck_assert_uint_eq(front.monitor.statistics.n_hits, 20000);
    close(client);
}
END_TEST

static void add_tests(TCase *cases)
{
    tcase_add_test(cases, question_is_answered_and_remembered);
    tcase_add_test(cases, cuts_do_not_matter);
    tcase_add_test(cases, end_that_comes_with_the_bytes_is_seen);
    tcase_add_test(cases, large_batch_is_answered_in_order);
}

/* Adds all tests, and those that need a socket over which descriptors may be passed. */
static void add_tests_of_descriptors(TCase *cases)
{
    add_tests(cases);
    tcase_add_loop_test(cases, passed_descriptor_goes_to_the_bin, 0, 3);
    tcase_add_test(cases, refused_connection_may_hold_a_descriptor);
}

int main(void)
{
    return front_run_tests("connection", add_tests, add_tests_of_descriptors);
}
