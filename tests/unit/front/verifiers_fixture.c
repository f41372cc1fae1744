/* SPDX-License-Identifier: MIT */
#include "tests/unit/front/verifiers_fixture.h"
#include "daemon/limits.h"

#include <check.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * The struct play of the running test, because the callbacks for requesters have no context except
 * the requester.
 */
static struct play *current;

static void on_answer(struct requester *requester, uint64_t tag, uint8_t kind,
                      const uint8_t *payload, size_t n)
{
    struct given_answer *told = &current->told[current->n_told % ANSWERS_COUNT];

    current->n_told++;
    *told = (struct given_answer){.requester = requester, .tag = tag, .kind = kind, .n_payload = n};
    memcpy(told->payload, payload, n < sizeof(told->payload) ? n : sizeof(told->payload));
}

static uint32_t on_classify(struct requester *requester)
{
    return current->classes[requester - current->requesters];
}

static void on_report(void *context, uint32_t verifier, enum control_kind kind)
{
    struct play *play = context;

    if (kind == CONTROL_OVERRUN)
        play->overrun = verifier;
    else
        play->at_work = verifier;
}

static int64_t on_clock(void *context, bool exact)
{
    struct play *play = context;

    (void)exact;
    return play->now_s;
}

struct settings *play_settings(struct play *play)
{
    return &play->settings[play->in_force];
}

uint64_t play_next_epoch(struct play *play)
{
    struct settings *next = &play->settings[1 - play->in_force];

    next->limits = play_settings(play)->limits;
    next->epoch = play_settings(play)->epoch + 1;
    play->in_force = 1 - play->in_force;
    dispatch_set_epoch(play->dispatch, next);
    return next->epoch;
}

void play_begin(struct play *play)
{
    const struct dispatch_callbacks callbacks = {
        .answer = on_answer,
        .classify = on_classify,
        .notify_supervisor = on_report,
        .context = play,
        .clock = on_clock,
        .clock_context = play,
    };

    /* So that writing to a verifier that has ended fails with EPIPE. */
    signal(SIGPIPE, SIG_IGN);
    *play = (struct play){.now_s = 1000000, .monitor.recorder = RECORDER_NULL};
    current = play;
    limits_set_defaults(&play->settings[0].limits);
    play->settings[0].limits.workers = LIMIT_VERIFIERS_COUNT;
    play->settings[0].limits.cpu_per_uid_ms = 0;
    account_table_init(&play->accounts);
    play->base = event_base_new();
    ck_assert_int_eq(audit_new(&play->monitor.audit, play->base), 0);
    ck_assert_int_eq(dispatch_new(&play->dispatch, play->base, &callbacks, &play->accounts,
                                  &play->monitor, &play->settings[0]),
                     0);
    for (size_t i = 0; i < REQUESTERS_COUNT; i++) {
        LIST_INIT(&play->requesters[i].pending);
        play->requesters[i].uid = (uid_t)i + 1;
        play->requesters[i].account = account_find(&play->accounts, (uid_t)i + 1);
        account_charge(play->requesters[i].account, ACCOUNT_CONNECTIONS, 1);
    }
    play_next_epoch(play);
}

void play_end(struct play *play)
{
    for (size_t i = 0; i < REQUESTERS_COUNT; i++)
        dispatch_abandon(play->dispatch, &play->requesters[i]);
    dispatch_free(play->dispatch);
    for (size_t i = 0; i < REQUESTERS_COUNT; i++) {
        ck_assert_uint_eq(play->requesters[i].account->charged[ACCOUNT_REQUESTS], 0);
        account_release(play->requesters[i].account, ACCOUNT_CONNECTIONS, 1);
    }
    audit_free(play->monitor.audit);
    account_table_deinit(&play->accounts);
    event_base_free(play->base);
}

int play_add_verifier(struct play *play, uint32_t number, uint64_t epoch)
{
    const struct control_message message = {
        .kind = CONTROL_VERIFIER,
        .verifier = number,
        .epoch = epoch,
        .pid = 1000 + (int)number,
    };
    int pair[2];

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    ck_assert_int_eq(dispatch_add_verifier(play->dispatch, &message, pair[0]), 0);
    return pair[1];
}

int play_ask(struct play *play, size_t requester, uint64_t tag, const void *payload, size_t n)
{
    return dispatch_submit(play->dispatch, &play->requesters[requester], tag, payload, n,
                           &play->known, &play->refusal);
}

bool play_take(int verifier, struct taken *taken)
{
    uint8_t data[sizeof(struct ask) + FRAME_HEADER_BYTES + 64];
    const uint8_t *frame = data + sizeof(struct ask);
    struct frame_header header;
    ssize_t n = recv(verifier, data, sizeof(data), MSG_DONTWAIT);

    if (n <= 0)
        return false;
    ck_assert_int_ge(n, (ssize_t)(sizeof(struct ask) + FRAME_HEADER_BYTES));
    memcpy(&taken->ask, data, sizeof(taken->ask));
    ck_assert_int_eq(frame_peek(&header, frame, (size_t)n - sizeof(struct ask), sizeof(data)),
                     FRAME_COMPLETE);
    taken->number = header.tag;
    taken->n_payload = header.length - FRAME_HEADER_BYTES;
    memcpy(taken->payload, frame + FRAME_HEADER_BYTES, taken->n_payload);
    return true;
}

void play_reply(int verifier, uint64_t number, uint8_t kind, const struct note *note,
                const void *payload, size_t n)
{
    uint8_t data[sizeof(*note) + FRAME_HEADER_BYTES + 64];
    size_t len = sizeof(*note) + FRAME_HEADER_BYTES + n;

    ck_assert_uint_le(len, sizeof(data));
    memcpy(data, note, sizeof(*note));
    frame_write_header(data + sizeof(*note), kind, number, n);
    memcpy(data + sizeof(*note) + FRAME_HEADER_BYTES, payload, n);
    ck_assert_int_eq(send(verifier, data, len, MSG_NOSIGNAL), (ssize_t)len);
}

void play_turn(struct play *play)
{
    /* Two replies of one verifier need two runs of the loop. */
    event_base_loop(play->base, EVLOOP_NONBLOCK);
    event_base_loop(play->base, EVLOOP_NONBLOCK);
}

const struct given_answer *play_find(const struct play *play, uint64_t tag)
{
    for (size_t i = play->n_told; i > 0 && i + ANSWERS_COUNT > play->n_told; i--) {
        const struct given_answer *told = &play->told[(i - 1) % ANSWERS_COUNT];

        if (told->tag == tag)
            return told;
    }
    return NULL;
}
