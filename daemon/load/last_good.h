/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The last good configuration: a file in which the supervisor keeps the policy in force, so that a
 * crash while the configuration on disk is refused does not become an outage. The daemon would have
 * gone on with that policy if it had not crashed. At a boot, or after an operator has stopped the
 * daemon, an old policy must not be used: a denial that was just added would silently not hold. So
 * SIGTERM removes the file, and its presence means that the daemon crashed.
 *
 * Only the policy is kept. Trust stores, CRLs and the public suffix list are read as they are at
 * the start.
 */

#include <stdint.h>

#include "base/digest.h"
#include "base/packed.h"
#include "daemon/policy/policy.h"

/*
 * How many starts may use one last good configuration, and for how many seconds after the first
 * one.
 */
#define LAST_GOOD_STARTS_COUNT 3
#define LAST_GOOD_S            86400

/* Where the file is, and which configuration it stands in for. */
struct last_good_place {
    const char *path;   /* path of the file; NULL: no last good configuration is kept */
    const char *source; /* the main configuration file that the command line names, or "" for the
                           usual places */
};

struct last_good {
    uint8_t digest[DIGEST_BYTES]; /* SHA-256 of the effective policy */
    uint64_t n_starts;            /* the number of starts that have used it */
    int64_t first_start_s; /* time of the first of these starts in seconds of CLOCK_BOOTTIME; 0: it
                              has not been used */
    struct bytes policy;   /* the packed policy, for policy_unpack */
};

/*
 * Writes the file with mode 0600, in one step, together with the build and the boot that it is
 * valid for. Returns 0, also if place->path is NULL. Returns -errno on failure, and then there is
 * no file: an older one would hold a policy that is not in force any more.
 */
int last_good_write(const struct last_good_place *place, const struct last_good *good);

/*
 * Reads the file into *textp, which the caller frees, and *good, which borrows from it. The file is
 * refused unless it is a regular file of this user's with one link and mode 0600; is of this build,
 * boot and source; and is neither used up nor too old. Returns 0; 1 if it is refused, and *error
 * has the reason; -ENOENT if there is no file; or another -errno.
 */
int last_good_read(const struct last_good_place *place, uint8_t **textp, struct last_good *good,
                   struct policy_error *error);

/* Counts one more start that uses it, at the present time. */
void last_good_count_start(struct last_good *good);

/* Returns whether LAST_GOOD_S seconds have passed since its first start. */
bool last_good_is_over(const struct last_good *good);

/* Removes the file; nothing happens if there is none. */
void last_good_remove(const struct last_good_place *place);
