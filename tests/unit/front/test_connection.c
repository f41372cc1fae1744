/* SPDX-License-Identifier: MIT */

/* Tests of connections over real sockets, with verifiers that the test plays: which input is read,
 * how much memory is held, which replies are sent, and which connections are closed. */

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/front/connection.h"
#include "daemon/front/connection_set.h"
#include "daemon/front/writer.h"
#include "daemon/ipc/control.h"
#include "daemon/limits.h"
#include "daemon/os/rights.h"
#include "proto/error.h"
#include "proto/limits.h"
#include "tests/unit/front/verifiers_fixture.h"
#include "tests/unit/front/wire_fixture.h"

static struct event_base *base;
static struct account_table accounts;
static struct account_map account_map;
static struct monitor monitor;
static struct settings settings;
static struct dispatch *dispatch;
static struct admin *admin;
static struct bin *bin;
static int bin_process; /* the test plays it */
static int bin_socket;
static bool gets_rights;
static struct connection_set *set;
static int verifier;
static unsigned n_closed, n_reloads;
static uint8_t big[LIMIT_FRAME_BYTES];

static void on_report(void *context, uint32_t number, enum control_kind kind)
{
    (void)context;
    ck_abort_msg("verifier %u: %d", number, (int)kind);
}

static void on_closed(void *context)
{
    (void)context;
    n_closed++;
}

static void on_bin_ended(void *context)
{
    (void)context;
    ck_abort_msg("the bin has ended");
}

static int on_reload(void *context)
{
    (void)context;
    n_reloads++;
    return 0;
}

static void make_bin(void)
{
    const struct bin_callbacks callbacks = {.ended = on_bin_ended, .unparked = on_closed};
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(bin_new(&bin, base, pair[0], true, &callbacks), 0);
    bin_process = pair[1];
    bin_socket = pair[0];
}

static void setup(void)
{
    const struct dispatch_callbacks callbacks = {
        .answer = connection_answer,
        .classify = connection_classify,
        .notify_supervisor = on_report,
    };
    const struct admin_callbacks admin_callbacks = {
        .answer = connection_reloaded,
        .reload = on_reload,
    };
    const struct control_message message = {.kind = CONTROL_VERIFIER, .verifier = 1, .epoch = 1};
    struct connection_parts parts;
    int pair[2];

    n_closed = n_reloads = 0;
    monitor.recorder = RECORDER_NULL;
    limits_set_defaults(&settings.limits);
    settings.limits.workers = LIMIT_VERIFIERS_COUNT;
    settings.epoch = 1;
    account_table_init(&accounts);
    base = event_base_new();
    ck_assert_int_eq(audit_new(&monitor.audit, base), 0);
    ck_assert_int_eq(dispatch_new(&dispatch, base, &callbacks, &accounts, &monitor, &settings), 0);
    dispatch_set_epoch(dispatch, &settings);
    ck_assert_int_eq(admin_new(&admin, &admin_callbacks, dispatch, &monitor, &accounts), 0);
    make_bin();
    parts = (struct connection_parts){
        .base = base,
        .accounts = &accounts,
        .account_map = &account_map,
        .dispatch = dispatch,
        .admin = admin,
        .bin = bin,
        .statistics = &monitor.statistics,
        .closed = on_closed,
    };
    ck_assert_int_eq(connection_set_new(&set, &parts, &settings), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(dispatch_add_verifier(dispatch, &message, pair[0]), 0);
    verifier = pair[1];
    gets_rights = false;
}

/* The same tests are run with sockets on which descriptors may be passed, as on older kernels. */
static void setup_with_rights(void)
{
    setup();
    gets_rights = true;
}

static void teardown(void)
{
    connection_set_free(set);
    bin_free(bin);
    dispatch_free(dispatch);
    admin_free(admin);
    audit_free(monitor.audit);
    account_table_deinit(&accounts);
    event_base_free(base);
    close(verifier);
    close(bin_process);
    close(bin_socket);
}

/* --- the client's side --- */

static int connect_as(uid_t uid)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    if (!gets_rights)
        rights_refuse(pair[0]);
    connection_set_accept(set, pair[0], &(struct connection_origin){.uid = uid});
    return pair[1];
}

