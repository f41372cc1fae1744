/* SPDX-License-Identifier: MIT */

/*
 * Runs all cases of x509-limbo, those of BetterTLS included, through path validation. Each verdict
 * is the expected one, or limbo_known.c lists the case with the reason. To show that a path is not
 * refused only because of a name, each case is also judged without its names: a case that is
 * expected to be refused and is then accepted has to be listed as one about names.
 *
 * The cases are not part of the project. CERTNAMED_LIMBO names a file of them, either limbo's own
 * or one with a case on each line; without it, ../shared/vectors is searched. With the argument
 * `webpki` no case is judged by profile rfc5280.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/conformance/limbo_judge.h"
#include "tests/conformance/limbo_known.h"

#define CASES_FILE "limbo-dev.jsonl"
/* The exit status by which automake recognises a skipped test. */
#define EXIT_SKIP 77
/* The most kinds of cases. The kind is the part of the id before the first `::`. */
#define MAX_PREFIXES 32
/* The most cases that may be refused only for their cost. */
#define MAX_SIZE 10

struct tally {
    char prefix[32];
    size_t n_cases;
    size_t n_conflicts;
};

struct run {
    struct limbo_judge judge;
    int64_t now;
    struct tally prefixes[MAX_PREFIXES];
    size_t n_cases;
    size_t n_conflicts; /* cases with another verdict than expected, including those in
                           limbo_known.c */
    size_t n_unknown;
    size_t n_lax; /* cases that are accepted although a refusal is expected */
    size_t n_size;
    size_t n_nameless; /* cases refused only because of their names, without those of BetterTLS */
    size_t n_failures;
    double slowest_us;
    char slowest[128];
};

static struct tally *tally_of(struct run *run, const char *id)
{
    size_t len = strcspn(id, ":");
    size_t i = 0;

    while (i < MAX_PREFIXES - 1 && run->prefixes[i].prefix[0] != '\0' &&
           (strncmp(run->prefixes[i].prefix, id, len) != 0 || run->prefixes[i].prefix[len] != '\0'))
        i++;
    snprintf(run->prefixes[i].prefix, sizeof(run->prefixes[i].prefix), "%.*s", (int)len, id);
    return &run->prefixes[i];
}

static void take_conflict(struct run *run, const struct limbo_case *limbo,
                          const struct limbo_verdict *verdict, bool accepted)
{
    const char *reason = limbo_known_conflict(limbo->id, run->judge.webpki_alone);

    tally_of(run, limbo->id)->n_conflicts++;
    run->n_conflicts++;
    if (accepted)
        run->n_lax++;
    if (!reason)
        run->n_unknown++;
    printf("%s: %s, expected otherwise: %s%s\n", limbo->id, accepted ? "accepted" : "refused",
           reason ? "known: " : "",
           reason                     ? reason
           : !verdict->is_path_valid  ? verdict->reason
           : verdict->is_name_matched ? "nothing is wrong with it"
                                      : "its names");
}

/*
 * Judges a case without its names, and checks the result against the list of cases about names.
 * This is done only in the run in which each case has its own profile, since profiles differ in
 * more than names.
 */
static void guard(struct run *run, const struct limbo_case *limbo,
                  const struct limbo_verdict *verdict)
{
    bool is_good_path, is_listed = limbo_is_about_names(limbo->id, &is_good_path);

    if (strncmp(limbo->id, "bettertls::", 11) == 0 || run->judge.webpki_alone ||
        limbo_known_conflict(limbo->id, false))
        return;
    if (verdict->is_path_valid && !limbo->expects_success) {
        run->n_nameless++;
        if (is_listed)
            return;
        printf("%s: its path is good, and it is not one of those about names\n", limbo->id);
        run->n_failures++;
    } else if (is_good_path) {
        printf("%s: is about names, and its path is not good: %s\n", limbo->id, verdict->reason);
        run->n_failures++;
    }
}

