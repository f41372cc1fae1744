/* SPDX-License-Identifier: MIT */
#pragma once

/* Chance that can be repeated, and policies by it: the text of a configuration that says something
 * of everything a verdict depends on. */

#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/policy.h"

#define RANDOM_POLICY_BYTES 8192
#define RANDOM_PIN_BYTES    64

/* The same seed, the same numbers. */
void random_seed(uint64_t seed);

/* A number below n. */
unsigned draw(unsigned n);

/* One of the words. */
const char *pick(const char *const *words, size_t n);
#define PICK(...)                                                                                  \
    pick((const char *const[]){__VA_ARGS__},                                                       \
         sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

struct text {
    char data[RANDOM_POLICY_BYTES];
    size_t len;
};

/* Whose keys are pinned and denied. */
struct random_pins {
    char leaf[RANDOM_PIN_BYTES];
    char issuer[RANDOM_PIN_BYTES];
    char root[RANDOM_PIN_BYTES];
};

/* A policy with trust "t", "none" and "corp", and its text. */
struct policy *random_policy(struct text *text, const struct random_pins *pins,
                             const struct suffix_list *suffixes);

/* That of the same text without the lines that only report. */
struct policy *random_policy_unreported(const struct text *whole,
                                        const struct suffix_list *suffixes);
