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

struct generation;

/* Its place in the daemon's life; both count from 1. */
struct generation_number {
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
int generation_load(struct generation **generationp, const struct sources *sources,
                    struct generation_number number, struct policy_error *error);

/*
 * The same policy and trust stores, with the CRLs as they are on disk now: the next epoch of `old`,
 * which shares what both have and goes on. As generation_load; CRLs that were refused are not
 * `generation_is_stale` again before they change again.
 */
int generation_refresh(struct generation **generationp, struct generation *old,
                       struct policy_error *error);

/* Frees it; takes NULL. Returns NULL. */
struct generation *generation_free(struct generation *generation);

/* What the verifiers judge by. Lives as long as the generation. */
const struct verify_context *generation_context(const struct generation *generation);

struct generation_number generation_number(const struct generation *generation);

/* The files of its policy; none for the built-in one. They live as long as the generation. */
struct policy_texts generation_files(const struct generation *generation);

/* The same for a person: "/etc/x.conf and 2 more". Returns `text`. */
const char *generation_name(const struct generation *generation, char *text, size_t size);

/* When its policy was loaded, in Unix time. */
int64_t generation_loaded_s(const struct generation *generation);

/* What there is to say of its material; "" for nothing. */
const char *generation_remark(const struct generation *generation);

/* Whether the policy's files, or the trust stores that it names, have changed on disk since. */
bool generation_is_outdated(const struct generation *generation);

/* Whether its CRLs have. */
bool generation_is_stale(const struct generation *generation);

/* --- generation_settings.c --- */

/* What the front has to know of it. 0; or 1 and *error, where the front cannot know it all. */
int generation_settings(const struct generation *generation, struct settings *settings,
                        struct policy_error *error);

/* Whether it can. The same without the settings; or -ENOMEM and *error. */
int generation_check_settings(const struct generation *generation, struct policy_error *error);

/* How many verifiers its policy wants; 0: as many as processors. */
size_t generation_n_workers(const struct generation *generation);

/* --- generation_error.c --- */

/* What is no file's fault. Returns r. */
int generation_error_set(struct policy_error *error, int r, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* "FILE:LINE: MESSAGE", as far as there is a file and a line. Returns `text`. */
const char *generation_error_text(const struct policy_error *error, char *text, size_t size);

/* Room for any such text. */
#define GENERATION_ERROR_BYTES (sizeof(struct policy_error) + 16)
