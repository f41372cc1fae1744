/* SPDX-License-Identifier: MIT */

/*
 * Makes random sequences of requests, replies, epochs, ends of verifiers and clock steps, and
 * compares the answers with a model that knows when each answer is right. Each answer must be right
 * for the class of its requester, in an epoch and at a moment since the request; a cached answer
 * must be right in the present epoch and now; and every request must be answered in the end. In
 * every third run some allocations fail: requests may then stay unanswered, but no answer may be
 * wrong.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/front/verifiers_fixture.h"

#define QUESTIONS_COUNT 6
#define VERIFIERS_COUNT 3
#define STEPS_COUNT     8000
#define RUNS_COUNT      40

/* The payload of a verdict, from which the test can tell whether the verdict is right. */
struct verdict {
    uint64_t epoch;
    uint32_t client_class;
    uint32_t question;
    int64_t period;
};

struct verifier {
    uint32_t number;
    uint64_t epoch;
    int socket;
    bool begun;
    struct taken taken;
    struct verdict verdict;
};

struct request {
    bool open;
    size_t requester;
    uint32_t question;
    size_t step;
};

struct moment {
    uint64_t epoch;
    int64_t now_s;
    uint32_t classes[REQUESTERS_COUNT];
};

static struct play play;
static struct verifier verifiers[VERIFIERS_COUNT];
static struct request requests[STEPS_COUNT];
static struct moment moments[STEPS_COUNT + 1];
static uint64_t state;
static uint32_t last_number;
static size_t n_seen, step;
static bool memory_fails; /* whether allocations fail in this run */

/* While this is set, one allocation in sixteen fails. */
static bool failing;
static unsigned n_failed_allocations;

/* The linker makes the static libraries call these functions instead of libc's. */
void *__real_malloc(size_t len);
void *__real_calloc(size_t n, size_t len);
void *__wrap_malloc(size_t len);
void *__wrap_calloc(size_t n, size_t len);

static bool fails(void)
{
    static uint32_t chance = 1;

    if (!failing)
        return false;
    chance = chance * 1664525u + 1013904223u;
    n_failed_allocations += chance >> 28 == 0;
    return chance >> 28 == 0;
}

void *__wrap_malloc(size_t len)
{
    return fails() ? NULL : __real_malloc(len);
}

void *__wrap_calloc(size_t n, size_t len)
{
    return fails() ? NULL : __real_calloc(n, len);
}

static uint32_t draw(uint32_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33) % below;
}

