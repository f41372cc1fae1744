/* SPDX-License-Identifier: MIT */

/*
 * Makes chains with mistakes that are signed again, and gets the verdicts of libcrypto, with the
 * settings of `openssl verify -x509_strict -purpose sslserver`, and of path validation under each
 * profile. A chain that path validation accepts and libcrypto refuses must be listed in
 * mutant_known.c with a reason, and each entry of the list must occur.
 *
 *    test-mutants [CHAINS [SEED]]
 *
 * `make check` makes 2,000 chains, `make check-mutants` 40,000.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "tests/conformance/mutant.h"
#include "tests/conformance/mutant_judge.h"
#include "tests/conformance/mutant_known.h"

#define CHAINS_COUNT 2000
#define SEED         UINT64_C(0x63657274)
/* A number that is larger than that of the entries in the list. */
#define KNOWN_COUNT 64
/* The number of chains from which on an entry of the list that never occurred is out of date. */
#define CHAINS_FOR_LIST 20000
/* The largest number of unlisted chains that are printed; others are only counted. */
#define PRINTED 5
/*
 * The least percentages of chains that must be accepted and refused: otherwise the test would prove
 * little.
 */
#define LEAST_ACCEPTED 10
#define LEAST_REFUSED  30

struct run {
    struct mutant_family family;
    struct mutant_judge judge;
    struct mutant_random random;
    size_t n_chains;
    size_t n_openssl;
    size_t n_accepted[MUTANT_PROFILES];
    size_t n_both[MUTANT_PROFILES];
    size_t met[MUTANT_PROFILES][KNOWN_COUNT];
    size_t n_unlisted;
};

static const char *word_of(int error)
{
    return error == MUTANT_UNREADABLE ? "libcrypto cannot parse it"
                                      : X509_verify_cert_error_string(error);
}

static void print_chain(const struct mutant *mutant)
{
    static unsigned char text[MUTANT_BYTES * 2];

    for (size_t i = 0; i < MUTANT_CHAIN; i++) {
        EVP_EncodeBlock(text, mutant->der[i], (int)mutant->len[i]);
        printf("  %zu: %s\n", i, text);
    }
}

/*
 * Counts the entries of the list that explain the errors. Returns whether each error has an entry.
 */
static bool is_known(struct run *run, const struct mutant *mutant,
                     const struct mutant_verdict *verdict, size_t profile)
{
    bool is_known = true;

    for (int error = 0; error < MUTANT_ERRORS; error++) {
        for (unsigned depth = 0; depth < MUTANT_CHAIN; depth++) {
            size_t known;

            if (!(verdict->errors[error] & 1u << depth))
                continue;
            known = mutant_known_find(mutant, mutant_profiles[profile].profile, error, depth);
            is_known = is_known && known < n_mutant_known;
            if (known < n_mutant_known)
                run->met[profile][known]++;
        }
    }
    return is_known;
}

static void compare(struct run *run, size_t number, const struct mutant *mutant,
                    const struct mutant_verdict *verdict, size_t profile)
{
    run->n_accepted[profile]++;
    if (verdict->n_errors == 0)
        run->n_both[profile]++;
    if (is_known(run, mutant, verdict, profile) || run->n_unlisted++ >= PRINTED)
        return;
    printf("chain %zu (%s ) is accepted under %s and refused by libcrypto:\n", number,
           mutant->changes, mutant_profiles[profile].name);
    for (int error = 0; error < MUTANT_ERRORS; error++) {
        if (verdict->errors[error])
            printf("  %d, %s, at depths %#x\n", error, word_of(error), verdict->errors[error]);
    }
    print_chain(mutant);
}

static int make_chains(struct run *run, size_t n)
{
    static struct mutant mutant;
    struct mutant_verdict verdict;
    int r = 0;

    for (size_t number = 0; r == 0 && number < n; number++) {
        if (!mutant_make(&run->family, &run->random, &mutant))
            continue;
        r = mutant_judge_chain(&run->judge, &mutant, &verdict);
        if (r)
            break;
        run->n_chains++;
        if (verdict.n_errors == 0)
            run->n_openssl++;
        for (size_t i = 0; i < MUTANT_PROFILES; i++) {
            if (verdict.accepted[i])
                compare(run, number, &mutant, &verdict, i);
        }
    }
    return r;
}

static bool is_met(const struct run *run, size_t known)
{
    for (size_t i = 0; i < MUTANT_PROFILES; i++) {
        if (run->met[i][known])
            return true;
    }
    return false;
}

static bool report(const struct run *run)
{
    bool is_good = run->n_unlisted == 0 && run->n_openssl * 100 >= run->n_chains * LEAST_ACCEPTED &&
                   (run->n_chains - run->n_openssl) * 100 >= run->n_chains * LEAST_REFUSED;

    printf("%zu chains; libcrypto accepts %zu\n", run->n_chains, run->n_openssl);
    for (size_t i = 0; i < MUTANT_PROFILES; i++) {
        printf("%-10s accepts %zu, %zu of them as libcrypto does\n", mutant_profiles[i].name,
               run->n_accepted[i], run->n_both[i]);
        for (size_t known = 0; known < n_mutant_known; known++) {
            if (run->met[i][known])
                printf("  %4zu: %s: %s\n", run->met[i][known], word_of(mutant_known[known].error),
                       mutant_known[known].reason);
        }
        is_good = is_good && run->n_both[i] > 0;
    }
    for (size_t i = 0; i < n_mutant_known && run->n_chains >= CHAINS_FOR_LIST; i++) {
        if (is_met(run, i))
            continue;
        printf("no chain met the entry %zu of the list: %s\n", i, word_of(mutant_known[i].error));
        is_good = false;
    }
    if (run->n_unlisted)
        printf("%zu acceptances without a reason\n", run->n_unlisted);
    return is_good;
}

int main(int argc, char **argv)
{
    static struct run run;
    size_t n = argc > 1 ? strtoull(argv[1], NULL, 0) : CHAINS_COUNT;
    bool is_good;
    int r;

    run.random.state = argc > 2 ? strtoull(argv[2], NULL, 0) | 1 : SEED;
    printf("seed %#" PRIx64 "\n", run.random.state);
    mutant_family_init(&run.family);
    r = mutant_judge_open(&run.judge);
    if (r == 0)
        r = make_chains(&run, n);
    if (r)
        printf("no verdict: %s\n", strerror(-r));
    is_good = r == 0 && report(&run);
    mutant_judge_close(&run.judge);
    mutant_family_deinit(&run.family);
    return is_good ? EXIT_SUCCESS : EXIT_FAILURE;
}
