/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The material of a policy: trust stores, CRLs and filters of CRLite, read from the files that the
 * policy names. Material never changes after loading.
 */

#include <stdbool.h>

#include "base/packed.h"
#include "daemon/os/file_watch.h"
#include "daemon/policy/policy.h"
#include "daemon/verify/context.h"

struct crlites; /* defined in crlites.h */
struct material;

/*
 * Loads the trust stores and CRLs that the policy names. If a trust store that the policy names is
 * absent, empty, damaged or writable by others, loading fails. The system's store is different
 * where the policy uses it without naming its files: if that store is unusable, loading succeeds,
 * material_warning says why, and questions for a path are refused.
 *
 * Returns 0, and *materialp is the caller's; 1, and *error has the reason at the section that names
 * the file; or -ENOMEM or -EIO.
 */
int material_load(struct material **materialp, const struct policy *policy,
                  const struct x509_context *x509, struct policy_error *error);

/*
 * Makes material that shares the trust stores of `old`, which stays usable, and reads the CRLs
 * anew. Returns what material_load returns.
 */
int material_refresh(struct material **materialp, const struct material *old,
                     const struct policy *policy, const struct x509_context *x509,
                     struct policy_error *error);

/* Each writes a part of the material as bytes. If memory runs out, writer->failed is set. */
void material_pack_stores(const struct material *material, const struct policy *policy,
                          struct packed_writer *writer);
void material_pack_crls(const struct material *material, const struct policy *policy,
                        struct packed_writer *writer);

/*
 * Returns whether two materials of one policy have the same CRLs and filters, byte for byte, and
 * the same warnings about them. Returns false too if memory runs out.
 */
bool material_has_same_crls(const struct material *a, const struct material *b,
                            const struct policy *policy);

/*
 * Makes material from packed bytes, without reading a file. If `old` is NULL, the bytes hold trust
 * stores and CRLs; otherwise they hold only CRLs, and the trust stores of `old` are shared. Returns
 * 0, and *materialp is the caller's; -EBADMSG for bytes that the functions above cannot have
 * written; or -ENOMEM or -EIO.
 */
int material_unpack(struct material **materialp, const struct material *old,
                    const struct policy *policy, const struct x509_context *x509,
                    struct packed_reader *reader);

/* Frees material; takes NULL. Returns NULL. */
struct material *material_free(struct material *material);

/*
 * Adds the files of the policy's trust stores to a watch. Called before they are read, so that an
 * edit during the load is noticed. Returns 0 or -ENOMEM.
 */
int material_watch_stores(struct file_watch *watch, const struct policy *policy);

/*
 * Adds the files of the policy's CRLs to a watch. Called before they are read, too. Returns 0 or
 * -ENOMEM.
 */
int material_watch_crls(struct file_watch *watch, const struct policy *policy);

/*
 * Sets the stores, CRLs and engine of a context to those of the material, which has to outlive it.
 */
void material_serve(const struct material *material, struct verify_context *context);

/*
 * Returns a warning about the trust stores as a sentence; "" if there is none. The text is valid as
 * long as the material.
 */
const char *material_warning(const struct material *material);

/*
 * Returns a warning about CRL files that could not be used as a sentence, or "". It lives as long
 * as the material.
 */
const char *material_crl_warning(const struct material *material);

/* Returns the filters of CRLite; they live as long as the material. */
const struct crlites *material_crlites(const struct material *material);

/* Returns the number of CRL files that could not be used. */
size_t material_n_crls_left_out(const struct material *material);
