/* SPDX-License-Identifier: MIT */

/*
 * Tests of what connections may occupy: memory, time, and the numbers of connections and requests
 * of one account.
 */

#include <check.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/front/connection.h"
#include "daemon/limits.h"
#include "proto/error.h"
#include "proto/limits.h"
#include "tests/unit/front/front_fixture.h"
#include "tests/unit/front/wire_fixture.h"

START_TEST(idle_connection_holds_nothing)
{
    int client = front_connect_as(1);

    wire_send_bytes(client, front_big, 1);
    front_turn();
    ck_assert_uint_gt(front_account_of(1)->charged[ACCOUNT_HELD_BYTES], 0);
    ck_assert_uint_le(front_account_of(1)->charged[ACCOUNT_HELD_BYTES], 4096);
    close(client);
    front_turn();
    ck_assert_uint_eq(front_account_of(1)->charged[ACCOUNT_HELD_BYTES], 0);
    client = front_connect_as(1);
    wire_send_question(client, 1, "q");
    front_serve();
    ck_assert_uint_eq(front_account_of(1)->charged[ACCOUNT_HELD_BYTES], 0);
    close(client);
}
END_TEST

/* A client that announces the largest frame and sends little of it makes the front hold little
 * memory. */
START_TEST(announced_bytes_are_not_held)
{
    int client = front_connect_as(1);

    frame_write_header(front_big, FRAME_KIND_VERIFY, 1, sizeof(front_big) - FRAME_HEADER_BYTES);
    wire_send_bytes(client, front_big, 5000);
    front_turn();
    ck_assert_uint_le(front_account_of(1)->charged[ACCOUNT_HELD_BYTES], 16384);
    close(client);
}
END_TEST

/*
 * Incomplete frames of one uid occupy memory up to the uid's limit, and another uid is not
 * affected.
 */
START_TEST(unfinished_frames_of_a_uid_are_bounded)
{
    int clients[200], other;
    unsigned n_told = 0;

    frame_write_header(front_big, FRAME_KIND_VERIFY, 1, sizeof(front_big) - FRAME_HEADER_BYTES);
    for (size_t i = 0; i < 200; i++) {
        clients[i] = front_connect_as(1);
        wire_send_bytes(clients[i], front_big, 100000);
        front_turn();
        /* The connection may have been closed after the first part. */
        send(clients[i], front_big, 90000, MSG_NOSIGNAL);
        front_turn();
    }
    ck_assert_uint_le(front_account_of(1)->charged[ACCOUNT_HELD_BYTES],
                      LIMIT_HELD_PER_UID_BYTES + LIMIT_HELD_PER_UID_BYTES / 8);
    for (size_t i = 0; i < 200; i++) {
        struct frame_header header;
        uint8_t payload[64];

        if (wire_receive(clients[i], &header, payload)) {
            ck_assert_uint_eq(payload[1], ERROR_BUSY);
            n_told++;
        }
    }
    ck_assert_uint_gt(n_told, 100);
    ck_assert_uint_eq(front.monitor.statistics.busy[BUSY_HELD_PER_UID], n_told);
    other = front_connect_as(2);
    wire_send_question(other, 1, "q");
    front_serve();
    wire_assert_verdict(other, 1, "q");
    for (size_t i = 0; i < 200; i++)
        close(clients[i]);
    close(other);
}
END_TEST

/*
 * The front reads no more from a client that does not read its replies; such a client makes it hold
 * only a bounded amount, and is closed after unread-time.
 */
START_TEST(slow_reader_is_bounded_and_closed)
{
    int client = front_connect_as(1);
    uint8_t frame[64];
    size_t n = wire_make_frame(frame, FRAME_KIND_VERIFY, 1, "q", 1);
    int64_t first, last;

    wire_send_question(client, 1, "q");
    front_serve();
    wire_assert_verdict(client, 1, "q");
    /* The front stops reading at a time between `first` and `last`. */
    first = clock_now_ms();
    front.settings.limits.unread_output_ms = 300;
    while (send(client, frame, n, MSG_DONTWAIT) == (ssize_t)n)
        front_turn();
    ck_assert_uint_gt(front_account_of(1)->charged[ACCOUNT_HELD_BYTES],
                      front.settings.limits.unread_output_bytes);
    ck_assert_uint_le(front_account_of(1)->charged[ACCOUNT_HELD_BYTES],
                      4 * front.settings.limits.unread_output_bytes);
    last = clock_now_ms();
    while (front.n_closed == 0 && clock_now_ms() - last < 5000)
        front_run_for(20);
    ck_assert_uint_eq(front.n_closed, 1);
    ck_assert_int_ge(clock_now_ms() - first, 300);
    ck_assert_int_le(clock_now_ms() - last, 1000);
    close(client);
}
END_TEST

