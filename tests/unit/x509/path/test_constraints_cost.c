/* SPDX-License-Identifier: MIT */

/*
 * Tests that hostile name constraints are cheap: if names and constraints are doubled again and
 * again, the time grows with their number and not with the product of names and constraints.
 */

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/x509/path/constraints.h"
#include "tests/unit/x509/x509_fixture.h"

#define FIRST_POWER 4
#define LAST_POWER  12
#define N_POWERS    (LAST_POWER - FIRST_POWER + 1)
/* Only the fastest of these runs counts, since other programs may use the processor. */
#define ROUNDS 9
/* The slope over all sizes is tested, since the clock is too coarse for two neighbouring sizes. */
#define SLOPE_MAX      1.2
#define MILLISECONDS   50
#define NAME_BYTES_MAX 64

enum list { LIST_PERMIT, LIST_EXCLUDE, LIST_BOTH, LIST_BUDGET };

/* In a name or constraint with number `i`, # stands for its decimal digits and $ for two octets. */
static const struct kind {
    const char *intent;
    const char *name;
    const char *constraint;
    enum list list;
} kinds[] = {
    {"DNS permitted", "dns:a.n#.example", "dns:n#.example", LIST_PERMIT},
    {"DNS excluded", "dns:a.n#.example", "dns:x#.example", LIST_EXCLUDE},
    {"DNS excluded, wildcards", "dns:*.n#.example", "dns:a.b.n#.example", LIST_EXCLUDE},
    {"DNS permitted and excluded", "dns:a.n#.example", "dns:n#.example", LIST_BOTH},
    {"DNS, one in another", "dns:a.n#.example", "dns:example", LIST_PERMIT},
    {"IP", "ip:0a00$", "ip:0a00$ffffffff", LIST_PERMIT},
    {"e-mail", "email:a@n#.example", "email:n#.example", LIST_PERMIT},
    {"URI", "uri:http://n#.example", "uri:n#.example", LIST_PERMIT},
    {"directory", "dn:CN:n#", "dn:CN:x#", LIST_EXCLUDE},
    {"DNS over the budget", "dns:a.n#.example", "dns:n#.example", LIST_BUDGET},
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void append(char **atp, const char *form, unsigned i)
{
    for (; *form; form++) {
        if (*form == '#')
            *atp += sprintf(*atp, "%u", i);
        else if (*form == '$')
            *atp += sprintf(*atp, "%04x", i);
        else
            *(*atp)++ = *form;
    }
}

static char *write_list(const char *head, const char *form, unsigned n)
{
    char *text = malloc(strlen(head) + 1 + (size_t)n * NAME_BYTES_MAX + 1);
    char *at = text;

    ck_assert_ptr_nonnull(text);
    at += sprintf(at, "%s", head);
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            *at++ = ',';
        append(&at, form, i);
    }
    *at = '\0';
    return text;
}

struct pair {
    struct fixture leaf;
    struct fixture ca;
};

static void make_pair(struct pair *pair, const struct kind *kind, unsigned n)
{
    char *names = write_list("subject= san=", kind->name, n);
    char *constraints = write_list(kind->list == LIST_EXCLUDE ? "nc=exclude," : "nc=permit,",
                                   kind->constraint, n);

    if (kind->list == LIST_BOTH) {
        char *excluded = write_list(",exclude,", "dns:x#.example", n);

        constraints = realloc(constraints, strlen(constraints) + strlen(excluded) + 1);
        ck_assert_ptr_nonnull(constraints);
        strcat(constraints, excluded);
        free(excluded);
    }
    fixture_init(&pair->leaf, FIXTURE_LEAF, names);
    fixture_init(&pair->ca, FIXTURE_CA, constraints);
    ck_assert_int_eq(pair->leaf.r, 0);
    ck_assert_int_eq(pair->ca.r, 0);
    free(names);
    free(constraints);
}

static double now(void)
{
    struct timespec time;

    ck_assert_int_eq(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time), 0);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* Returns the seconds of CPU time for one check. */
