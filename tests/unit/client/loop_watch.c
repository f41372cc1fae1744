/* SPDX-License-Identifier: MIT */
#include "tests/unit/client/loop_watch.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"

#define US_PER_MS 1000

/* A question that has not been answered. */
struct watched_question {
    struct loop_watch *watch;
    int64_t due_us;
};

static void note_longest(int64_t *longestp, int64_t us)
{
    if (us > *longestp)
        *longestp = us;
}

static void take_answer(void *context, int result, struct certname_verdict *verdict)
{
    struct watched_question *question = context;
    struct loop_watch *watch = question->watch;
    int64_t late_us = clock_now_us() - question->due_us;

    watch->n++;
    watch->n_accepted += certname_accepts(result, CERTNAME_NAME_MATCHES) == 1;
    watch->n_refused += result == CERTNAME_NOT_VERIFIED;
    if (result < 0) {
        watch->last_error = result;
        note_longest(&watch->early_us, -late_us);
    }
    note_longest(&watch->late_us, late_us);
    (void)certname_verdict_free(verdict);
    free(question);
}

int loop_watch_ask(struct loop_watch *watch, struct certname_client *client,
                   const struct certname_question *question, unsigned timeout_ms)
{
    struct watched_question *watched = malloc(sizeof(*watched));
    int r;

    if (!watched)
        return CERTNAME_ERR_MEMORY;
    *watched = (struct watched_question){watch, clock_now_us() + (int64_t)timeout_ms * US_PER_MS};
    r = certname_ask(client, question, take_answer, watched);
    if (r)
        free(watched);
    return r;
}

static long count_interruptions(void)
{
    struct rusage usage = {0};

    (void)getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nivcsw;
}

int loop_watch_step(struct loop_watch *watch, struct certname_client *client)
{
    long before = count_interruptions();
    int64_t cpu_us = clock_cpu_us();
    int64_t wall_us = clock_now_us();
    int r = certname_process(client);

    wall_us = clock_now_us() - wall_us;
    cpu_us = clock_cpu_us() - cpu_us;
    watch->cpu_us += cpu_us;
    if (count_interruptions() == before) {
        note_longest(&watch->gap_us, wall_us);
    } else {
        note_longest(&watch->gap_us, cpu_us);
        watch->stolen_us += wall_us - cpu_us;
    }
    return r;
}

/* Waits for an event, and notes by how much the wait was longer than requested. */
static void wait_for_event(struct loop_watch *watch, struct certname_client *client)
{
    int wait_ms = certname_client_wait_ms(client);
    int64_t begun_us = clock_now_us();
    struct pollfd watched = {.fd = certname_client_fd(client),
                             .events = (short)certname_client_events(client)};
    int64_t over_us;

    (void)poll(&watched, 1, wait_ms);
    if (wait_ms < 0)
        return;
    over_us = clock_now_us() - begun_us - (int64_t)wait_ms * US_PER_MS;
    if (over_us > 0)
        watch->stolen_us += over_us;
}

int loop_watch_run(struct loop_watch *watch, struct certname_client *client)
{
    for (;;) {
        int r = loop_watch_step(watch, client);

        if (r <= 0)
            return r;
        wait_for_event(watch, client);
    }
}
