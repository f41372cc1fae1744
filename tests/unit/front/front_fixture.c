/* SPDX-License-Identifier: MIT */

#include <check.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/front/connection.h"
#include "daemon/front/connection_set.h"
#include "daemon/front/writer.h"
#include "daemon/ipc/control.h"
#include "daemon/limits.h"
#include "daemon/os/rights.h"
#include "tests/unit/front/front_fixture.h"
#include "tests/unit/front/verifiers_fixture.h"
#include "tests/unit/front/wire_fixture.h"

struct front_fixture front;
uint8_t front_big[LIMIT_FRAME_BYTES];

static void on_report(void *context, uint32_t number, enum control_kind kind)
{
    (void)context;
    ck_abort_msg("verifier %u: %d", number, (int)kind);
}

static void on_closed(void *context)
{
    (void)context;
    front.n_closed++;
}

static void on_bin_ended(void *context)
{
    (void)context;
    ck_abort_msg("the bin has ended");
}

static int on_reload(void *context)
{
    (void)context;
    front.n_reloads++;
    return 0;
}

static void make_bin(void)
{
    const struct bin_callbacks callbacks = {.ended = on_bin_ended, .unparked = on_closed};
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(bin_new(&front.bin, front.base, pair[0], true, &callbacks), 0);
    front.bin_process = pair[1];
    front.bin_socket = pair[0];
}

void front_setup(void)
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

    front.n_closed = front.n_reloads = 0;
    front.monitor.recorder = RECORDER_NULL;
    limits_set_defaults(&front.settings.limits);
    front.settings.limits.workers = LIMIT_VERIFIERS_COUNT;
    front.settings.epoch = 1;
    account_table_init(&front.accounts);
    front.base = event_base_new();
    ck_assert_int_eq(audit_new(&front.monitor.audit, front.base), 0);
    ck_assert_int_eq(dispatch_new(&front.dispatch, front.base, &callbacks, &front.accounts,
                                  &front.monitor, &front.settings),
                     0);
    dispatch_set_epoch(front.dispatch, &front.settings);
    ck_assert_int_eq(
        admin_new(&front.admin, &admin_callbacks, front.dispatch, &front.monitor, &front.accounts),
        0);
    make_bin();
    parts = (struct connection_parts){
        .base = front.base,
        .accounts = &front.accounts,
        .account_map = &front.account_map,
        .dispatch = front.dispatch,
        .admin = front.admin,
        .bin = front.bin,
        .statistics = &front.monitor.statistics,
        .closed = on_closed,
    };
    ck_assert_int_eq(connection_set_new(&front.set, &parts, &front.settings), 0);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(dispatch_add_verifier(front.dispatch, &message, pair[0]), 0);
    front.verifier = pair[1];
    front.gets_rights = false;
}

/*
 * Sets up sockets on which descriptors may be passed, as on kernels without SO_PASSRIGHTS, for the
 * second run of the tests.
 */
/* The tests of limits need more descriptors than an ordinary user's programs get by default. */
static void allow_descriptors(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void setup_with_rights(void)
{
    front_setup();
    front.gets_rights = true;
}

void front_teardown(void)
{
    connection_set_free(front.set);
    bin_free(front.bin);
    dispatch_free(front.dispatch);
    admin_free(front.admin);
    audit_free(front.monitor.audit);
    account_table_deinit(&front.accounts);
    event_base_free(front.base);
    close(front.verifier);
    close(front.bin_process);
    close(front.bin_socket);
}

int front_connect_as(uid_t uid)
{
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    if (!front.gets_rights)
        rights_refuse(pair[0]);
    connection_set_accept(front.set, pair[0],
                          &(struct connection_origin){.socket = "certnamed", .uid = uid});
    return pair[1];
}

int front_connect_admin_as(uid_t uid)
{
    int pair[2];

    admin_set_own_uid(front.admin, geteuid());
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    if (!front.gets_rights)
        rights_refuse(pair[0]);
    ck_assert_int_eq(writer_ask(pair[0], true), 0);
    connection_set_accept(
        front.set, pair[0],
        &(struct connection_origin){
            .socket = "certnamed", .uid = uid, .is_admin = true, .has_writers = true});
    return pair[1];
}

void front_turn(void)
{
    for (int i = 0; i < 4; i++)
        event_base_loop(front.base, EVLOOP_NONBLOCK);
}

void front_run_for(long ms)
{
    const struct timeval time = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

    event_base_loopexit(front.base, &time);
    event_base_dispatch(front.base);
}

unsigned front_serve(void)
{
    const struct note note = {.from_s = INT64_MIN, .until_s = INT64_MAX, .outcome = 1};
    struct taken taken;
    unsigned n = 0;

    front_turn();
    while (play_take(front.verifier, &taken)) {
        play_reply(front.verifier, taken.number, FRAME_KIND_VERDICT, &note, taken.payload,
                   taken.n_payload);
        front_turn();
        n++;
    }
    return n;
}

struct account *front_account_of(uid_t uid)
{
    return account_find(&front.accounts, uid);
}

int front_run_tests(const char *name, void (*add_tests)(TCase *cases),
                    void (*add_tests_with_rights)(TCase *cases))
{
    Suite *suite = suite_create(name);
    TCase *without = tcase_create("no descriptor can be passed");
    TCase *with = tcase_create("descriptors can be passed");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    allow_descriptors();
    tcase_set_timeout(without, 60);
    tcase_set_timeout(with, 60);
    tcase_add_checked_fixture(without, front_setup, front_teardown);
    add_tests(without);
    suite_add_tcase(suite, without);
    tcase_add_checked_fixture(with, setup_with_rights, front_teardown);
    add_tests_with_rights(with);
    suite_add_tcase(suite, with);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