static double measure(const struct pair *pair, size_t budget, struct fault_list *faults)
{
    const struct facts *path[2] = {&pair->leaf.facts, &pair->ca.facts};
    struct constraints_options options = {.budget = budget};
    double best = INFINITY;

    for (int i = 0; i < ROUNDS; i++) {
        double start = now(), taken;

        *faults = (struct fault_list){0};
        ck_assert_int_eq(constraints_check(path, 2, &options, faults), 0);
        taken = now() - start;
        best = taken < best ? taken : best;
    }
    return best;
}

/*
 * Returns the limit in seconds. Under valgrind it is multiplied by the factor in Check's variable
 * CK_TIMEOUT_MULTIPLIER.
 */
static double find_limit(void)
{
    const char *multiplier = getenv("CK_TIMEOUT_MULTIPLIER");
    double factor = multiplier ? strtod(multiplier, NULL) : 1;

    return MILLISECONDS / 1e3 * (factor > 1 ? factor : 1);
}

/* Returns the slope of the logarithms by least squares. */
static double find_slope(const double *seconds)
{
    double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;

    for (int i = 0; i < N_POWERS; i++) {
        double x = FIRST_POWER + i, y = log2(seconds[i]);

        sum_x += x;
        sum_y += y;
        sum_xx += x * x;
        sum_xy += x * y;
    }
    return (N_POWERS * sum_xy - sum_x * sum_y) / (N_POWERS * sum_xx - sum_x * sum_x);
}

START_TEST(slope)
{
    const struct kind *kind = &kinds[_i];
    size_t budget = kind->list == LIST_BUDGET ? CONSTRAINTS_COMPARISONS_COUNT : SIZE_MAX;
    double seconds[N_POWERS], found;

    for (int i = 0; i < N_POWERS; i++) {
        struct fault_list faults;
        struct pair pair;

        make_pair(&pair, kind, 1U << (FIRST_POWER + i));
        seconds[i] = measure(&pair, budget, &faults);
        if (kind->list != LIST_BUDGET)
            ck_assert_msg(faults.n == 0, "%s: %s", kind->intent, faults.faults[0].text);
        else
            ck_assert_uint_eq(faults.n, FIRST_POWER + i > 8);
        fixture_deinit(&pair.leaf);
        fixture_deinit(&pair.ca);
    }
    found = find_slope(seconds);
    printf("%s: slope %.2f, %.2f ms\n", kind->intent, found, seconds[N_POWERS - 1] * 1e3);
    ck_assert_msg(found <= SLOPE_MAX, "%s: slope %.2f", kind->intent, found);
    ck_assert_msg(seconds[N_POWERS - 1] <= find_limit(), "%s: %.1f ms", kind->intent,
                  seconds[N_POWERS - 1] * 1e3);
}
END_TEST

/* The budget is for the whole path and not for each CA separately. */
START_TEST(budget_of_the_path)
{
    const struct kind *kind = &kinds[0];
    struct constraints_options options = {.budget = CONSTRAINTS_COMPARISONS_COUNT};
    struct fault_list faults = {0};
    struct pair pair;
    const struct facts *path[3] = {&pair.leaf.facts, &pair.ca.facts, &pair.ca.facts};

    make_pair(&pair, kind, 256);
    ck_assert_int_eq(constraints_check(path, 2, &options, &faults), 0);
    ck_assert_uint_eq(faults.n, 0);
    ck_assert_int_eq(constraints_check(path, 3, &options, &faults), 0);
    ck_assert_uint_ge(faults.n, 1);
    ck_assert_str_eq(faults.faults[0].code, "name-constraints-budget");
    fixture_deinit(&pair.leaf);
    fixture_deinit(&pair.ca);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("constraints' cost");
    TCase *tcase = tcase_create("constraints' cost");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, slope, 0, (int)N_KINDS);
    tcase_add_test(tcase, budget_of_the_path);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
