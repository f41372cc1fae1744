/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A generation: a policy and the libraries that it is judged with. Several epochs can share one, so
 * references are counted. Its policy never changes after loading.
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
    struct file_watch *files; /* watches the policy's files and the trust stores that it names */
    uint8_t digest[DIGEST_BYTES]; /* SHA-256 of the effective policy as policy_print writes it */
    int64_t loaded_s;             /* time of loading in seconds of Unix time */
    /* If the generation was unpacked: its policy in packed form. It is needed for verifiers that
     * are executed, and cannot be packed again, because the parsed sections do not exist any more.
     */
    uint8_t *packed;
    size_t n_packed;
};

/*
 * Opens the libraries, checks with a self-test that they judge names correctly, and loads the
 * policy. Returns 0, and the caller owns one reference to *generationp; 1 if the configuration is
 * refused; or -errno. Unless 0 is returned, *error has the reason; error->file is empty unless a
 * file is at fault.
 */
int generation_load(struct generation **generationp, const struct sources *sources,
                    struct policy_error *error);

/*
 * Packs the policy now, so that generation_pack need not look up users any more. Returns 0 or
 * -ENOMEM.
 */
int generation_pack_policy(struct generation *generation);

/*
 * Writes the policy as one byte string, then the state in which its files were read
 * (file_watch_pack). If memory runs out, writer->failed is set.
 */
void generation_pack(const struct generation *generation, struct packed_writer *writer);

/*
 * Makes a generation from packed bytes and runs the self-test; no configuration file is read.
 * Returns what generation_load returns, and -EBADMSG for bytes that generation_pack cannot have
 * written.
 */
int generation_unpack(struct generation **generationp, struct packed_reader *reader,
                      struct policy_error *error);

/* Adds one reference. Returns the generation. */
struct generation *generation_ref(struct generation *generation);

/*
 * Drops one reference, and frees the generation if it was the last one; takes NULL. Returns NULL.
 */
struct generation *generation_unref(struct generation *generation);