/* Connects to the administrative socket. This process is the writer. */
static int connect_admin_as(uid_t uid)
{
    int pair[2];

    admin_set_own_uid(admin, geteuid());
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    if (!gets_rights)
        rights_refuse(pair[0]);
    ck_assert_int_eq(writer_ask(pair[0], true), 0);
    connection_set_accept(
        set, pair[0],
        &(struct connection_origin){.uid = uid, .is_admin = true, .has_writers = true});
    return pair[1];
}

static void turn(void)
{
    for (int i = 0; i < 4; i++)
        event_base_loop(base, EVLOOP_NONBLOCK);
}

static void run_for(long ms)
{
    const struct timeval time = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

    event_base_loopexit(base, &time);
    event_base_dispatch(base);
}

/* The verifier answers every request that it has with the same verdict, which is always right. */
static unsigned serve(void)
{
    const struct note note = {.from_s = INT64_MIN, .until_s = INT64_MAX, .outcome = 1};
    struct taken taken;
    unsigned n = 0;

    turn();
    while (play_take(verifier, &taken)) {
        play_reply(verifier, taken.number, FRAME_KIND_VERDICT, &note, taken.payload,
                   taken.n_payload);
        turn();
        n++;
    }
    return n;
}

/* --- input --- */

START_TEST(question_is_answered_and_remembered)
{
    int client = connect_as(1);

    wire_send_question(client, 7, "q");
    ck_assert_uint_eq(serve(), 1);
    wire_assert_verdict(client, 7, "q");
    wire_send_question(client, 8, "q");
    ck_assert_uint_eq(serve(), 0);
    wire_assert_verdict(client, 8, "q");
    close(client);
    turn();
    ck_assert_uint_eq(n_closed, 1);
}
END_TEST

/* Requests that are sent byte by byte, or cut at any place, get the same answers. */
START_TEST(cuts_do_not_matter)
{
    uint8_t frames[64];
    size_t n;

    n = wire_make_frame(frames, FRAME_KIND_VERIFY, 1, "q", 1);
    n += wire_make_frame(frames + n, FRAME_KIND_VERIFY, 2, "rs", 2);
    for (size_t cut = 1; cut < n; cut++) {
        int client = connect_as(1);

        wire_send_bytes(client, frames, cut);
        serve();
        wire_send_bytes(client, frames + cut, n - cut);
        serve();
        wire_assert_verdict(client, 1, "q");
        wire_assert_verdict(client, 2, "rs");
        close(client);
        turn();
    }
    ck_assert_uint_eq(n_closed, n - 1);
}
END_TEST

/* Requests that were sent before the client closed its end are answered, and the end of the input
 * is noticed although it came together with the bytes. */
