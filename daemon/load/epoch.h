/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * An epoch: a generation (a policy with the libraries that it is judged with) and its material
 * (trust stores and CRLs). An epoch is loaded completely before it serves and never changes
 * afterwards. When CRLs are read anew, the same generation goes on in a new epoch.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/packed.h"
#include "daemon/ipc/settings.h"
#include "daemon/load/load_error.h"
#include "daemon/load/sources.h"
#include "daemon/verify/verify.h"

struct crlites; /* defined in crlites.h */
struct epoch;
struct generation;

/* The number of an epoch and of its generation. Both count from 1 since the daemon's start. */
struct epoch_number {
    uint64_t generation;
    uint64_t epoch;
};

/*
 * Makes an epoch of a generation, whose reference it takes over even on failure, and loads its
 * material. Returns what epoch_load returns.
 */
int epoch_make(struct epoch **epochp, struct generation *generation, struct epoch_number number,
               struct policy_error *error);

/*
 * Loads a new generation and its material. Returns 0, and *epochp is the caller's; 1 if the
 * configuration, or a file that it names, is refused; or -errno. Unless 0 is returned, *epochp is
 * untouched and *error has the reason; error->file is empty unless a file is at fault.
 */
int epoch_load(struct epoch **epochp, const struct sources *sources, struct epoch_number number,
               struct policy_error *error);

/*
 * Loads the epoch that follows `old`: policy and trust stores are shared with `old`, which stays
 * usable, and the CRLs are read from disk. Returns what epoch_load returns.
 */
int epoch_refresh(struct epoch **epochp, const struct epoch *old, struct policy_error *error);

/*
 * epoch_pack writes an epoch as bytes, so that one process reads the files and another one serves.
 * If memory runs out, writer->failed is set. epoch_unpack makes the same epoch from the bytes, with
 * the given number and without reading a file. It returns what epoch_load returns, and also 1 if
 * the policy does not have the digest that it had when it was packed.
 */
void epoch_pack(const struct epoch *epoch, struct packed_writer *writer);
int epoch_unpack(struct epoch **epochp, struct bytes packed, struct epoch_number number,
                 struct policy_error *error);

/*
 * Finds the policy in a packed epoch, for last_good_write. Returns its bytes, which are borrowed,
 * and copies its digest; absent bytes if `packed` holds no policy.
 */
struct bytes epoch_packed_policy(struct bytes packed, uint8_t digest[static DIGEST_BYTES]);

/*
 * epoch_pack_crls writes only the CRLs as bytes. epoch_unpack_crls makes from them the epoch that
 * follows `old`, as epoch_refresh does from files.
 */
void epoch_pack_crls(const struct epoch *epoch, struct packed_writer *writer);
int epoch_unpack_crls(struct epoch **epochp, const struct epoch *old, struct bytes packed,
                      struct policy_error *error);

/*
 * If the CRLs and filters of `next`, which follows `epoch`, are byte for byte those of `epoch`,
 * `epoch` goes on with the watch of `next`, so that only a later change counts, and true is
 * returned. Otherwise nothing changes. The caller still owns both.
 */
bool epoch_goes_on(struct epoch *epoch, struct epoch *next);

/* Frees an epoch; takes NULL. Returns NULL. */
struct epoch *epoch_free(struct epoch *epoch);

/* Returns the context that verifiers of this epoch judge with. It lives as long as the epoch. */
const struct verify_context *epoch_context(const struct epoch *epoch);

struct epoch_number epoch_number(const struct epoch *epoch);

/*
 * Returns the files that the policy was read from; none for the built-in policy. The list lives as
 * long as the epoch.
 */
struct policy_texts epoch_files(const struct epoch *epoch);

/*
 * Writes the names of the policy's files to `text`, such as "/etc/x.conf and 2 more"; a text of
 * more than `size` bytes is cut. Returns `text`.
 */
const char *epoch_name(const struct epoch *epoch, char *text, size_t size);

/* Returns the time at which the policy was loaded, in seconds of Unix time. */
int64_t epoch_loaded_s(const struct epoch *epoch);

/*
 * Returns a warning about the system's trust store as a sentence, or "". It lives as long as the
 * epoch.
 */
const char *epoch_material_warning(const struct epoch *epoch);

/*
 * epoch_crl_warning returns a warning about CRL files that could not be used, or "";
 * epoch_n_crls_left_out returns the number of these files.
 */
const char *epoch_crl_warning(const struct epoch *epoch);
size_t epoch_n_crls_left_out(const struct epoch *epoch);

/* Returns the filters of CRLite, which live as long as the epoch. */
const struct crlites *epoch_crlites(const struct epoch *epoch);

/* Returns whether the policy's files, or the trust stores that it names, have changed on disk since
 * they were read. */
bool epoch_policy_has_changed(const struct epoch *epoch);

/* Returns whether the CRLs have changed on disk since they were read. */
bool epoch_crls_have_changed(const struct epoch *epoch);

/*
 * Looks at the CRLs on disk. Returns 0, and *statep is a number for their state (file_watch_state),
 * with which the caller recognises CRLs that were refused and have not changed since; or -ENOMEM.
 */
int epoch_crls_state(const struct epoch *epoch, uint64_t *statep);

/*
 * Fills in *settings with what the front needs to know of the epoch. settings->limits.workers is
 * the policy's value, which may be 0.
 */
void epoch_settings(const struct epoch *epoch, struct settings *settings);

/*
 * Returns whether an allocation within libcrypto has failed in this process (daemon/x509/parse/
 * allocation.h). The process can then neither make an epoch nor fork a verifier that works.
 */
bool epoch_memory_has_failed(void);

/* Returns how many verifiers the policy wants at work at a time; 0 means one for each processor. */
size_t epoch_n_workers(const struct epoch *epoch);
