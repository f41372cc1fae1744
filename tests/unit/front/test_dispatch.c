/* SPDX-License-Identifier: MIT */

/*
 * Tests of dispatch without verifier processes, which the test plays at the other ends of socket
 * pairs: turns between uids, quotas, and what happens to a request whose verifier ends.
 */

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/clock.h"
#include "daemon/front/dispatch.h"
#include "daemon/ipc/note.h"
#include "daemon/limits.h"
#include "proto/error.h"
#include "proto/limits.h"

/* The answers that requesters have received. */
struct given_answer {
    size_t n;
    uint64_t tags[64];
    uint8_t kinds[64];
    uint8_t payloads[64][32];
};

static struct event_base *base;
static struct dispatch *dispatch;
static struct account_table accounts;
static struct requester requesters[3];
static struct monitor monitor;
static struct settings settings;
static struct dispatch_refusal refusal;
static struct answer known;
static struct given_answer told;
static uint32_t overrun, at_work;

static void on_answer(struct requester *requester, uint64_t tag, uint8_t kind,
                      const uint8_t *payload, size_t n)
{
    struct given_answer *to = &told;

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
        overrun = verifier;
    else
        at_work = verifier;
}

static uint32_t on_classify(struct requester *requester)
{
    (void)requester;
    return CLIENT_CLASS_NONE;
}

static const struct dispatch_callbacks usual_callbacks = {
    .answer = on_answer,
    .classify = on_classify,
    .notify_supervisor = on_report,
};

static void make_dispatch(const struct dispatch_callbacks *callbacks)
{
    ck_assert_int_eq(dispatch_new(&dispatch, base, callbacks, &accounts, &monitor, &settings), 0);
}

/* Returns the requester for a uid: uids 1 and 2 have one each, all others share the third. */
static struct requester *find_requester(uid_t uid)
{
    struct requester *requester = &requesters[uid == 1 ? 0 : uid == 2 ? 1 : 2];

    requester->uid = uid;
    requester->account = account_find(&accounts, uid);
    return requester;
}

static void setup(void)
{
    signal(SIGPIPE, SIG_IGN); /* so that writing to a verifier that has ended fails with EPIPE */
    memset(&told, 0, sizeof(told));
    overrun = at_work = 0;
    memset(&settings, 0, sizeof(settings));
    memset(&monitor, 0, sizeof(monitor));
    monitor.recorder = RECORDER_NULL;
    limits_set_defaults(&settings.limits);
    settings.limits.workers = LIMIT_VERIFIERS_COUNT;
    settings.limits.in_flight_per_connection = UINT32_MAX;
    for (size_t i = 0; i < 3; i++) {
        LIST_INIT(&requesters[i].pending);
        requesters[i].n_pending = 0;
    }
    account_table_init(&accounts);
    base = event_base_new();
    ck_assert_int_eq(audit_new(&monitor.audit, base), 0);
    make_dispatch(&usual_callbacks);
}

static void abandon_all(void)
{
    for (size_t i = 0; i < 3; i++)
        dispatch_abandon(dispatch, &requesters[i]);
}

static void teardown(void)
{
    abandon_all();
    dispatch_free(dispatch);
    audit_free(monitor.audit);
    account_table_deinit(&accounts);
    event_base_free(base);
}

/* Adds a verifier with this number. Returns the test's end of its socket. */
static int add_verifier(uint32_t number)
{
    struct control_message message = {.kind = CONTROL_VERIFIER};
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    message.verifier = number;
    message.pid = 1000 + (int)number;
    ck_assert_int_eq(dispatch_add_verifier(dispatch, &message, pair[0]), 0);
    return pair[1];
}

/* Submits a request. Returns 0 if it waits, DISPATCH_KNOWN, or the code of the error. */
static int submit_bytes(uid_t uid, uint64_t tag, const uint8_t *payload, size_t n)
{
    int r = dispatch_submit(dispatch, find_requester(uid), tag, payload, n, &known, &refusal);

    return r == DISPATCH_REFUSED ? (int)refusal.code : r;
}

static int submit(uid_t uid, uint64_t tag)
{
    uint8_t payload = (uint8_t)tag;

    return submit_bytes(uid, tag, &payload, 1);
}

/* Receives a request at a verifier's end. Its payload is one byte, the client's tag, which is
 * returned; 0 if there is no request. */
static uint64_t take(int verifier, struct frame_header *header)
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

