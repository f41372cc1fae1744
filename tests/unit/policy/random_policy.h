/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Random numbers that are the same in every run, and random policies that set everything on which a
 * verdict depends.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/policy.h"

#define RANDOM_POLICY_BYTES 8192
#define RANDOM_PIN_BYTES    64

/* Seeds the random numbers. The same seed yields the same numbers. */
void random_seed(uint64_t seed);

/* Returns a random number below n. */
unsigned draw(unsigned n);

/* Returns one of the words at random. */
const char *pick(const char *const *words, size_t n);
#define PICK(...)                                                                                  \
    pick((const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

struct text {
    char data[RANDOM_POLICY_BYTES];
    size_t len;
};

/* The pins of three certificates' keys, in base64, which random policies pin, forbid or deny. */
struct random_pins {
    char leaf[RANDOM_PIN_BYTES];
    char issuer[RANDOM_PIN_BYTES];
    char root[RANDOM_PIN_BYTES];
};

/* A policy with trust sections "t", "none", "corp" and "peers", and its text. */
struct policy *random_policy(struct text *text, const struct random_pins *pins,
                             const struct suffix_list *suffixes);

/* Returns the policy of the same text without the lines of report keys. */
struct policy *random_policy_unreported(const struct text *whole,
                                        const struct suffix_list *suffixes);