static int take_case(struct run *run, const json_t *json)
{
    struct limbo_case limbo;
    struct limbo_verdict verdict;
    bool accepted;
    int r = limbo_case_init(&limbo, json, run->now);

    if (r == 0)
        r = limbo_judge_case(&run->judge, &limbo, &verdict);
    if (r) {
        printf("%s: cannot be judged: %d\n", limbo.id, r);
        run->n_failures++;
        limbo_case_deinit(&limbo);
        return r == -ENOMEM ? r : 0;
    }
    run->n_cases++;
    tally_of(run, limbo.id)->n_cases++;
    accepted = verdict.is_path_valid && verdict.is_name_matched;
    if (verdict.is_size) {
        run->n_size++;
        printf("%s: refused for its size alone: %s\n", limbo.id, verdict.reason);
    } else if (accepted != limbo.expects_success) {
        take_conflict(run, &limbo, &verdict, accepted);
    } else if (getenv("CERTNAMED_LIMBO_REASONS")) {
        printf("%s: %s: %s\n", limbo.id, accepted ? "accepted" : "refused", verdict.reason);
    }
    if (!verdict.is_size)
        guard(run, &limbo, &verdict);
    if (verdict.cpu_us > run->slowest_us) {
        run->slowest_us = verdict.cpu_us;
        snprintf(run->slowest, sizeof(run->slowest), "%s", limbo.id);
    }
    limbo_case_deinit(&limbo);
    return 0;
}

/* Runs the cases of a file with one case on each line. */
static int take_lines(struct run *run, FILE *file)
{
    char *line = NULL;
    size_t size = 0, n_lines = 0;
    ssize_t len;
    int r = 0;

    while (r == 0 && (len = getline(&line, &size, file)) >= 0) {
        json_t *json = json_loadb(line, (size_t)len, 0, NULL);

        n_lines++;
        if (json) {
            r = take_case(run, json);
        } else {
            printf("line %zu: not a case\n", n_lines);
            run->n_failures++;
        }
        json_decref(json);
    }
    free(line);
    return r;
}

/*
 * Runs the cases of limbo's own file, one object with all cases. Returns false if the file is not
 * that.
 */
static bool take_suite(struct run *run, FILE *file, int *rp)
{
    json_t *json = json_loadf(file, 0, NULL);
    const json_t *cases = json_object_get(json, "testcases");
    size_t i;
    json_t *one;

    json_array_foreach(cases, i, one)
    {
        *rp = take_case(run, one);
        if (*rp)
            break;
    }
    json_decref(json);
    return cases != NULL;
}

static int find_cases(char **pathp)
{
    const char *named = getenv("CERTNAMED_LIMBO"), *vectors = getenv("CERTNAMED_VECTORS");
    const char *top_srcdir = getenv("top_srcdir");
    int r;

    if (named)
        r = asprintf(pathp, "%s", named);
    else if (vectors)
        r = asprintf(pathp, "%s/" CASES_FILE, vectors);
    else
        r = asprintf(pathp, "%s/../shared/vectors/" CASES_FILE, top_srcdir ? top_srcdir : ".");
    return r < 0 ? -ENOMEM : 0;
}

static void report(struct run *run)
{
    size_t n_allowed = run->judge.webpki_alone ? LIMBO_CONFLICTS_WEBPKI : LIMBO_CONFLICTS;

    for (size_t i = 0; i < MAX_PREFIXES && run->prefixes[i].prefix[0] != '\0'; i++)
        printf("%-14s %6zu cases %4zu conflicts\n", run->prefixes[i].prefix,
               run->prefixes[i].n_cases, run->prefixes[i].n_conflicts);
    printf("%zu cases, %zu conflicts (%zu not known, %zu accepted against expectation), %zu "
           "refused for size alone, %zu good but for their names\n",
           run->n_cases, run->n_conflicts, run->n_unknown, run->n_lax, run->n_size,
           run->n_nameless);
    printf("slowest: %s, %.0f us of CPU\n", run->slowest, run->slowest_us);
    run->n_failures += run->n_unknown;
    if (run->n_conflicts > n_allowed || run->n_size > MAX_SIZE || run->n_cases == 0)
        run->n_failures++;
}

static int judge(struct run *run, const char *path)
{
    FILE *file = fopen(path, "re");
    int r = 0;

    if (!file && errno == ENOENT) {
        printf("%s is not there: nothing was judged\n", path);
        return EXIT_SKIP;
    }
    if (!file)
        r = -errno;
    if (r == 0)
        r = limbo_judge_open(&run->judge);
    if (r == 0 && !take_suite(run, file, &r)) {
        rewind(file);
        r = take_lines(run, file);
    }
    if (file)
        fclose(file);
    limbo_judge_close(&run->judge);
    if (r < 0) {
        printf("%s: %s\n", path, strerror(-r));
        return EXIT_FAILURE;
    }
    report(run);
    return run->n_failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    struct run run = {.now = time(NULL)};
    char *path = NULL;
    int r = EXIT_FAILURE;

    run.judge.webpki_alone = argc > 1 && strcmp(argv[1], "webpki") == 0;
    if (find_cases(&path) == 0)
        r = judge(&run, path);
    free(path);
    return r;
}