static void send_reply(int verifier, const struct note *note, const uint8_t *frame, size_t len)
{
    uint8_t data[sizeof(*note) + 64];

    ck_assert_uint_le(len, 64);
    memcpy(data, note, sizeof(*note));
    memcpy(data + sizeof(*note), frame, len);
    ck_assert_int_eq(send(verifier, data, sizeof(*note) + len, 0), (ssize_t)(sizeof(*note) + len));
}

static void reply(int verifier, uint64_t number, uint8_t kind, uint8_t byte)
{
    const struct note note = {.from_s = 1};
    uint8_t data[FRAME_HEADER_BYTES + 1];

    frame_write_header(data, kind, number, 1);
    data[FRAME_HEADER_BYTES] = byte;
    send_reply(verifier, &note, data, sizeof(data));
}

static void run_once(void)
{
    event_base_loop(base, EVLOOP_NONBLOCK);
}

static void assert_resources(size_t index, uint64_t tag)
{
    ck_assert_uint_gt(told.n, index);
    ck_assert_uint_eq(told.tags[index], tag);
    ck_assert_uint_eq(told.kinds[index], FRAME_KIND_ERROR);
    ck_assert_uint_eq(told.payloads[index][1], ERROR_RESOURCES);
}

START_TEST(request_goes_and_answer_comes_back)
{
    int verifier = add_verifier(1);
    struct frame_header header;

    ck_assert_int_eq(submit(7, 42), 0);
    ck_assert_uint_eq(take(verifier, &header), 42);
    reply(verifier, header.tag, FRAME_KIND_VERDICT, 0x55);
    run_once();
    ck_assert_uint_eq(told.n, 1);
    ck_assert_uint_eq(told.tags[0], 42);
    ck_assert_uint_eq(told.kinds[0], FRAME_KIND_VERDICT);
    ck_assert_uint_eq(told.payloads[0][0], 0x55);
    ck_assert_uint_eq(dispatch_in_flight(dispatch), 0);
    close(verifier);
}
END_TEST

/*
 * A uid with many queued requests and one with few take turns, after the requests that the verifier
 * has already been given.
 */
START_TEST(uids_take_turns)
{
    static const uint64_t expected[] = {1, 2, 3, 10, 4, 11};
    int verifier = add_verifier(1);
    struct frame_header header;

    for (uint64_t tag = 1; tag <= 4; tag++)
        ck_assert_int_eq(submit(100, tag), 0);
    ck_assert_int_eq(submit(200, 10), 0);
    ck_assert_int_eq(submit(200, 11), 0);
    for (size_t i = 0; i < 6; i++) {
        ck_assert_uint_eq(take(verifier, &header), expected[i]);
        reply(verifier, header.tag, FRAME_KIND_VERDICT, 0);
        run_once();
    }
    ck_assert_uint_eq(told.n, 6);
    close(verifier);
}
END_TEST

