/* SPDX-License-Identifier: MIT */

/*
 * Measures path_validate for a chain of end entity, intermediate and root, where the end entity is
 * new and the issuers are cached. The baseline is what a program without a cache does: parse end
 * entity and intermediate, put the parsed root into a store, and call X509_verify_cert. Rounds are
 * interleaved, and the baseline measured a second time is the control. Prints the medians of the
 * rounds. With `--rounds rsa` or `--rounds P-256` it runs one round for each line of standard
 * input, and prints a line with the results in the order of `enum series`, in microseconds of CPU
 * time.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/x509_vfy.h>

#include "tests/unit/x509/path_fixture.h"

#define ROUNDS 15
#define CALLS  60

enum series { IN_PROCESS, CONTROL, KNOWN, UNKNOWN, N_SERIES };

static const char *const names[N_SERIES] = {
    "in process, nothing known",
    "the same again",
    "path, issuers known",
    "path, nothing known",
};

struct bench {
    const struct x509_context *context;
    struct path_family family;
    struct bytes leaves[CALLS]; /* one certificate for each call of a round */
    X509 *root;                 /* parsed beforehand, because a program loads its roots once */
    struct path_engine *engine;
};

static void die(const char *what)
{
    fprintf(stderr, "bench-path: %s\n", what);
    exit(EXIT_FAILURE);
}

static double now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static X509 *parse(struct bytes der)
{
    const unsigned char *at = der.data;
    X509 *x509 = d2i_X509(NULL, &at, (long)der.len);

    if (!x509)
        die("no certificate");
    return x509;
}

static void verify_in_process(const struct bench *bench, struct bytes der)
{
    X509 *leaf = parse(der), *issuer = parse(bench->family.issuer);
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();

    if (!untrusted || !store || !ctx || sk_X509_push(untrusted, issuer) <= 0 ||
        X509_STORE_add_cert(store, bench->root) != 1 ||
        X509_STORE_CTX_init(ctx, store, leaf, untrusted) != 1)
        die("no memory");
    X509_STORE_CTX_set_time(ctx, 0, (time_t)FIXTURE_NOW);
    if (X509_verify_cert(ctx) != 1)
        die("in process: not accepted");
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    sk_X509_pop_free(untrusted, X509_free);
    X509_free(leaf);
}

static void validate(const struct bench *bench, struct path_engine *engine, struct bytes der)
{
    struct bytes certificates[] = {der, bench->family.issuer};
    const struct store *store = bench->family.store;
    struct path_question question = path_ask(certificates, 2, &store, 1);
    struct path_result result;

    if (path_validate(engine, &question, &result) != 0 || result.outcome != PATH_VALID)
        die(result.faults.n ? result.faults.faults[0].text : "path: not accepted");
    path_result_deinit(&result);
}

/* Validates with a new engine, into which libcrypto's algorithms have been loaded beforehand. */
static void validate_anew(const struct bench *bench, struct bytes der, double *usp)
{
    struct path_engine *engine = NULL;
    double start;

    if (path_engine_new(&engine, bench->context) != 0 ||
        path_engine_warm(engine, bench->family.store) != 0)
        die("no engine");
    start = now_us();
    validate(bench, engine, der);
    *usp += now_us() - start;
    path_engine_free(engine);
}

static double measure(const struct bench *bench, enum series series)
{
    double start = now_us(), anew = 0;

    for (int i = 0; i < CALLS; i++) {
        if (series == KNOWN)
            validate(bench, bench->engine, bench->leaves[i]);
        else if (series == UNKNOWN && i < CALLS / 10)
            validate_anew(bench, bench->leaves[i], &anew);
        else if (series != UNKNOWN)
            verify_in_process(bench, bench->leaves[i]);
    }
    return series == UNKNOWN ? anew / (CALLS / 10) : (now_us() - start) / CALLS;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void print(const char *kind, double us[N_SERIES][ROUNDS])
{
    for (int i = 0; i < N_SERIES; i++)
        qsort(us[i], ROUNDS, sizeof(double), compare);
    printf("%s: median of %d rounds of %d calls, CPU\n", kind, ROUNDS, CALLS);
    for (int i = 0; i < N_SERIES; i++)
        printf("  %-26s %7.1f us  %5.2f x  (%.1f to %.1f)\n", names[i], us[i][ROUNDS / 2],
               us[i][ROUNDS / 2] / us[IN_PROCESS][ROUNDS / 2], us[i][0], us[i][ROUNDS - 1]);
}

static void bench_init(struct bench *bench, const struct x509_context *context, const char *kind)
{
    struct path_recipe leaf = {.subject = "www.example.com", .issuer = "Issuer"};

    *bench = (struct bench){.context = context};
    path_family_init(&bench->family, kind);
    leaf.key = bench->family.leaf_key;
    leaf.issuer_key = bench->family.issuer_key;
    for (int i = 0; i < CALLS; i++) {
        leaf.serial = i + 1;
        bench->leaves[i] = path_make(&leaf);
    }
    bench->root = parse(bench->family.root);
    if (path_engine_new(&bench->engine, context) != 0)
        die("no engine");
    validate(bench, bench->engine, bench->leaves[0]);
}

static void bench_deinit(struct bench *bench)
{
    path_engine_free(bench->engine);
    X509_free(bench->root);
    for (int i = 0; i < CALLS; i++)
        path_drop(bench->leaves[i]);
    path_family_deinit(&bench->family);
}

static void run(const struct x509_context *context, const char *kind)
{
    double us[N_SERIES][ROUNDS];
    struct bench bench;

    bench_init(&bench, context, kind);
    for (int round = 0; round < ROUNDS; round++) {
        for (int series = 0; series < N_SERIES; series++)
            us[series][round] = measure(&bench, (enum series)series);
    }
    print(kind, us);
    bench_deinit(&bench);
}

/*
 * Runs one round for each line of standard input, so that another program can measure its own
 * series between two rounds.
 */
static void run_on_demand(const struct x509_context *context, const char *kind)
{
    struct bench bench;
    int c;

    bench_init(&bench, context, kind);
    while ((c = getchar()) != EOF) {
        if (c != '\n')
            continue;
        for (int series = 0; series < N_SERIES; series++)
            printf("%.3f ", measure(&bench, (enum series)series));
        printf("\n");
        fflush(stdout);
    }
    bench_deinit(&bench);
}

int main(int argc, char **argv)
{
    struct x509_context *context = NULL;
    bool on_demand = argc == 3 && strcmp(argv[1], "--rounds") == 0;

    if (argc != 1 && !on_demand)
        die("usage: bench-path [--rounds KIND]");
    if (x509_context_new(&context) != 0)
        die("no context");
    if (on_demand) {
        run_on_demand(context, argv[2]);
    } else {
        run(context, "rsa");
        run(context, "P-256");
    }
    x509_context_free(context);
    return EXIT_SUCCESS;
}
