/* SPDX-License-Identifier: MIT */

/*
 * Tests of the administrative socket: who may use it, whose account is charged, and who gets the
 * answer to a reload.
 */

#include <check.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/front/connection.h"
#include "daemon/front/writer.h"
#include "proto/error.h"
#include "tests/unit/front/front_fixture.h"
#include "tests/unit/front/wire_fixture.h"

static void send_kind(int client, uint8_t kind, uint64_t tag)
{
    uint8_t frame[FRAME_HEADER_BYTES];

    wire_send_bytes(client, frame, wire_make_frame(frame, kind, tag, "", 0));
    front_turn();
}

/* At the administrative socket root and the user that started the daemon get an answer; others are
 * refused as soon as they connect. */
START_TEST(administration_is_for_root_and_our_own_user)
{
    uid_t own = geteuid();
    int stranger = front_connect_admin_as(own + 1), unidentified = front_connect_admin_as(65534);
    int root = front_connect_admin_as(0), ours = front_connect_admin_as(own);

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
    ck_assert_uint_eq(front.n_reloads, 0);
}
END_TEST

/*
 * The socket for requests refuses administration, and the administrative socket refuses questions.
 */
START_TEST(administration_has_its_own_socket)
{
    int client = front_connect_as(0), administrator = front_connect_admin_as(0);

    for (uint8_t kind = FRAME_KIND_STATUS; kind <= FRAME_KIND_RELOAD; kind++) {
        send_kind(client, kind, kind);
        wire_assert_error(client, kind, ERROR_FORBIDDEN, "are asked for");
    }
    send_kind(administrator, FRAME_KIND_VERIFY, 9);
    wire_assert_error(administrator, 9, ERROR_UNKNOWN_KIND, "administrative socket");
    ck_assert_uint_eq(front.n_reloads, 0);
}
END_TEST

/*
 * A user who may not administer cannot write on a connection to the administrative socket that root
 * opened.
 */
START_TEST(administration_is_for_permitted_writers)
{
    int client = front_connect_admin_as(0);

    admin_set_own_uid(front.admin, geteuid() + 1);
    send_kind(client, FRAME_KIND_RELOAD, 1);
    ck_assert_uint_eq(front.n_reloads, geteuid() == 0 ? 1 : 0);
    ck_assert_uint_eq(front.n_closed, geteuid() == 0 ? 0 : 1);
}
END_TEST

/* A connection that root opened belongs to the writer of its first byte. */
START_TEST(account_is_the_writers)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(writer_ask(pair[0], true), 0);
    connection_set_accept(front.set, pair[0],
                          &(struct connection_origin){
                              .socket = "certnamed", .uid = geteuid() + 1, .has_writers = true});
    ck_assert_uint_eq(front_account_of(geteuid() + 1)->charged[ACCOUNT_CONNECTIONS], 1);
    wire_send_bytes(pair[1], (const uint8_t *)"x", 1);
    front_turn();
    ck_assert_uint_eq(front_account_of(geteuid() + 1)->charged[ACCOUNT_CONNECTIONS], 0);
    ck_assert_uint_eq(front_account_of(geteuid())->charged[ACCOUNT_CONNECTIONS], 1);
    ck_assert_uint_gt(front_account_of(geteuid())->charged[ACCOUNT_HELD_BYTES], 0);
    close(pair[1]);
    front_turn();
    ck_assert_uint_eq(front_account_of(geteuid())->charged[ACCOUNT_CONNECTIONS], 0);
}
END_TEST

/*
 * All who requested a reload before it began are answered together; later ones wait for the next
 * reload.
 */
START_TEST(reload_is_told_to_those_who_wait)
{
    int first = front_connect_admin_as(0), second = front_connect_admin_as(0),
        gone = front_connect_admin_as(0);
    struct frame_header header;
    uint8_t payload[64];

    send_kind(first, FRAME_KIND_RELOAD, 1);
    ck_assert_uint_eq(front.n_reloads, 1);
    send_kind(second, FRAME_KIND_RELOAD, 2);
    send_kind(gone, FRAME_KIND_RELOAD, 3);
    ck_assert_uint_eq(front.n_reloads, 1);
    close(gone);
    front_turn();
    admin_end_reload(front.admin, true, "line 7", 6);
    front_turn();
    ck_assert(wire_receive(first, &header, payload));
    ck_assert_uint_eq(header.kind, FRAME_KIND_RELOADED);
    ck_assert_uint_eq(header.tag, 1);
    ck_assert_mem_eq(payload, "\1line 7", 7);
    ck_assert(!wire_receive(second, &header, payload));
    ck_assert_uint_eq(front.n_reloads, 2);
    admin_end_reload(front.admin, false, "", 0);
    ck_assert(wire_receive(second, &header, payload));
    ck_assert_uint_eq(header.tag, 2);
    ck_assert_uint_eq(header.length, FRAME_HEADER_BYTES + 1);
    ck_assert_uint_eq(payload[0], 0);
    /* The outcome of a reload that no client requested is sent to nobody. */
    admin_end_reload(front.admin, false, "", 0);
    ck_assert(!wire_receive(first, &header, payload));
    ck_assert_uint_eq(front.n_closed, 1);
}
END_TEST

/* A connection that waits for two reloads and is closed by the first answer gets no second one. */
START_TEST(closing_while_told_of_a_reload)
{
    int client = front_connect_admin_as(0);

    send_kind(client, FRAME_KIND_RELOAD, 1);
    admin_wait_for_reload(front.admin, NULL, 0);
    send_kind(client, FRAME_KIND_RELOAD, 2);
    close(client);
    admin_end_reload(front.admin, false, "", 0);
    admin_end_reload(front.admin, false, "", 0);
    front_turn();
    ck_assert_uint_eq(front.n_closed, 1);
}
END_TEST

static void add_tests(TCase *cases)
{
    tcase_add_test(cases, administration_is_for_root_and_our_own_user);
    tcase_add_test(cases, administration_has_its_own_socket);
    tcase_add_test(cases, administration_is_for_permitted_writers);
    tcase_add_test(cases, account_is_the_writers);
    tcase_add_test(cases, reload_is_told_to_those_who_wait);
    tcase_add_test(cases, closing_while_told_of_a_reload);
}

int main(void)
{
    return front_run_tests("connection administration", add_tests, add_tests);
}
