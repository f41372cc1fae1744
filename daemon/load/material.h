/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The material of a policy: the trust stores and CRLs that it names by path, read from their files.
 * Material never changes after loading.
 */

#include <stdbool.h>

#include "base/packed.h"
#include "daemon/os/file_watch.h"
#include "daemon/policy/policy.h"
#include "daemon/verify/context.h"

struct material;

/*
 * Loads the trust stores and CRLs that the policy names. A store that the policy names fails the
 * load where it is absent, empty, damaged or writable by others. The system's store, which is used
 * without being named, does not: questions for a path are refused then, and material_warning says
 * why.
 *
 * Returns 0, and *materialp is the caller's; 1, and *error has the reason at the section that names
 * the file; or -ENOMEM or -EIO.
 */
int material_load(struct material **materialp, const struct policy *policy,
                  const struct x509_context *x509, struct policy_error *error);

/* Shares the trust stores of `old`, which stays usable, and reads the CRLs anew. Returns as
 * material_load does. */
int material_refresh(struct material **materialp, const struct material *old,
                     const struct policy *policy, const struct x509_context *x509,
                     struct policy_error *error);

/* Writes the trust stores, or the CRLs, in bytes. A failure is the writer's. */
void material_pack_stores(const struct material *material, const struct policy *policy,
                          struct packed_writer *writer);
void material_pack_crls(const struct material *material, const struct policy *policy,
                        struct packed_writer *writer);

/*
 * Makes material of packed bytes: the trust stores, unless those of `old` are shared, and the CRLs.
 * No file is read. Returns 0, and *materialp is the caller's; -EBADMSG for bytes that the functions
 * above cannot have written; or -ENOMEM or -EIO.
 */
int material_unpack(struct material **materialp, const struct material *old,
                    const struct policy *policy, const struct x509_context *x509,
                    struct packed_reader *reader);

/* Frees material; takes NULL. Returns NULL. */
struct material *material_free(struct material *material);

/* Adds the files of the policy's trust stores to a watch. To be called before they are read, so
 * that an edit during the load is noticed. Returns 0 or -ENOMEM. */
int material_watch_stores(struct file_watch *watch, const struct policy *policy);

/* Adds the files of the policy's CRLs, likewise. Returns 0 or -ENOMEM. */
int material_watch_crls(struct file_watch *watch, const struct policy *policy);

/* Lets a context refer to the material, which has to outlive it. */
void material_serve(const struct material *material, struct verify_context *context);

/* Returns a warning about the system's trust store for a person, or "". It lives as long as the
 * material. */
const char *material_warning(const struct material *material);

/* Returns a warning about files of CRLs that were left out, or ""; likewise. */
const char *material_crl_warning(const struct material *material);

/* Returns how many files of CRLs were left out. */
size_t material_n_crls_left_out(const struct material *material);