/* Returns for how many seconds the answer to a question stays the same. */
static int64_t period_of(uint32_t question)
{
    return 1 + (int64_t)question * question * 7;
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static void add_verifier(struct verifier *verifier)
{
    *verifier = (struct verifier){
        .number = ++last_number,
        .epoch = play_settings(&play)->epoch,
    };
    verifier->socket = play_add_verifier(&play, verifier->number, verifier->epoch);
}

/*
 * Checks that the answer was right for an epoch in force, and for a moment, since the request. The
 * epoch and the moment may not belong together, because a task at work when the next epoch comes
 * ends in its old epoch.
 */
static void check_verdict(const struct verdict *verdict, const struct request *request,
                          size_t first)
{
    int64_t period = period_of(request->question);
    bool in_force = false, at_the_time = false;

    ck_assert_uint_eq(verdict->question, request->question);
    for (size_t i = first; i <= step; i++) {
        const struct moment *moment = &moments[i];

        in_force = in_force || (verdict->epoch == moment->epoch &&
                                verdict->client_class == moment->classes[request->requester]);
        at_the_time = at_the_time || verdict->period == floor_div(moment->now_s, period);
    }
    ck_assert_msg(in_force && at_the_time,
                  "step %zu: an answer that has not been true since step %zu (%d, %d)", step, first,
                  in_force, at_the_time);
}

static void check_answers(void)
{
    for (; n_seen < play.n_told; n_seen++) {
        const struct given_answer *told = &play.told[n_seen % ANSWERS_COUNT];
        struct request *request = &requests[told->tag];
        struct verdict verdict;

        ck_assert(request->open);
        ck_assert_ptr_eq(told->requester, &play.requesters[request->requester]);
        request->open = false;
        if (told->kind == FRAME_KIND_ERROR)
            continue;
        ck_assert_uint_eq(told->n_payload, sizeof(verdict));
        memcpy(&verdict, told->payload, sizeof(verdict));
        check_verdict(&verdict, request, request->step);
    }
}

static void ask(void)
{
    struct request *request = &requests[step];
    struct verdict verdict;
    int r;

    *request = (struct request){
        .requester = draw(REQUESTERS_COUNT),
        .question = draw(QUESTIONS_COUNT),
        .step = step,
    };
    failing = memory_fails;
    r = play_ask(&play, request->requester, step, &request->question, sizeof(request->question));
    failing = false;
    if (r == DISPATCH_KNOWN) {
        memcpy(&verdict, play.known.payload, sizeof(verdict));
        check_verdict(&verdict, request, step);
    }
    request->open = r == DISPATCH_WAITS;
}

/* Lets the verifier determine the answer now; it replies later. */
static void begin(struct verifier *verifier)
{
    if (verifier->begun || !play_take(verifier->socket, &verifier->taken))
        return;
    verifier->begun = true;
    ck_assert_uint_eq(verifier->taken.n_payload, sizeof(uint32_t));
    verifier->verdict = (struct verdict){
        .epoch = verifier->epoch,
        .client_class = verifier->taken.ask.client_class,
    };
    memcpy(&verifier->verdict.question, verifier->taken.payload, sizeof(uint32_t));
    verifier->verdict.period = floor_div(play.now_s, period_of(verifier->verdict.question));
}

static void finish(struct verifier *verifier)
{
    const struct verdict *verdict = &verifier->verdict;
    int64_t period;
    struct note note = {.outcome = 1};

    if (!verifier->begun)
        return;
    verifier->begun = false;
    period = period_of(verdict->question);
    note.from_s = verdict->period * period;
    note.until_s = note.from_s + period - 1;
    if (draw(8) == 0)
        note.until_s = note.from_s - 1;
    play_reply(verifier->socket, verifier->taken.number,
               draw(8) == 0 ? FRAME_KIND_ERROR : FRAME_KIND_VERDICT, &note, verdict,
               sizeof(*verdict));
    failing = memory_fails;
    play_turn(&play);
    failing = false;
}

static void replace(struct verifier *verifier)
{
    close(verifier->socket);
    dispatch_lose_verifier(play.dispatch, verifier->number,
                           draw(2) ? CONTROL_CAUSE_OTHER : CONTROL_CAUSE_CRASH);
    add_verifier(verifier);
}

static void switch_epoch(void)
{
    for (size_t i = 0; i < REQUESTERS_COUNT; i++)
        play.classes[i] = draw(3);
    failing = memory_fails;
    play_next_epoch(&play);
    failing = false;
    /* New verifiers are added before the old ones have ended. */
    for (size_t i = 0; i < VERIFIERS_COUNT; i++) {
        if (draw(2))
            replace(&verifiers[i]);
    }
}

static void take_step(void)
{
    static const int64_t jumps[] = {1, 1, 2, 60, 3600, -1, -60, -100000};
    struct verifier *verifier = &verifiers[draw(VERIFIERS_COUNT)];
    uint32_t what = draw(200);

    if (what < 90)
        ask();
    else if (what < 130)
        begin(verifier);
    else if (what < 170)
        finish(verifier);
    else if (what < 190)
        play.now_s += jumps[draw(8)];
    else if (what < 193)
        replace(verifier);
    else if (what < 194)
        switch_epoch();
    else if (what < 195)
        dispatch_abandon(play.dispatch, &play.requesters[draw(REQUESTERS_COUNT)]);
    else
        play_turn(&play);
}

static void note_moment(void)
{
    moments[step].epoch = play_settings(&play)->epoch;
    moments[step].now_s = play.now_s;
    memcpy(moments[step].classes, play.classes, sizeof(play.classes));
}

/* Marks requests of requesters that are gone as no longer waiting. */
static void drop_abandoned(void)
{
    for (size_t i = 0; i <= step && i < STEPS_COUNT; i++) {
        if (requests[i].open && play.requesters[requests[i].requester].n_pending == 0)
            requests[i].open = false;
    }
}

static void settle(void)
{
    for (size_t i = 0; i < VERIFIERS_COUNT; i++) {
        if (verifiers[i].epoch != play_settings(&play)->epoch)
            replace(&verifiers[i]);
    }
    for (unsigned round = 0; round < 1000 && dispatch_in_flight(play.dispatch) > 0; round++) {
        for (size_t i = 0; i < VERIFIERS_COUNT; i++) {
            begin(&verifiers[i]);
            finish(&verifiers[i]);
        }
        play_turn(&play);
        check_answers();
    }
    ck_assert_uint_eq(dispatch_in_flight(play.dispatch), 0);
}

START_TEST(answers_are_true)
{
    play_begin(&play);
    state = (uint64_t)_i + 1;
    memory_fails = _i % 3 == 2;
    n_seen = 0;
    memset(requests, 0, sizeof(requests));
    /* The cache is so small that answers are evicted. In every other run answers are not shared
     * between uids. */
    play_settings(&play)->limits.cache_bytes = 6000;
    play_settings(&play)->limits.shared_cache = _i % 2 == 0;
    play_next_epoch(&play);
    for (size_t i = 0; i < VERIFIERS_COUNT; i++)
        add_verifier(&verifiers[i]);
    for (step = 0; step < STEPS_COUNT; step++) {
        note_moment();
        take_step();
        /* The answer is compared with the moment after the step too. */
        if (step + 1 < STEPS_COUNT) {
            step++;
            note_moment();
        }
        check_answers();
        drop_abandoned();
    }
    step = STEPS_COUNT;
    note_moment();
    settle();
    ck_assert_uint_gt(play.monitor.statistics.n_shared, 10);
    if (memory_fails)
        ck_assert_uint_gt(n_failed_allocations, 10);
    else
        ck_assert_uint_gt(play.monitor.statistics.n_hits, 10);
    for (size_t i = 0; i < VERIFIERS_COUNT; i++)
        close(verifiers[i].socket);
    play_end(&play);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sharing-model");
    TCase *cases = tcase_create("model");
    SRunner *runner = srunner_create(suite);
    int n_failed;

    /* Hides the warnings about verifiers that the test ends. */
    if (!freopen("/dev/null", "w", stderr))
        return EXIT_FAILURE;
    tcase_add_loop_test(cases, answers_are_true, 0, RUNS_COUNT);
    tcase_set_timeout(cases, 120);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_ENV);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
