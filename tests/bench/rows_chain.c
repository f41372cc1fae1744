/* SPDX-License-Identifier: MIT */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <string.h>

#include "tests/bench/dirmngr.h"

#define CALLS_COUNT 60

/*
 * The results of one round of bench-path: the baseline twice, then the engine with cached issuers.
 */
struct paths {
    double in_process, again, known;
};

static void start_paths(struct helper *helper, const char *built, const char *kind)
{
    char program[256], name[] = "bench-path", option[] = "--rounds", of_kind[16];
    char *arguments[] = {name, option, of_kind, NULL};

    snprintf(program, sizeof(program), "%s/bench-path", built);
    snprintf(of_kind, sizeof(of_kind), "%s", kind);
    helper_start(helper, program, arguments);
}

static void measure_paths(struct helper *helper, struct paths *paths)
{
    char line[128];

    fputc('\n', helper->out);
    if (!helper_line(helper, line, sizeof(line)) ||
        sscanf(line, "%lf %lf %lf", &paths->in_process, &paths->again, &paths->known) != 3)
        die("bench-path --rounds");
}

struct validations {
    struct dirmngr dirmngr;
    const struct chain *chain;
    unsigned n_issued;
    bool works;
    double cpu_us;                 /* CPU time of the last round, for each validation */
    double clock_us[ROUNDS_COUNT]; /* wall-clock time of each round */
    size_t n_rounds;
};

/* Lets dirmngr validate new end entities whose issuers it has cached. */
static void measure_dirmngr(struct validations *validations)
{
    static struct certificate leaves[CALLS_COUNT];
    struct dirmngr *dirmngr = &validations->dirmngr;
    double begun, cpu_us;

    for (unsigned i = 0; i < CALLS_COUNT; i++)
        chain_issue(validations->chain, validations->n_issued++, &leaves[i]);
    cpu_us = helper_cpu_us(&dirmngr->helper);
    begun = now_us();
    for (unsigned i = 0; i < CALLS_COUNT && validations->works; i++)
        validations->works = dirmngr_validate(dirmngr, &leaves[i]);
    validations->clock_us[validations->n_rounds++] = (now_us() - begun) / CALLS_COUNT;
    validations->cpu_us = (helper_cpu_us(&dirmngr->helper) - cpu_us) / CALLS_COUNT;
}

static void measure(struct row *row, struct helper *helper, struct validations *validations)
{
    struct paths paths;

    measure_paths(helper, &paths);
    row_add(row, "in-process, nothing known", paths.in_process);
    row_add(row, "in-process again", paths.again);
    if (validations->works)
        measure_dirmngr(validations);
    if (validations->works)
        row_add(row, "dirmngr VALIDATE", validations->cpu_us);
    row_add(row, "path, issuers known", paths.known);
}

static void cold_chain(struct row *row, const char *built, const char *kind)
{
    struct validations validations = {0};
    struct helper helper;
    struct chain chain;
    bool has_dirmngr;

    chain_init(&chain, kind);
    start_paths(&helper, built, kind);
    validations.chain = &chain;
    has_dirmngr = validations.works = dirmngr_start(&validations.dirmngr, &chain);
    for (unsigned round = 0; round < ROUNDS_COUNT; round++)
        measure(row, &helper, &validations);
    if (validations.works)
        snprintf(row->note, sizeof(row->note),
                 "CPU time; dirmngr knows the issuers too, by the clock %.0f us",
                 quantile(validations.clock_us, validations.n_rounds, 0.5));
    else
        snprintf(row->note, sizeof(row->note), "CPU time; dirmngr: %.100s",
                 validations.dirmngr.said);
    row_print(row);
    if (has_dirmngr)
        dirmngr_stop(&validations.dirmngr);
    helper_stop(&helper);
    chain_deinit(&chain);
}

void rows_chain(struct report *report, const char *built)
{
    set_undisturbed(true);
    pin(0, 0);
    cold_chain(
        report_row(report, "cold chain, issuers known, RSA", "us", "0.60 x in-process, then 0.37"),
        built, "rsa");
    cold_chain(report_row(report, "cold chain, issuers known, P-256", "us",
                          "0.72 x in-process, then 0.57"),
               built, "P-256");
    pin(0, -1);
    set_undisturbed(false);
}