START_TEST(slow_writer_is_closed)
{
    int client = front_connect_as(1);

    front.settings.limits.frame_ms = 200;
    for (int i = 0; i < 10 && front.n_closed == 0; i++) {
        send(client, front_big, 1, MSG_NOSIGNAL);
        front_run_for(50);
    }
    ck_assert_uint_eq(front.n_closed, 1);
    ck_assert_uint_eq(front.monitor.statistics.n_expired, 1);
    close(client);
}
END_TEST

/*
 * A silent connection is closed after idle-time, if the settings have one; a connection that asks
 * from time to time stays open.
 */
START_TEST(idle_ones_are_closed)
{
    int client, asking;

    front.settings.limits.idle_ms = 0;
    client = front_connect_as(1);
    asking = front_connect_as(1);
    front_run_for(300);
    ck_assert_uint_eq(front.n_closed, 0);
    front.settings.limits.idle_ms = 300;
    connection_set_settings(front.set, &front.settings);
    for (int i = 0; i < 8; i++) {
        front_run_for(100);
        connection_set_look(front.set, clock_now_ms());
        wire_send_question(asking, 1, "q");
        front_serve();
    }
    ck_assert_uint_eq(front.n_closed, 1);
    ck_assert(wire_is_closed(client));
    close(client);
    close(asking);
}
END_TEST

START_TEST(connections_are_limited)
{
    int clients[3], second, third;

    front.settings.limits.connections = 3;
    front.settings.limits.connections_per_uid = 2;
    for (size_t i = 0; i < 3; i++)
        clients[i] = front_connect_as(1);
    wire_assert_error(clients[2], 0, ERROR_BUSY, "uid");
    ck_assert(wire_is_closed(clients[2]));
    second = front_connect_as(2);
    /* Of the uid with the most connections, the one that has been idle longest is closed to make
     * room. */
    third = front_connect_as(3);
    ck_assert(wire_is_closed(clients[0]));
    ck_assert_uint_eq(connection_set_count(front.set), 3);
    /* Every uid has one connection now, so none is closed to make room. */
    wire_assert_error(front_connect_as(4), 0, ERROR_BUSY, "daemon");
    wire_send_question(second, 1, "q");
    wire_send_question(third, 1, "q");
    front_serve();
    wire_assert_verdict(second, 1, "q");
    wire_assert_verdict(third, 1, "q");
    ck_assert_uint_eq(connection_set_count(front.set), 3);
}
END_TEST

/*
 * A thousand uids of one person together may have the connections of one uid, and the last places
 * are left to others.
 */
START_TEST(uids_of_one_person_share_its_connections)
{
    static struct account_map_row row = {.first = 100000, .last = 165535, .account = 1000};
    size_t n_before = front.monitor.statistics.busy[BUSY_CONNECTIONS_PER_UID];

    front.settings.limits.connections = 64;
    front.settings.limits.connections_per_uid = 16;
    front.account_map.rows = &row;
    front.account_map.n_rows = 1;
    for (uid_t uid = 100000; uid < 101000; uid++)
        front_connect_as(uid);
    ck_assert_uint_eq(connection_set_count(front.set), 16);
    ck_assert_uint_eq(front.monitor.statistics.busy[BUSY_CONNECTIONS_PER_UID] - n_before, 984);
    for (uid_t uid = 1; uid <= 48; uid++)
        front_connect_as(uid);
    ck_assert_uint_eq(connection_set_count(front.set), 64);
    ck_assert(!wire_is_closed(front_connect_as(49)));
    ck_assert_uint_eq(front_account_of(1000)->charged[ACCOUNT_CONNECTIONS], 15);
    front.account_map.n_rows = 0;
}
END_TEST

static void send_bad_frames(int client, uint64_t n)
{
    uint8_t frames[64 * FRAME_HEADER_BYTES];
    size_t n_bytes = 0;

    for (uint64_t tag = 1; tag <= n; tag++)
        n_bytes += wire_make_frame(frames + n_bytes, 99, tag, "", 0);
    wire_send_bytes(client, frames, n_bytes);
    front_turn();
}

/*
 * Frames that are not requests are charged to their account, and the connection ends after a few of
 * them. If the account has no CPU time left, the connection ends after the first one, but counts as
 * a connection until it is closed.
 */
