/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * An epoch: a generation (a policy with the libraries that apply it) and its material (trust stores
 * and CRLs). An epoch is loaded whole before it serves and never changes afterwards. CRLs that are
 * read anew make the next epoch of the same generation.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/packed.h"
#include "daemon/ipc/settings.h"
#include "daemon/load/load_error.h"
#include "daemon/load/sources.h"
#include "daemon/verify/verify.h"

struct epoch;

/* How many generations and epochs the daemon has had, this one included: both count from 1. */
struct epoch_number {
    uint64_t generation;
    uint64_t epoch;
};

/*
 * Loads a new generation and its material. Returns 0, and *epochp is the caller's; 1 if the
 * configuration, or a file that it names, is refused; or -errno. Unless 0 is returned, *epochp is
 * untouched and *error has the reason; it names a file only where a file is at fault.
 */
int epoch_load(struct epoch **epochp, const struct sources *sources, struct epoch_number number,
               struct policy_error *error);

/*
 * Loads the epoch that follows `old`: policy and trust stores are shared with `old`, which stays
 * usable, and the CRLs are read from disk. Returns as epoch_load does.
 */
int epoch_refresh(struct epoch **epochp, const struct epoch *old, struct policy_error *error);

/* Lets epoch_is_stale compare with the CRLs as they are on disk now, although they are not in
 * force: so that files which are about to be read, and may be refused, are not read twice. Returns
 * 0 or -ENOMEM, and nothing has changed. */
int epoch_watch_crls(struct epoch *epoch);

/*
 * Writes an epoch in bytes, so that one process reads the files and another one serves. A failure
 * is the writer's. epoch_unpack makes the same epoch of them under another number, without reading
 * a file: it returns as epoch_load does, and 1 where the policy does not have the digest that it
 * had when it was packed.
 */
void epoch_pack(const struct epoch *epoch, struct packed_writer *writer);
int epoch_unpack(struct epoch **epochp, struct bytes packed, struct epoch_number number,
                 struct policy_error *error);

/* Finds the policy in a packed epoch, for last_good_write. Returns its bytes, which are borrowed,
 * and copies its digest; absent bytes where there is none. */
struct bytes epoch_packed_policy(struct bytes packed, uint8_t digest[static DIGEST_BYTES]);

/* The same for the CRLs alone: epoch_unpack_crls makes the epoch that follows `old`, as
 * epoch_refresh does. */
void epoch_pack_crls(const struct epoch *epoch, struct packed_writer *writer);
int epoch_unpack_crls(struct epoch **epochp, const struct epoch *old, struct bytes packed,
                      struct policy_error *error);

/* Frees an epoch; takes NULL. Returns NULL. */
struct epoch *epoch_free(struct epoch *epoch);

/* Returns the context that verifiers of this epoch judge by. It lives as long as the epoch. */
const struct verify_context *epoch_context(const struct epoch *epoch);

struct epoch_number epoch_number(const struct epoch *epoch);

/* Returns the files that the policy was read from; there are none for the built-in policy. They
 * live as long as the epoch. */
struct policy_texts epoch_files(const struct epoch *epoch);

/* Writes those files into `text` for a person, as in "/etc/x.conf and 2 more"; a text of more than
 * `size` bytes is cut. Returns `text`. */
const char *epoch_name(const struct epoch *epoch, char *text, size_t size);

/* Returns when the policy was loaded, in seconds of Unix time. */
int64_t epoch_loaded_s(const struct epoch *epoch);

/* Returns a warning about the material for a person, or "". It lives as long as the epoch. */
const char *epoch_material_warning(const struct epoch *epoch);

/* Returns a warning about files of CRLs that were left out, or ""; and how many were. */
const char *epoch_crl_warning(const struct epoch *epoch);
size_t epoch_n_crls_left_out(const struct epoch *epoch);

/* Returns whether the policy's files, or the trust stores that it names, have changed on disk since
 * they were read. */
bool epoch_is_outdated(const struct epoch *epoch);

/* Returns whether the CRLs have changed on disk since they were read. */
bool epoch_is_stale(const struct epoch *epoch);

/* Fills *settings with what the front needs to know of the epoch. The number of workers is the
 * policy's, which may be 0. */
void epoch_settings(const struct epoch *epoch, struct settings *settings);

/* Returns how many verifiers the policy wants at work at a time; 0: one for each processor. */
size_t epoch_n_workers(const struct epoch *epoch);
