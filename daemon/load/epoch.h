/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A generation: a policy and all that is needed to judge by it, loaded whole before it serves,
 * never changed afterwards. With its material (trust stores, CRLs) it is an epoch; the same policy
 * with new material is a new epoch of the same generation.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/ipc/settings.h"
#include "daemon/load/sources.h"
#include "daemon/verify/verify.h"

struct epoch;

/* Its place in the daemon's life; both count from 1. */
struct epoch_number {
    uint64_t generation;
    uint64_t epoch;
};

/*
 * Loads a generation. On any failure *generationp is untouched, and *error says what is wrong:
 * without a file, where it is no file's fault.
 *
 * 0 and *generationp is the caller's; 1 if the configuration or what it names is refused; or
 * -errno.
 */
int epoch_load(struct epoch **epochp, const struct sources *sources, struct epoch_number number,
               struct policy_error *error);

/*
 * The same policy and trust stores, with the CRLs as they are on disk now: the next epoch of `old`,
 * which shares what both have and goes on. As generation_load; CRLs that were refused are not
 * `generation_is_stale` again before they change again.
 */
int epoch_refresh(struct epoch **epochp, struct epoch *old, struct policy_error *error);

/* Frees it; takes NULL. Returns NULL. */
struct epoch *epoch_free(struct epoch *epoch);

/* What the verifiers judge by. Lives as long as the generation. */
const struct verify_context *epoch_context(const struct epoch *epoch);

struct epoch_number epoch_number(const struct epoch *epoch);

/* The files of its policy; none for the built-in one. They live as long as the generation. */
struct policy_texts epoch_files(const struct epoch *epoch);

/* The same for a person: "/etc/x.conf and 2 more". Returns `text`. */
const char *epoch_name(const struct epoch *epoch, char *text, size_t size);

/* When its policy was loaded, in Unix time. */
int64_t epoch_loaded_s(const struct epoch *epoch);

/* What there is to say of its material; "" for nothing. */
const char *epoch_remark(const struct epoch *epoch);

/* Whether the policy's files, or the trust stores that it names, have changed on disk since. */
bool epoch_is_outdated(const struct epoch *epoch);

/* Whether its CRLs have. */
bool epoch_is_stale(const struct epoch *epoch);

/* --- generation_settings.c --- */

/* What the front has to know of it. 0; or 1 and *error, where the front cannot know it all. */
int epoch_settings(const struct epoch *epoch, struct settings *settings,
                   struct policy_error *error);

/* Whether it can. The same without the settings; or -ENOMEM and *error. */
int epoch_check_settings(const struct epoch *epoch, struct policy_error *error);

/* How many verifiers its policy wants; 0: as many as processors. */
size_t epoch_n_workers(const struct epoch *epoch);

/* --- generation_error.c --- */

/* What is no file's fault. Returns r. */
int load_error_set(struct policy_error *error, int r, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "FILE:LINE: MESSAGE", as far as there is a file and a line. Returns `text`. */
const char *load_error_text(const struct policy_error *error, char *text, size_t size);

/* Room for any such text. */
#define LOAD_ERROR_BYTES (sizeof(struct policy_error) + 16)
