/* SPDX-License-Identifier: MIT */

/*
 * Measures one match among 100 decoded names: for each rule set, the time of match_all if the last
 * name equals the host, if no name matches, and if a wildcard matches. Prints the medians of the
 * rounds.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/identity/match.h"

#define N_NAMES     100
#define N_ROUNDS    201
#define N_QUESTIONS 500
#define NAME_SIZE   64

static const struct {
    const char *name;
    enum rule_set set;
} sets[] = {
    {"rfc9525", RULES_RFC9525},
    {"python-3.7", RULES_PYTHON_3_7},
    {"python-3.5", RULES_PYTHON_3_5},
    {"openssl", RULES_OPENSSL},
};

static const struct {
    const char *what;
    const char *last; /* the last name; the other names are host-00.service.example.com and so on */
    const char *host;
    enum match expected;
} questions[] = {
    {"exact", "host-99.service.example.com", "host-99.service.example.com", MATCH_FOUND},
    {"star", "*.service.example.com", "host-xx.service.example.com", MATCH_FOUND},
    {"none", "host-99.service.example.com", "host-xx.service.example.com", MATCH_NONE},
};

struct names {
    char text[N_NAMES][NAME_SIZE];
    struct identity identities[N_NAMES];
};

static void names_fill(struct names *names, const char *last)
{
    for (int i = 0; i < N_NAMES; i++) {
        char *text = names->text[i];

        snprintf(text, NAME_SIZE, "host-%02d.service.example.com", i);
        if (i == N_NAMES - 1)
            snprintf(text, NAME_SIZE, "%s", last);
        names->identities[i] = (struct identity){
            .type = IDENTITY_DNS, .data = (const uint8_t *)text, .len = strlen(text)};
    }
}

static double now_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Returns the median in microseconds, or a negative number if a result was wrong. */
static double measure(const struct match_rules *rules, const struct reference *reference,
                      const struct names *names, enum match expected)
{
    static double rounds[N_ROUNDS];
    struct match_result result;

    for (size_t round = 0; round < N_ROUNDS; round++) {
        double start = now_us();

        for (size_t i = 0; i < N_QUESTIONS; i++) {
            match_all(rules, reference, names->identities, N_NAMES, &result);
            if (result.match != expected)
                return -1;
        }
        rounds[round] = (now_us() - start) / N_QUESTIONS;
    }
    qsort(rounds, N_ROUNDS, sizeof(rounds[0]), compare);
    return rounds[N_ROUNDS / 2];
}

static int measure_all(const struct suffix_list *suffixes)
{
    static struct names names;

    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        struct match_rules rules = {.suffixes = suffixes, .rules = {.set = sets[i].set}};

        printf("match: %-10s", sets[i].name);
        for (size_t k = 0; k < sizeof(questions) / sizeof(questions[0]); k++) {
            struct reference reference;
            double us;

            names_fill(&names, questions[k].last);
            if (reference_host_parse(&reference, rules.rules.set,
                                     (const uint8_t *)questions[k].host,
                                     strlen(questions[k].host)) != 0)
                return EXIT_FAILURE;
            us = measure(&rules, &reference, &names, questions[k].expected);
            if (us < 0)
                return EXIT_FAILURE;
            printf("  %s %.2f us", questions[k].what, us);
        }
        printf("\n");
    }
    return EXIT_SUCCESS;
}

int main(void)
{
    struct suffix_list *suffixes;
    int r;

    if (suffix_list_open(&suffixes) != 0)
        return EXIT_FAILURE;
    r = measure_all(suffixes);
    suffix_list_close(suffixes);
    return r;
}