START_TEST(death_of_another_cause_is_tried_once_more)
{
    int first = add_verifier(1), second, third;
    struct frame_header header;

    ck_assert_int_eq(submit(1, 5), 0);
    ck_assert_uint_eq(take(first, &header), 5);
    close(first);
    run_once();
    second = add_verifier(2);
    ck_assert_uint_eq(take(second, &header), 0);
    dispatch_lose_verifier(dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(told.n, 0);
    ck_assert_uint_eq(at_work, 1);
    ck_assert_uint_eq(take(second, &header), 5);
    close(second);
    third = add_verifier(3);
    dispatch_lose_verifier(dispatch, 2, CONTROL_CAUSE_OTHER);
    assert_resources(0, 5);
    ck_assert_uint_eq(take(third, &header), 0);
    close(third);
}
END_TEST

START_TEST(death_of_its_own_cpu_time_is_not)
{
    int first = add_verifier(1), second;
    struct frame_header header;

    ck_assert_int_eq(submit(1, 5), 0);
    second = add_verifier(2);
    close(first);
    dispatch_lose_verifier(dispatch, 1, CONTROL_CAUSE_CPU);
    assert_resources(0, 5);
    ck_assert_uint_eq(take(second, &header), 0);
    /* The request that failed is refused without being given to a verifier; another request is
     * given to one. */
    ck_assert_int_eq(submit(2, 5), ERROR_RESOURCES);
    ck_assert_uint_gt(strlen(refusal.text), 0);
    ck_assert_int_eq(submit(2, 6), 0);
    ck_assert_uint_eq(take(second, &header), 6);
    close(second);
}
END_TEST

/*
 * A request for which a verifier ran out of memory, as its note says, is remembered as costly; a
 * request whose verifier was killed is not.
 */
START_TEST(memory_is_remembered_and_crashes_are_not)
{
    int verifier = add_verifier(1);
    uint8_t data[FRAME_HEADER_BYTES + 1] = {0};
    struct frame_header header;

    ck_assert_int_eq(submit(1, 5), 0);
    ck_assert_uint_eq(take(verifier, &header), 5);
    frame_write_header(data, FRAME_KIND_ERROR, header.tag, 1);
    send_reply(verifier, &(struct note){.from_s = 1, .flags = NOTE_REMEMBER}, data, sizeof(data));
    run_once();
    ck_assert_uint_eq(told.n, 1);
    ck_assert_int_eq(submit(1, 5), ERROR_RESOURCES);

    for (uint32_t number = 2; number <= 3; number++) {
        if (number == 2)
            ck_assert_int_eq(submit(1, 7), 0);
        dispatch_lose_verifier(dispatch, number - 1, CONTROL_CAUSE_OTHER);
        close(verifier);
        verifier = add_verifier(number);
    }
    dispatch_lose_verifier(dispatch, 3, CONTROL_CAUSE_OTHER);
    assert_resources(1, 7);
    ck_assert_int_eq(submit(1, 7), 0);
    close(verifier);
}
END_TEST

/* A request that crashed two verifiers is not given to a third for a minute. */
START_TEST(crashes_are_remembered)
{
    int verifiers[2];

    for (uint32_t i = 0; i < 2; i++)
        verifiers[i] = add_verifier(i + 1);
    ck_assert_int_eq(submit(1, 5), 0);
    dispatch_lose_verifier(dispatch, 1, CONTROL_CAUSE_CRASH);
    ck_assert_uint_eq(told.n, 0);
    dispatch_lose_verifier(dispatch, 2, CONTROL_CAUSE_CRASH);
    assert_resources(0, 5);
    ck_assert_int_eq(submit(1, 5), ERROR_RESOURCES);
    ck_assert_int_eq(submit(1, 6), 0);
    for (uint32_t i = 0; i < 2; i++)
        close(verifiers[i]);
}
END_TEST

/* CONTROL_AT_WORK is not sent for a verifier that ended without a request at work. */
START_TEST(idle_death_is_told_apart)
{
    int verifier = add_verifier(1);

    close(verifier);
    dispatch_lose_verifier(dispatch, 1, CONTROL_CAUSE_CRASH);
    ck_assert_uint_eq(at_work, 0);
}
END_TEST

START_TEST(uid_has_its_bytes_and_others_theirs)
{
    static uint8_t payload[LIMIT_FRAME_BYTES - FRAME_HEADER_BYTES];
    size_t n = LIMIT_QUEUED_PER_UID_BYTES / LIMIT_FRAME_BYTES;

    for (size_t i = 0; i < n; i++) {
        payload[0] = (uint8_t)i;
        ck_assert_int_eq(submit_bytes(1, i, payload, sizeof(payload)), 0);
    }
    ck_assert_int_eq(submit_bytes(1, n, payload, sizeof(payload)), ERROR_BUSY);
    ck_assert_int_eq(submit(2, 1), 0);
}
END_TEST

/*
 * Fills the queue with the largest frames of accounts from 10 on, for each as many as it may have,
 * until the queue has no room left for such accounts. Returns the account that was refused.
 */
static uid_t fill_queue(uint8_t *payload, size_t n)
{
    static uint32_t number;

    for (uid_t uid = 10; uid < 30; uid++) {
        do {
            number++;
            memcpy(payload, &number, sizeof(number));
        } while (submit_bytes(uid, number, payload, n) == 0);
        if (monitor.statistics.busy[BUSY_QUEUED] > 0)
            return uid;
    }
    ck_abort_msg("the queue takes everything");
}

/* The last part of the queue is reserved for root and for accounts with few bytes in the queue. */
START_TEST(queue_has_a_reserve)
{
    static uint8_t payload[LIMIT_FRAME_BYTES - FRAME_HEADER_BYTES];
    const size_t reserve = LIMIT_QUEUED_BYTES / LIMIT_RESERVED_QUEUE_PART;
    struct dispatch_figures figures;

    ck_assert_uint_gt(fill_queue(payload, sizeof(payload)), 10);
    dispatch_measure(dispatch, &figures);
    ck_assert_uint_le(figures.queued_bytes, LIMIT_QUEUED_BYTES - reserve);
    ck_assert_uint_gt(figures.queued_bytes, LIMIT_QUEUED_BYTES - reserve - LIMIT_FRAME_BYTES);
    for (uint8_t i = 0; i < 4; i++) {
        payload[8] = (uint8_t)(i + 1);
        ck_assert_int_eq(submit_bytes(0, i, payload, sizeof(payload)), 0);
    }
    payload[9] = 1;
    ck_assert_int_eq(submit_bytes(2, 1, payload, sizeof(payload)), 0);
    payload[9] = 2;
    ck_assert_int_eq(submit_bytes(2, 2, payload, sizeof(payload)), 0);
    payload[9] = 3;
    ck_assert_int_eq(submit_bytes(2, 3, payload, sizeof(payload)), ERROR_BUSY);
}
END_TEST

/*
 * Accounts that have used much CPU time recently leave most turns to root and to accounts that have
 * not, but still get some turns.
 */
START_TEST(turns_have_a_reserve)
{
    struct frame_header header;
    size_t n_greedy = 0;
    int verifier;

    for (uid_t uid = 10; uid < 13; uid++) {
        find_requester(uid)->account->recent_us = 3000000;
        find_requester(uid)->account->recent_ms = clock_now_ms();
        for (uint64_t n = 0; n < 4; n++)
            ck_assert_int_eq(submit(uid, uid * 10 + n), 0);
    }
    for (uint64_t n = 0; n < 12; n++)
        ck_assert_int_eq(submit(0, 1 + n), 0);
    ck_assert_int_eq(submit(2, 99), 0);
    verifier = add_verifier(1);
    for (size_t i = 0; i < 12; i++) {
        uint64_t tag = take(verifier, &header);

        n_greedy += tag >= 100;
        reply(verifier, header.tag, FRAME_KIND_VERDICT, 0);
        run_once();
        if (i == 3)
            ck_assert(told.tags[0] == 99 || told.tags[1] == 99 || told.tags[2] == 99 ||
                      told.tags[3] == 99);
    }
    ck_assert_uint_ge(n_greedy, 2);
    ck_assert_uint_le(n_greedy, 4);
    close(verifier);
}
END_TEST

/*
 * A verifier that has served for its time is closed while it is idle, and another one serves. A
 * single verifier is not closed.
 */
START_TEST(verifiers_rotate)
{
    int first = add_verifier(1), second;
    int64_t later_ms = clock_now_ms() + LIMIT_VERIFIER_SERVES_MS + 1000;
    struct frame_header header, other;
    uint8_t byte;

    ck_assert(!dispatch_rotate(dispatch, later_ms));
    ck_assert_int_eq(submit(1, 5), 0);
    ck_assert_uint_eq(take(first, &header), 5);
    ck_assert(!dispatch_rotate(dispatch, later_ms));
    second = add_verifier(2);
    ck_assert(!dispatch_rotate(dispatch, clock_now_ms()));
    /* The first verifier ends the request at work and is given no other. */
    ck_assert(dispatch_rotate(dispatch, later_ms));
    ck_assert(!dispatch_rotate(dispatch, later_ms));
    ck_assert_int_eq(submit(1, 6), 0);
    ck_assert_uint_eq(take(second, &other), 6);
    ck_assert_int_eq(recv(first, &byte, 1, MSG_DONTWAIT), -1);
    reply(first, header.tag, FRAME_KIND_VERDICT, 0x55);
    run_once();
    ck_assert_uint_eq(told.n, 1);
    ck_assert_int_eq(recv(first, &byte, 1, MSG_DONTWAIT), 0);
    dispatch_lose_verifier(dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(monitor.statistics.ended[CONTROL_CAUSE_RETIRED], 1);
    ck_assert_uint_eq(overrun, 0);
    close(first);
    close(second);
}
END_TEST

/* A reply is used even if its verifier ended before the front read it. */
START_TEST(reply_before_death_counts)
{
    int verifier = add_verifier(1);
    struct frame_header header;

    ck_assert_int_eq(submit(1, 5), 0);
    ck_assert_uint_eq(take(verifier, &header), 5);
    reply(verifier, header.tag, FRAME_KIND_VERDICT, 9);
    close(verifier);
    dispatch_lose_verifier(dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(told.n, 1);
    ck_assert_uint_eq(told.kinds[0], FRAME_KIND_VERDICT);
}
END_TEST

static const struct {
    const char *intent;
    uint64_t off_by;
    uint8_t kind, version;
    uint32_t length;
} nonsense[] = {
    {"another request's number", 1, FRAME_KIND_VERDICT, FRAME_VERSION, 17},
    {"a kind that is no reply", 0, FRAME_KIND_VERIFY, FRAME_VERSION, 17},
    {"another version", 0, FRAME_KIND_VERDICT, 2, 17},
    {"a length beyond what came", 0, FRAME_KIND_VERDICT, FRAME_VERSION, 18},
    {"a length short of what came", 0, FRAME_KIND_VERDICT, FRAME_VERSION, 16},
};

/*
 * If a verifier sends something malformed, it is condemned, what it sent reaches no client, and the
 * request is given to another verifier.
 */
START_TEST(nonsense_is_reported_and_reaches_nobody)
{
    int liar = add_verifier(1), honest;
    uint8_t data[FRAME_HEADER_BYTES + 1] = {0};
    struct frame_header header;

    ck_assert_int_eq(submit(1, 5), 0);
    ck_assert_uint_eq(take(liar, &header), 5);
    frame_write_header(data, nonsense[_i].kind, header.tag + nonsense[_i].off_by, 1);
    data[3] = (uint8_t)nonsense[_i].length;
    data[4] = nonsense[_i].version;
    send_reply(liar, &(struct note){.from_s = 1}, data, sizeof(data));
    run_once();
    ck_assert_msg(overrun == 1, "%s", nonsense[_i].intent);
    ck_assert_uint_eq(told.n, 0);
    honest = add_verifier(2);
    dispatch_lose_verifier(dispatch, 1, CONTROL_CAUSE_OTHER);
    ck_assert_uint_eq(take(honest, &header), 5);
    close(liar);
    close(honest);
}
END_TEST

/* A reply to no request counts as malformed too. */
START_TEST(unasked_reply_is_reported)
{
    int verifier = add_verifier(1);

    reply(verifier, 1, FRAME_KIND_VERDICT, 0);
    run_once();
    ck_assert_uint_eq(overrun, 1);
    ck_assert_uint_eq(told.n, 0);
    close(verifier);
}
END_TEST

START_TEST(uid_has_its_quota_and_others_theirs)
{
    for (uint64_t i = 0; i < LIMITS_DEFAULT_IN_FLIGHT_PER_UID; i++)
        ck_assert_int_eq(submit(1, 1), 0);
    ck_assert_int_eq(submit(1, 1), ERROR_BUSY);
    ck_assert_uint_gt(strlen(refusal.text), 0);
    ck_assert_int_eq(submit(2, 1), 0);
    abandon_all();
    ck_assert_uint_eq(dispatch_in_flight(dispatch), 0);
    ck_assert_int_eq(submit(1, 1), 0);
}
END_TEST

/*
 * If a verifier has ended and the front has not noticed, a request goes to another verifier, the
 * first one is not condemned, and its last reply is used.
 */
START_TEST(dead_verifier_is_passed_over)
{
    struct frame_header header;
    int first = add_verifier(1), second = add_verifier(2);

    settings.limits.workers = 2;
    ck_assert_int_eq(submit(1, 5), 0);
    ck_assert_uint_eq(take(first, &header), 5);
    ck_assert_int_eq(submit(1, 6), 0);
    ck_assert_uint_eq(take(second, &header), 6);
    reply(second, header.tag, FRAME_KIND_VERDICT, 66);
    close(second);
    run_once();
    ck_assert_uint_eq(told.n, 1);
    ck_assert_uint_eq(told.tags[0], 6);
    second = add_verifier(3);
    close(second);
    second = add_verifier(4);
    ck_assert_int_eq(submit(2, 7), 0);
    ck_assert_uint_eq(take(second, &header), 7);
    ck_assert_uint_eq(overrun, 0);
    close(first);
    close(second);
}
END_TEST

START_TEST(abandoned_request_at_work_ends_quietly)
{
    int verifier = add_verifier(1);
    struct frame_header header;

    for (uint64_t tag = 5; tag <= 7; tag++)
        ck_assert_int_eq(submit(1, tag), 0);
    abandon_all();
    ck_assert_uint_eq(dispatch_in_flight(dispatch), 2);
    for (uint64_t tag = 5; tag <= 6; tag++) {
        ck_assert_uint_eq(take(verifier, &header), tag);
        reply(verifier, header.tag, FRAME_KIND_VERDICT, 0);
        run_once();
    }
    ck_assert_uint_eq(take(verifier, &header), 0);
    ck_assert_uint_eq(told.n, 0);
    ck_assert_uint_eq(dispatch_in_flight(dispatch), 0);
    close(verifier);
}
END_TEST

static bool abandons;

/* Drops all requests of the requester at its first answer, as closing a connection does. */
static void on_answer_abandon(struct requester *requester, uint64_t tag, uint8_t kind,
                              const uint8_t *payload, size_t n)
{
    on_answer(requester, tag, kind, payload, n);
    if (abandons)
        abandon_all();
}

/*
 * Requests that no verifier takes are answered with busy after queue-time. One answer drops the
 * other requests of its requester, which ends the account; the test checks that no freed memory is
 * used then.
 */
START_TEST(late_requests_are_turned_away)
{
    struct dispatch_callbacks callbacks = usual_callbacks;
    const struct timeval patience = {.tv_sec = LIMITS_DEFAULT_QUEUE_TIME / 1000, .tv_usec = 300000};

    abandons = _i == 1;
    callbacks.answer = on_answer_abandon;
    dispatch_free(dispatch);
    make_dispatch(&callbacks);
    for (uint64_t tag = 1; tag <= 3; tag++)
        ck_assert_int_eq(submit(1, tag), 0);
    ck_assert_int_eq(submit(2, 4), 0);
    event_base_loopexit(base, &patience);
    event_base_dispatch(base);
    ck_assert_uint_eq(told.n, abandons ? 1 : 4);
    ck_assert_uint_eq(told.kinds[0], FRAME_KIND_ERROR);
    ck_assert_uint_eq(told.payloads[0][1], ERROR_BUSY);
    ck_assert_uint_eq(dispatch_in_flight(dispatch), 0);
}
END_TEST

START_TEST(nothing_is_taken_while_stopping)
{
    ck_assert_int_eq(submit(1, 1), 0);
    dispatch_stop(dispatch);
    ck_assert_int_eq(submit(1, 2), ERROR_BUSY);
    ck_assert_uint_eq(dispatch_in_flight(dispatch), 1);
}
END_TEST

/*
 * Without a policy the waiting request and the next one are refused with the reason; putting an
 * epoch in force ends that.
 */
START_TEST(without_policy_all_are_refused_with_the_reason)
{
    ck_assert_int_eq(submit(1, 1), 0);
    dispatch_set_unavailable(dispatch, "the reason");
    ck_assert_uint_eq(told.n, 1);
    ck_assert_uint_eq(told.kinds[0], FRAME_KIND_ERROR);
    ck_assert_uint_eq(told.payloads[0][1], ERROR_UNAVAILABLE);
    ck_assert_mem_eq(told.payloads[0] + 4, "the reason", 10);
    ck_assert_uint_eq(dispatch_in_flight(dispatch), 0);

    ck_assert_int_eq(submit(1, 2), ERROR_UNAVAILABLE);
    ck_assert_str_eq(refusal.text, "the reason");
    dispatch_set_epoch(dispatch, &settings);
    ck_assert_int_eq(submit(1, 3), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dispatch");
    TCase *cases = tcase_create("dispatch");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, request_goes_and_answer_comes_back);
    tcase_add_test(cases, uids_take_turns);
    tcase_add_test(cases, death_of_another_cause_is_tried_once_more);
    tcase_add_test(cases, death_of_its_own_cpu_time_is_not);
    tcase_add_test(cases, memory_is_remembered_and_crashes_are_not);
    tcase_add_test(cases, crashes_are_remembered);
    tcase_add_test(cases, idle_death_is_told_apart);
    tcase_add_test(cases, uid_has_its_bytes_and_others_theirs);
    tcase_add_test(cases, queue_has_a_reserve);
    tcase_add_test(cases, turns_have_a_reserve);
    tcase_add_test(cases, verifiers_rotate);
    tcase_add_test(cases, reply_before_death_counts);
    tcase_add_loop_test(cases, nonsense_is_reported_and_reaches_nobody, 0, 5);
    tcase_add_test(cases, unasked_reply_is_reported);
    tcase_add_test(cases, uid_has_its_quota_and_others_theirs);
    tcase_add_test(cases, dead_verifier_is_passed_over);
    tcase_add_test(cases, abandoned_request_at_work_ends_quietly);
    tcase_add_test(cases, nothing_is_taken_while_stopping);
    tcase_add_test(cases, without_policy_all_are_refused_with_the_reason);
    tcase_add_loop_test(cases, late_requests_are_turned_away, 0, 2);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
