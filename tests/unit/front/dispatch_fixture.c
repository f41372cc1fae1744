/* SPDX-License-Identifier: MIT */
#include "tests/unit/front/dispatch_fixture.h"

#include <check.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>

#include "proto/error.h"
#include "proto/limits.h"

struct dispatch_plan plan;

void plan_on_answer(struct requester *requester, uint64_t tag, uint8_t kind, const uint8_t *payload,
                    size_t n)
{
    struct given_answer *to = &plan.told;

    (void)requester;
    ck_assert_uint_lt(to->n, 64);
    to->tags[to->n] = tag;
    to->kinds[to->n] = kind;
    memcpy(to->payloads[to->n], payload, n < 32 ? n : 32);
    to->n++;
}

static void on_report(void *context, uint32_t verifier, enum control_kind kind)
{
    (void)context;
    if (kind == CONTROL_OVERRUN)
        plan.overrun = verifier;
    else if (kind == CONTROL_BROKEN)
        plan.broken = verifier;
    else
        plan.at_work = verifier;
}

static uint32_t on_classify(struct requester *requester)
{
    (void)requester;
    return CLIENT_CLASS_NONE;
}

const struct dispatch_callbacks plan_callbacks = {
    .answer = plan_on_answer,
    .classify = on_classify,
    .notify_supervisor = on_report,
};

void plan_make_dispatch(const struct dispatch_callbacks *callbacks)
{
    ck_assert_int_eq(dispatch_new(&plan.dispatch, plan.base, callbacks, &plan.accounts,
                                  &plan.monitor, &plan.settings),
                     0);
}

/* Returns the requester for a uid: uids 1 and 2 have one each, all others share the third. */
struct requester *plan_find_requester(uid_t uid)
{
    struct requester *requester = &plan.requesters[uid == 1 ? 0 : uid == 2 ? 1 : 2];

    requester->uid = uid;
    requester->account = account_find(&plan.accounts, uid);
    return requester;
}

void plan_setup(void)
{
    signal(SIGPIPE, SIG_IGN); /* so that writing to a verifier that has ended fails with EPIPE */
    memset(&plan.told, 0, sizeof(plan.told));
    plan.overrun = plan.broken = plan.at_work = 0;
    memset(&plan.settings, 0, sizeof(plan.settings));
    memset(&plan.monitor, 0, sizeof(plan.monitor));
    plan.monitor.recorder = RECORDER_NULL;
    limits_set_defaults(&plan.settings.limits);
    plan.settings.limits.workers = LIMIT_VERIFIERS_COUNT;
    plan.settings.limits.in_flight_per_connection = UINT32_MAX;
    for (size_t i = 0; i < 3; i++) {
        LIST_INIT(&plan.requesters[i].pending);
        plan.requesters[i].n_pending = 0;
    }
    account_table_init(&plan.accounts);
    plan.base = event_base_new();
    ck_assert_int_eq(audit_new(&plan.monitor.audit, plan.base), 0);
    plan_make_dispatch(&plan_callbacks);
}

void plan_abandon_all(void)
{
    for (size_t i = 0; i < 3; i++)
        dispatch_abandon(plan.dispatch, &plan.requesters[i]);
}

void plan_teardown(void)
{
    plan_abandon_all();
    dispatch_free(plan.dispatch);
    audit_free(plan.monitor.audit);
    account_table_deinit(&plan.accounts);
    event_base_free(plan.base);
}

/* Adds a verifier with this number. Returns the test's end of its socket. */
int plan_add_verifier(uint32_t number)
{
    struct control_message message = {.kind = CONTROL_VERIFIER};
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    message.verifier = number;
    message.pid = 1000 + (int)number;
    ck_assert_int_eq(dispatch_add_verifier(plan.dispatch, &message, pair[0]), 0);
    return pair[1];
}

/* Submits a request. Returns 0 if it waits, DISPATCH_KNOWN, or the code of the error. */
int plan_submit_bytes(uid_t uid, uint64_t tag, const uint8_t *payload, size_t n)
{
    int r = dispatch_submit(plan.dispatch, plan_find_requester(uid), tag, payload, n, &plan.known,
                            &plan.refusal);

    return r == DISPATCH_REFUSED ? (int)plan.refusal.code : r;
}

int plan_submit(uid_t uid, uint64_t tag)
{
    uint8_t payload = (uint8_t)tag;

    return plan_submit_bytes(uid, tag, &payload, 1);
}

/* Receives a request at a verifier's end. Its payload is one byte, the client's tag, which is
 * returned; 0 if there is no request. */
uint64_t plan_take(int verifier, struct frame_header *header)
{
    uint8_t data[64];
    ssize_t n = recv(verifier, data, sizeof(data), MSG_DONTWAIT);
    const uint8_t *frame = data + sizeof(struct ask);

    if (n < 0)
        return 0;
    ck_assert_int_eq(n, sizeof(struct ask) + FRAME_HEADER_BYTES + 1);
    ck_assert_int_eq(frame_peek(header, frame, (size_t)n - sizeof(struct ask), 64), FRAME_COMPLETE);
    return frame[FRAME_HEADER_BYTES];
}

void plan_send_reply(int verifier, const struct note *note, const uint8_t *frame, size_t len)
{
    uint8_t data[sizeof(*note) + 64];

    ck_assert_uint_le(len, 64);
    memcpy(data, note, sizeof(*note));
    memcpy(data + sizeof(*note), frame, len);
    ck_assert_int_eq(send(verifier, data, sizeof(*note) + len, 0), (ssize_t)(sizeof(*note) + len));
}

void plan_reply(int verifier, uint64_t number, uint8_t kind, uint8_t byte)
{
    const struct note note = {.from_s = 1};
    uint8_t data[FRAME_HEADER_BYTES + 1];

    frame_write_header(data, kind, number, 1);
    data[FRAME_HEADER_BYTES] = byte;
    plan_send_reply(verifier, &note, data, sizeof(data));
}

void plan_run_once(void)
{
    event_base_loop(plan.base, EVLOOP_NONBLOCK);
}

void plan_assert_resources(size_t index, uint64_t tag)
{
    ck_assert_uint_gt(plan.told.n, index);
    ck_assert_uint_eq(plan.told.tags[index], tag);
    ck_assert_uint_eq(plan.told.kinds[index], FRAME_KIND_ERROR);
    ck_assert_uint_eq(plan.told.payloads[index][1], ERROR_RESOURCES);
}
