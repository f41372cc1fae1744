/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A generation: a policy and all that is needed to judge by it, loaded whole before it serves,
 * never changed afterwards. With its material (trust stores, CRLs) it is an epoch; the same policy
 * with new material is a new epoch of the same generation.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/host/settings.h"
#include "daemon/sources.h"
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

/* Frees it; takes NULL. Returns NULL. */
struct generation *generation_free(struct generation *generation);

/* What the verifiers judge by. Lives as long as the generation. */
const struct verify_context *generation_context(const struct generation *generation);

struct generation_number generation_number(const struct generation *generation);

/* The file it was read from; NULL for the built-in policy. */
const char *generation_file(const struct generation *generation);

/* When it was loaded, in Unix time. */
int64_t generation_loaded_s(const struct generation *generation);

/* Whether what it was read from has changed on disk since. */
bool generation_is_outdated(const struct generation *generation);

/* What the front has to know of it. */
void generation_settings(const struct generation *generation, struct settings *settings);

/* "FILE:LINE: MESSAGE", as far as there is a file and a line. Returns `text`. */
const char *generation_error_text(const struct policy_error *error, char *text, size_t size);

/* Room for any such text. */
#define GENERATION_ERROR_BYTES (sizeof(struct policy_error) + 16)