START_TEST(end_that_comes_with_the_bytes_is_seen)
{
    int client = connect_as(1);

    wire_send_question(client, 1, "q");
    shutdown(client, SHUT_WR);
    serve();
    wire_assert_verdict(client, 1, "q");
    ck_assert(wire_is_closed(client));
    ck_assert_uint_eq(n_closed, 1);
    close(client);

    client = connect_as(1);
    wire_send_question(client, 1, "q");
    close(client);
    serve();
    ck_assert_uint_eq(n_closed, 2);
    ck_assert_uint_eq(connection_set_count(set), 0);
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

/* Returns how many references to a pipe's reading end there are besides the test's own: writing
 * fails once there is none. */
static bool is_still_open(int writing_end)
{
    return write(writing_end, "x", 1) == 1;
}

/*
 * A descriptor that comes with the first bytes, within a frame, or where the front no longer reads,
 * is never dropped by the front: it closes the connection, and the bin holds the socket with the
 * descriptor in it.
 */
START_TEST(passed_descriptor_goes_to_the_bin)
{
    uint8_t frame[64];
    size_t n = wire_make_frame(frame, FRAME_KIND_VERIFY, 1, "question", 8);
    size_t n_before = _i == 0 ? 0 : 10;
    int client = connect_as(1), pipe_ends[2];

    ck_assert_int_eq(pipe2(pipe_ends, O_CLOEXEC), 0);
    signal(SIGPIPE, SIG_IGN);
    wire_send_bytes(client, frame, n_before);
    turn();
    pass_descriptor(client, frame + n_before, n - n_before, pipe_ends[0]);
    close(pipe_ends[0]);
    if (_i == 2)
        close(client);
    turn();
    ck_assert_uint_eq(connection_set_count(set), 0);
    ck_assert_uint_eq(monitor.statistics.n_tainted, 1);
    ck_assert(is_still_open(pipe_ends[1]));
    close(bin_process);
    ck_assert(!is_still_open(pipe_ends[1]));
    bin_process = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (_i != 2)
        close(client);
    close(pipe_ends[1]);
}
END_TEST

/* A client that is refused at once may have sent a descriptor already. */
START_TEST(refused_connection_may_hold_a_descriptor)
{
    int client, pair[2];

    settings.limits.connections_per_uid = 0;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    client = pair[1];
    pass_descriptor(client, (const uint8_t *)"x", 1, client);
    connection_set_accept(set, pair[0], &(struct connection_origin){.uid = 1});
    ck_assert_uint_eq(monitor.statistics.n_tainted, 1);
    ck_assert_uint_eq(connection_set_count(set), 0);
    close(client);
}
END_TEST

/* Requests that need more than one read, and replies that need more than one write. */
START_TEST(large_batch_is_answered_in_order)
{
    int client = connect_as(1), n_sent = 0, n_got = 0;
    struct frame_header header;
    uint8_t payload[64], frame[64];
    size_t n;

    wire_send_question(client, 0, "q");
    serve();
    wire_assert_verdict(client, 0, "q");
    while (n_got < 20000) {
        n = wire_make_frame(frame, FRAME_KIND_VERIFY, (uint64_t)n_sent, "q", 1);
        if (n_sent < 20000 && send(client, frame, n, MSG_DONTWAIT) == (ssize_t)n) {
            n_sent++;
            continue;
        }
        turn();
        while (wire_receive(client, &header, payload)) {
            ck_assert_uint_eq(header.tag, (uint64_t)n_got);
            ck_assert_uint_eq(header.kind, FRAME_KIND_VERDICT);
            n_got++;
        }
    }
    ck_assert_uint_eq(monitor.statistics.n_hits, 20000);
    close(client);
}
END_TEST

/* --- what is held --- */

static struct account *account_of(uid_t uid)
{
    return account_find(&accounts, uid);
}

START_TEST(idle_connection_holds_nothing)
{
    int client = connect_as(1);

    wire_send_bytes(client, big, 1);
    turn();
    ck_assert_uint_gt(account_of(1)->charged[ACCOUNT_HELD_BYTES], 0);
    ck_assert_uint_le(account_of(1)->charged[ACCOUNT_HELD_BYTES], 4096);
    close(client);
    turn();
    ck_assert_uint_eq(account_of(1)->charged[ACCOUNT_HELD_BYTES], 0);
    client = connect_as(1);
    wire_send_question(client, 1, "q");
    serve();
    ck_assert_uint_eq(account_of(1)->charged[ACCOUNT_HELD_BYTES], 0);
    close(client);
}
END_TEST

/* A client that announces the largest frame and sends little of it makes the front hold little
 * memory. */
START_TEST(announced_bytes_are_not_held)
{
    int client = connect_as(1);

    frame_write_header(big, FRAME_KIND_VERIFY, 1, sizeof(big) - FRAME_HEADER_BYTES);
    wire_send_bytes(client, big, 5000);
    turn();
    ck_assert_uint_le(account_of(1)->charged[ACCOUNT_HELD_BYTES], 16384);
    close(client);
}
END_TEST

/* Incomplete frames of one uid are held up to its limit, and another uid is not affected. */
START_TEST(unfinished_frames_of_a_uid_are_bounded)
{
    int clients[200], other;
    unsigned n_told = 0;

    frame_write_header(big, FRAME_KIND_VERIFY, 1, sizeof(big) - FRAME_HEADER_BYTES);
    for (size_t i = 0; i < 200; i++) {
        clients[i] = connect_as(1);
        wire_send_bytes(clients[i], big, 100000);
        turn();
        /* The connection may have been closed after the first part. */
        send(clients[i], big, 90000, MSG_NOSIGNAL);
        turn();
    }
    ck_assert_uint_le(account_of(1)->charged[ACCOUNT_HELD_BYTES],
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
    ck_assert_uint_eq(monitor.statistics.busy[BUSY_HELD_PER_UID], n_told);
    other = connect_as(2);
    wire_send_question(other, 1, "q");
    serve();
    wire_assert_verdict(other, 1, "q");
    for (size_t i = 0; i < 200; i++)
        close(clients[i]);
    close(other);
}
END_TEST

/* No more is read from a client that does not read its replies; it makes the front hold a bounded
 * amount, and is closed after unread-time. */
START_TEST(slow_reader_is_bounded_and_closed)
{
    int client = connect_as(1);
    uint8_t frame[64];
    size_t n = wire_make_frame(frame, FRAME_KIND_STATUS, 1, "", 0);
    /* The front has stopped reading somewhere between these two amounts. */
    int64_t first = clock_now_ms(), last;

    settings.limits.unread_output_ms = 300;
    while (send(client, frame, n, MSG_DONTWAIT) == (ssize_t)n)
        turn();
    ck_assert_uint_gt(account_of(1)->charged[ACCOUNT_HELD_BYTES],
                      settings.limits.unread_output_bytes);
    ck_assert_uint_le(account_of(1)->charged[ACCOUNT_HELD_BYTES],
                      4 * settings.limits.unread_output_bytes);
    last = clock_now_ms();
    while (n_closed == 0 && clock_now_ms() - last < 5000)
        run_for(20);
    ck_assert_uint_eq(n_closed, 1);
    ck_assert_int_ge(clock_now_ms() - first, 300);
    ck_assert_int_le(clock_now_ms() - last, 1000);
    close(client);
}
END_TEST

START_TEST(slow_writer_is_closed)
{
    int client = connect_as(1);

    settings.limits.frame_ms = 200;
    for (int i = 0; i < 10 && n_closed == 0; i++) {
        send(client, big, 1, MSG_NOSIGNAL);
        run_for(50);
    }
    ck_assert_uint_eq(n_closed, 1);
    ck_assert_uint_eq(monitor.statistics.n_expired, 1);
    close(client);
}
END_TEST

/* A silent connection is closed only where idle-time is set; one that asks now and then stays. */
START_TEST(idle_ones_are_closed_where_that_is_wanted)
{
    int client = connect_as(1), asking = connect_as(1);

    run_for(300);
    ck_assert_uint_eq(n_closed, 0);
    settings.limits.idle_ms = 300;
    connection_set_settings(set, &settings);
    for (int i = 0; i < 8; i++) {
        run_for(100);
        wire_send_question(asking, 1, "q");
        serve();
    }
    ck_assert_uint_eq(n_closed, 1);
    ck_assert(wire_is_closed(client));
    close(client);
    close(asking);
}
END_TEST

/* --- limits --- */

START_TEST(connections_are_limited)
{
    int clients[3], second, third;

    settings.limits.connections = 3;
    settings.limits.connections_per_uid = 2;
    for (size_t i = 0; i < 3; i++)
        clients[i] = connect_as(1);
    wire_assert_error(clients[2], 0, ERROR_BUSY, "uid");
    ck_assert(wire_is_closed(clients[2]));
    second = connect_as(2);
    /* The connection that has been idle longest of the uid with the most makes room. */
    third = connect_as(3);
    ck_assert(wire_is_closed(clients[0]));
    ck_assert_uint_eq(connection_set_count(set), 3);
    /* Everybody has one now, so nobody has to make room. */
    wire_assert_error(connect_as(4), 0, ERROR_BUSY, "daemon");
    wire_send_question(second, 1, "q");
    wire_send_question(third, 1, "q");
    serve();
    wire_assert_verdict(second, 1, "q");
    wire_assert_verdict(third, 1, "q");
    ck_assert_uint_eq(connection_set_count(set), 3);
}
END_TEST

/* A thousand uids of one person have the connections of one, and leave the last places to others.
 */
START_TEST(uids_of_one_person_share_its_connections)
{
    static struct account_map_row row = {.first = 100000, .last = 165535, .account = 1000};
    size_t n_before = monitor.statistics.busy[BUSY_CONNECTIONS_PER_UID];

    settings.limits.connections = 64;
    settings.limits.connections_per_uid = 16;
    account_map.rows = &row;
    account_map.n_rows = 1;
    for (uid_t uid = 100000; uid < 101000; uid++)
        connect_as(uid);
    ck_assert_uint_eq(connection_set_count(set), 16);
    ck_assert_uint_eq(monitor.statistics.busy[BUSY_CONNECTIONS_PER_UID] - n_before, 984);
    for (uid_t uid = 1; uid <= 48; uid++)
        connect_as(uid);
    ck_assert_uint_eq(connection_set_count(set), 64);
    ck_assert(!wire_is_closed(connect_as(49)));
    ck_assert_uint_eq(account_of(1000)->charged[ACCOUNT_CONNECTIONS], 15);
    account_map.n_rows = 0;
}
END_TEST

START_TEST(requests_in_flight_are_limited)
{
    int client = connect_as(1);

    settings.limits.in_flight_per_connection = 2;
    for (uint64_t tag = 1; tag <= 3; tag++)
        wire_send_question(client, tag, tag == 1 ? "a" : tag == 2 ? "b" : "c");
    turn();
    wire_assert_error(client, 3, ERROR_BUSY, "connection");
    serve();
    wire_assert_verdict(client, 1, "a");
    wire_assert_verdict(client, 2, "b");
    wire_send_question(client, 4, "c");
    serve();
    wire_assert_verdict(client, 4, "c");
    ck_assert_uint_eq(monitor.statistics.busy[BUSY_IN_FLIGHT_PER_CONNECTION], 1);
    close(client);
}
END_TEST

/* --- administration --- */

static void send_kind(int client, uint8_t kind, uint64_t tag)
{
    uint8_t frame[FRAME_HEADER_BYTES];

    wire_send_bytes(client, frame, wire_make_frame(frame, kind, tag, "", 0));
    turn();
}

/* At the administrative socket root and the user that started the daemon get an answer; others are
 * refused as soon as they connect. */
START_TEST(administration_is_for_root_and_our_own_user)
{
    uid_t own = geteuid();
    int stranger = connect_admin_as(own + 1), unidentified = connect_admin_as(65534);
    int root = connect_admin_as(0), ours = connect_admin_as(own);

    wire_assert_error(stranger, 0, ERROR_FORBIDDEN, "root");
    wire_assert_error(unidentified, 0, ERROR_FORBIDDEN, "root");
    for (uint8_t kind = FRAME_KIND_STATUS; kind <= FRAME_KIND_METRICS; kind++) {
        struct frame_header header;
        uint8_t payload[64];

        send_kind(root, kind, kind);
        ck_assert(wire_receive(root, &header, payload));
        ck_assert_uint_eq(header.kind, 128u + kind);
        send_kind(ours, kind, kind);
        ck_assert(wire_receive(ours, &header, payload));
        ck_assert_uint_eq(header.kind, 128u + kind);
    }
    ck_assert_uint_eq(n_reloads, 0);
}
END_TEST

/* The socket for requests takes no administration, and the administrative socket no question. */
START_TEST(administration_has_its_own_socket)
{
    int client = connect_as(0), administrator = connect_admin_as(0);

    for (uint8_t kind = FRAME_KIND_STATUS; kind <= FRAME_KIND_RELOAD; kind++) {
        send_kind(client, kind, kind);
        wire_assert_error(client, kind, ERROR_FORBIDDEN, "are asked for");
    }
    send_kind(administrator, FRAME_KIND_VERIFY, 9);
    wire_assert_error(administrator, 9, ERROR_UNKNOWN_KIND, "administrative socket");
    ck_assert_uint_eq(n_reloads, 0);
}
END_TEST

/* A user who may not administer may not write either, though root has connected. */
START_TEST(administration_is_for_permitted_writers)
{
    int client = connect_admin_as(0);

    admin_set_own_uid(admin, geteuid() + 1);
    send_kind(client, FRAME_KIND_RELOAD, 1);
    ck_assert_uint_eq(n_reloads, geteuid() == 0 ? 1 : 0);
    ck_assert_uint_eq(n_closed, geteuid() == 0 ? 0 : 1);
}
END_TEST

/* A connection that root opened belongs to the writer of its first byte. */
START_TEST(account_is_the_writers)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(writer_ask(pair[0], true), 0);
    connection_set_accept(set, pair[0],
                          &(struct connection_origin){.uid = geteuid() + 1, .has_writers = true});
    ck_assert_uint_eq(account_of(geteuid() + 1)->charged[ACCOUNT_CONNECTIONS], 1);
    wire_send_bytes(pair[1], (const uint8_t *)"x", 1);
    turn();
    ck_assert_uint_eq(account_of(geteuid() + 1)->charged[ACCOUNT_CONNECTIONS], 0);
    ck_assert_uint_eq(account_of(geteuid())->charged[ACCOUNT_CONNECTIONS], 1);
    ck_assert_uint_gt(account_of(geteuid())->charged[ACCOUNT_HELD_BYTES], 0);
    close(pair[1]);
    turn();
    ck_assert_uint_eq(account_of(geteuid())->charged[ACCOUNT_CONNECTIONS], 0);
}
END_TEST

/* Those who requested a reload before it began are answered together; later ones wait for the next
 * reload. */
START_TEST(reload_is_told_to_those_who_wait)
{
    int first = connect_admin_as(0), second = connect_admin_as(0), gone = connect_admin_as(0);
    struct frame_header header;
    uint8_t payload[64];

    send_kind(first, FRAME_KIND_RELOAD, 1);
    ck_assert_uint_eq(n_reloads, 1);
    send_kind(second, FRAME_KIND_RELOAD, 2);
    send_kind(gone, FRAME_KIND_RELOAD, 3);
    ck_assert_uint_eq(n_reloads, 1);
    close(gone);
    turn();
    admin_end_reload(admin, true, "line 7", 6);
    turn();
    ck_assert(wire_receive(first, &header, payload));
    ck_assert_uint_eq(header.kind, FRAME_KIND_RELOADED);
    ck_assert_uint_eq(header.tag, 1);
    ck_assert_mem_eq(payload, "\1line 7", 7);
    ck_assert(!wire_receive(second, &header, payload));
    ck_assert_uint_eq(n_reloads, 2);
    admin_end_reload(admin, false, "", 0);
    ck_assert(wire_receive(second, &header, payload));
    ck_assert_uint_eq(header.tag, 2);
    ck_assert_uint_eq(header.length, FRAME_HEADER_BYTES + 1);
    ck_assert_uint_eq(payload[0], 0);
    /* The end of a reload that no client requested is answered to nobody. */
    admin_end_reload(admin, false, "", 0);
    ck_assert(!wire_receive(first, &header, payload));
    ck_assert_uint_eq(n_closed, 1);
}
END_TEST

/* A connection that waits for two reloads and is closed by the first answer gets no second one. */
START_TEST(closing_while_told_of_a_reload)
{
    int client = connect_admin_as(0);

    send_kind(client, FRAME_KIND_RELOAD, 1);
    admin_wait_for_reload(admin, NULL, 0);
    send_kind(client, FRAME_KIND_RELOAD, 2);
    close(client);
    admin_end_reload(admin, false, "", 0);
    admin_end_reload(admin, false, "", 0);
    turn();
    ck_assert_uint_eq(n_closed, 1);
}
END_TEST

static void add_tests(TCase *cases)
{
    tcase_set_timeout(cases, 60);
    tcase_add_test(cases, question_is_answered_and_remembered);
    tcase_add_test(cases, cuts_do_not_matter);
    tcase_add_test(cases, end_that_comes_with_the_bytes_is_seen);
    tcase_add_test(cases, large_batch_is_answered_in_order);
    tcase_add_test(cases, idle_connection_holds_nothing);
    tcase_add_test(cases, announced_bytes_are_not_held);
    tcase_add_test(cases, unfinished_frames_of_a_uid_are_bounded);
    tcase_add_test(cases, slow_reader_is_bounded_and_closed);
    tcase_add_test(cases, slow_writer_is_closed);
    tcase_add_test(cases, idle_ones_are_closed_where_that_is_wanted);
    tcase_add_test(cases, connections_are_limited);
    tcase_add_test(cases, uids_of_one_person_share_its_connections);
    tcase_add_test(cases, requests_in_flight_are_limited);
    tcase_add_test(cases, administration_is_for_root_and_our_own_user);
    tcase_add_test(cases, administration_has_its_own_socket);
    tcase_add_test(cases, administration_is_for_permitted_writers);
    tcase_add_test(cases, account_is_the_writers);
    tcase_add_test(cases, reload_is_told_to_those_who_wait);
    tcase_add_test(cases, closing_while_told_of_a_reload);
}

int main(void)
{
    Suite *suite = suite_create("connection");
    TCase *without = tcase_create("connection without passed descriptors");
    TCase *with = tcase_create("connection on which descriptors may be passed");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(without, setup, teardown);
    add_tests(without);
    suite_add_tcase(suite, without);
    tcase_add_checked_fixture(with, setup_with_rights, teardown);
    add_tests(with);
    tcase_add_loop_test(with, passed_descriptor_goes_to_the_bin, 0, 3);
    tcase_add_test(with, refused_connection_may_hold_a_descriptor);
    suite_add_tcase(suite, with);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