START_TEST(bad_frames_end_the_connection)
{
    int client = front_connect_as(1);

    send_bad_frames(client, 60);
    for (uint64_t tag = 1; tag <= LIMIT_BAD_FRAMES_COUNT; tag++)
        wire_assert_error(client, tag, ERROR_UNKNOWN_KIND, "kinds");
    wire_assert_error(client, 0, ERROR_MALFORMED_REQUEST, "too many");
    ck_assert(wire_is_closed(client));
    ck_assert_int_lt(front_account_of(1)->cpu_us, front.settings.limits.cpu_burst_ms * 1000ll);

    front_account_of(1)->cpu_us = -10000000;
    client = front_connect_as(1);
    send_bad_frames(client, 2);
    wire_assert_error(client, 1, ERROR_UNKNOWN_KIND, "kinds");
    wire_assert_error(client, 0, ERROR_MALFORMED_REQUEST, "too many");
    /* The connection is closed when the client hangs up. */
    ck_assert(!wire_is_closed(client));
    ck_assert_uint_eq(connection_set_count(front.set), 1);
    shutdown(client, SHUT_WR);
    front_turn();
    ck_assert(wire_is_closed(client));
    ck_assert_uint_eq(connection_set_count(front.set), 0);

    /* Without that it is closed after frame-time. */
    front.settings.limits.frame_ms = 100;
    client = front_connect_as(1);
    send_bad_frames(client, 2);
    front_run_for(400);
    ck_assert_uint_eq(connection_set_count(front.set), 0);
}
END_TEST

#define GREEDY_COUNT  50
#define GREEDY_FRAMES 2000

/*
 * However much an account sends on however many connections, it gets one share of each round of
 * turns: the question of another account is answered before most of it is looked at. In the end
 * everything is answered.
 */
START_TEST(many_connections_have_one_turn)
{
    static uint8_t frames[GREEDY_FRAMES * (FRAME_HEADER_BYTES + 1)];
    const size_t share = LIMIT_TURN_COST / LIMIT_TURN_FRAME_COST;
    int greedy[GREEDY_COUNT], modest = front_connect_as(2);
    size_t n_bytes = 0;

    wire_send_question(modest, 1, "q");
    ck_assert_uint_eq(front_serve(), 1);
    wire_assert_verdict(modest, 1, "q");
    for (uint64_t tag = 1; tag <= GREEDY_FRAMES; tag++)
        n_bytes += wire_make_frame(frames + n_bytes, FRAME_KIND_VERIFY, tag, "q", 1);
    for (size_t i = 0; i < GREEDY_COUNT; i++) {
        greedy[i] = front_connect_as(1);
        wire_send_bytes(greedy[i], frames, n_bytes);
    }
    wire_send_question(modest, 2, "q");
    for (int i = 0; i < 2; i++)
        event_base_loop(front.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
    wire_assert_verdict(modest, 2, "q");
    ck_assert_uint_le(front_account_of(1)->n_requests, 3 * share);
    for (int i = 0; i < 4000 && front_account_of(1)->n_requests < GREEDY_COUNT * GREEDY_FRAMES; i++)
        front_turn();
    ck_assert_uint_eq(front_account_of(1)->n_requests, GREEDY_COUNT * GREEDY_FRAMES);
    for (size_t i = 0; i < GREEDY_COUNT; i++)
        close(greedy[i]);
    close(modest);
    front_turn();
    ck_assert_uint_eq(connection_set_count(front.set), 0);
}
END_TEST

START_TEST(requests_in_flight_are_limited)
{
    int client = front_connect_as(1);

    front.settings.limits.in_flight_per_connection = 2;
    for (uint64_t tag = 1; tag <= 3; tag++)
        wire_send_question(client, tag, tag == 1 ? "a" : tag == 2 ? "b" : "c");
    front_turn();
    wire_assert_error(client, 3, ERROR_BUSY, "connection");
    front_serve();
    wire_assert_verdict(client, 1, "a");
    wire_assert_verdict(client, 2, "b");
    wire_send_question(client, 4, "c");
    front_serve();
    wire_assert_verdict(client, 4, "c");
    ck_assert_uint_eq(front.monitor.statistics.busy[BUSY_IN_FLIGHT_PER_CONNECTION], 1);
    close(client);
}
END_TEST

static void add_tests(TCase *cases)
{
    tcase_add_test(cases, idle_connection_holds_nothing);
    tcase_add_test(cases, announced_bytes_are_not_held);
    tcase_add_test(cases, unfinished_frames_of_a_uid_are_bounded);
    tcase_add_test(cases, slow_reader_is_bounded_and_closed);
    tcase_add_test(cases, slow_writer_is_closed);
    tcase_add_test(cases, idle_ones_are_closed);
    tcase_add_test(cases, bad_frames_end_the_connection);
    tcase_add_test(cases, many_connections_have_one_turn);
    tcase_add_test(cases, connections_are_limited);
    tcase_add_test(cases, uids_of_one_person_share_its_connections);
    tcase_add_test(cases, requests_in_flight_are_limited);
}

int main(void)
{
    return front_run_tests("connection limits", add_tests, add_tests);
}
