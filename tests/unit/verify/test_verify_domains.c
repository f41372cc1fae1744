/* SPDX-License-Identifier: MIT */

/*
 * Compares the time for a verdict with ten thousand domain sections with that for ten, in one
 * process, by medians of alternating rounds. The smaller policy is measured twice, which shows the
 * noise.
 */

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/unit/verify/verify_fixture.h"

#define N_MANY   10000
#define N_FEW    10
#define N_ROUNDS 21
#define N_HOSTS  64
#define N_WORLDS 3
/* The goal is a factor of 1.05; the rest tolerates a busy machine. */
#define BOUND 1.5

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int by_size(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;

    return (one > other) - (one < other);
}

static double median(double *values, size_t n)
{
    qsort(values, n, sizeof(*values), by_size);
    return values[n / 2];
}

/*
 * Asks about N_HOSTS names, of which half are in a domain that has a section. Returns the CPU time
 * in seconds.
 */
static double ask_all(struct world *world, struct bytes leaf)
{
    double begun = seconds();

    for (int i = 0; i < N_HOSTS; i++) {
        struct request request = {.n_references = 0};
        char host[64];

        snprintf(host, sizeof(host), "h%d.%s.example", i, i % 2 ? "asked" : "stray");
        request_refer(&request, REQUEST_HOST, host);
        request_send(&request, leaf);
        ck_assert_int_eq(world_ask(world, &request), 0);
        ck_assert(world->verification.verdict.outcome == VERDICT_NAME_MATCHES);
    }
    return (seconds() - begun) / N_HOSTS;
}

static void use_domains(struct world *world, size_t n)
{
    char *text = text_repeat("domain asked.example { subdomains = all }\n", "domain d",
                             ".many.example { subdomains = all }\n", n - 1, "");

    world_policy(world, text);
    free(text);
}

START_TEST(test_cost)
{
    static const size_t n_domains[N_WORLDS] = {N_FEW, N_MANY, N_FEW};
    static struct world worlds[N_WORLDS];
    double times[N_WORLDS][N_ROUNDS], ratios[N_ROUNDS], controls[N_ROUNDS], ratio, control;
    struct bytes leaf;

    for (int i = 0; i < N_WORLDS; i++) {
        world_init(&worlds[i]);
        use_domains(&worlds[i], n_domains[i]);
    }
    leaf = world_leaf(&worlds[0], "DNS:*.asked.example,DNS:*.stray.example");
    for (int round = -1; round < N_ROUNDS; round++) {
        for (int i = 0; i < N_WORLDS; i++)
            times[i][round < 0 ? 0 : round] = ask_all(&worlds[i], leaf);
    }
    for (int round = 0; round < N_ROUNDS; round++) {
        ratios[round] = times[1][round] / times[0][round];
        controls[round] = times[2][round] / times[0][round];
    }
    ratio = median(ratios, N_ROUNDS);
    control = median(controls, N_ROUNDS);
    printf("figure: a verdict in process: %d domains %.2f us, %d domains %.2f us: %.3f times (the "
           "same again: %.3f)\n",
           N_FEW, median(times[0], N_ROUNDS) * 1e6, N_MANY, median(times[1], N_ROUNDS) * 1e6, ratio,
           control);
    if (!build_is_instrumented())
        ck_assert_msg(ratio < BOUND * (control > 1 ? control : 1), "%.3f times", ratio);
    path_drop(leaf);
    for (int i = 0; i < N_WORLDS; i++)
        world_deinit(&worlds[i]);
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {test_cost};

    return policy_suite_run("verify domains", tests, ROWS(tests));
}
