/* SPDX-License-Identifier: MIT */
#include "tests/unit/x509/path_budget.h"

#include <check.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#define MAX_CPU_MS     100
#define MAX_GROWTH_KIB (64 * 1024)

static struct x509_context *context;
static struct path_engine *engine;

void path_budget_set_up(void)
{
    ck_assert_int_eq(x509_context_new(&context), 0);
    ck_assert_int_eq(path_engine_new(&engine, context), 0);
}

void path_budget_tear_down(void)
{
    engine = path_engine_free(engine);
    context = x509_context_free(context);
}

static double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

const char *path_budget_judge(const char *intent, const struct bytes *certificates, size_t n,
                              const struct store *store, enum profile profile)
{
    struct path_question question = path_ask(certificates, n, &store, 1);
    struct path_result result;
    const char *code = "";
    long peak = peak_kib();
    double start = cpu_ms(), took;

    question.profile = profile;
    ck_assert_int_eq(path_validate(engine, &question, &result), 0);
    took = cpu_ms() - start;
    peak = peak_kib() - peak;
    printf("%-44s %7.2f ms %6ld KiB  %4u nodes %2u judged %u verified %2u signatures", intent, took,
           peak, result.effort.n_nodes, result.effort.n_judged, result.effort.n_verified,
           result.effort.n_signatures);
    if (result.outcome != PATH_VALID)
        code = result.faults.n ? result.faults.faults[0].code : result.date_faults.faults[0].code;
    printf("  %s\n", code);
    ck_assert(result.is_size || result.outcome == PATH_VALID || *code != '\0');
    path_result_deinit(&result);
    if (!build_is_instrumented()) {
        ck_assert_msg(took <= MAX_CPU_MS, "%s: %.1f ms", intent, took);
        ck_assert_msg(peak <= MAX_GROWTH_KIB, "%s: %ld KiB", intent, peak);
    }
    return code;
}

void path_budget_drop(struct bytes *certificates, size_t n)
{
    for (size_t i = 0; i < n; i++)
        path_drop(certificates[i]);
}
