/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A generation: a policy and the libraries that apply it, which the epochs of one policy share.
 * A generation is counted by reference, and its policy never changes after loading.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "daemon/load/sources.h"
#include "daemon/policy/policy.h"
#include "daemon/verify/context.h"

struct generation {
    unsigned n_references;
    struct policy *policy;
    struct suffix_list *suffixes;
    struct x509_context *x509;
    struct file_watch *files;     /* the policy's files, and the trust stores that it names */
    uint8_t digest[DIGEST_BYTES]; /* of the effective policy as policy_print writes it */
    int64_t loaded_s;             /* in seconds of Unix time */
};

/*
 * Opens the libraries, tests that they judge names as they should, and loads the policy. Returns 0,
 * and *generationp is the caller's with one reference; 1 if the configuration is refused; or
 * -errno. Unless 0 is returned, *error has the reason; it names a file only where a file is at
 * fault.
 */
int generation_load(struct generation **generationp, const struct sources *sources,
                    struct policy_error *error);

/* Writes the policy as one byte string, and what its files looked like when they were read. A
 * failure is the writer's. */
void generation_pack(const struct generation *generation, struct packed_writer *writer);

/* Makes a generation of packed bytes and tests the libraries; no configuration file is read.
 * Returns as generation_load does, and -EBADMSG for bytes that generation_pack cannot have written.
 */
int generation_unpack(struct generation **generationp, struct packed_reader *reader,
                      struct policy_error *error);

/* Adds one reference. Returns the generation. */
struct generation *generation_ref(struct generation *generation);

/* Drops one reference and frees the generation with the last one; takes NULL. Returns NULL. */
struct generation *generation_unref(struct generation *generation);
