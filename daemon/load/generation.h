/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The basis of a generation: its policy and the libraries that it is judged with, which its epochs
 * share. Counted, and never changed once it is loaded.
 */

#include <stddef.h>
#include <stdint.h>

#include "daemon/load/sources.h"
#include "daemon/policy/policy.h"
#include "daemon/verify/context.h"

struct generation {
    unsigned n_users;
    struct policy *policy;
    struct suffix_list *suffixes;
    struct x509_context *x509;
    struct file_watch *files; /* what it was read from, and the trust stores */
    uint8_t digest[X509_SHA256_BYTES];
    int64_t when_s; /* it was loaded, in Unix time */
};

/*
 * Loads one, and tests that names are judged by it as they ought to be. 0 and *basisp is the
 * caller's, one use; 1 if the configuration is refused; or -errno. Unless it is 0, *error says what
 * is wrong: without a file, where it is no file's fault.
 */
int generation_load(struct generation **generationp, const struct sources *sources,
                    struct policy_error *error);

/* One more use. Returns it. */
struct generation *generation_ref(struct generation *generation);

/* Frees it with its last use; takes NULL. Returns NULL. */
struct generation *generation_unref(struct generation *generation);
