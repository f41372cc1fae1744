/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The last good configuration: what the supervisor keeps of the policy in force, so that a crash
 * while the configuration on disk is refused is not an outage. The daemon would have gone on by
 * that policy if it had not crashed. At a boot, and after an operator's stop, the same would be
 * wrong: a denial that was just added would silently not hold. So an orderly end removes the file,
 * and its presence means a crash.
 *
 * Only the policy is kept. Trust stores, CRLs and the public suffix list are read as they are now.
 */

#include <stdint.h>

#include "base/digest.h"
#include "base/packed.h"
#include "daemon/policy/policy.h"

/* Starts that one last good configuration is good for, and the time after the first of them. */
#define LAST_GOOD_STARTS_COUNT 3
#define LAST_GOOD_S            86400

/* Where it is kept, and for which configuration. */
struct last_good_place {
    const char *path;   /* NULL: it is not kept */
    const char *source; /* the main file of the configuration, or "" for the usual places */
};

struct last_good {
    uint8_t digest[DIGEST_BYTES]; /* of the effective policy */
    uint64_t n_starts;            /* that it has been used for */
    int64_t first_start_s;        /* seconds of CLOCK_BOOTTIME; 0: it has not been used */
    struct bytes policy;          /* for policy_unpack */
};

/*
 * Writes the file, 0600 and in one step, with the build and the boot that it is good for. Returns
 * 0, also where it is not kept; or -errno, and no file is there: an older one would be a policy
 * that is not in force any more.
 */
int last_good_write(const struct last_good_place *place, const struct last_good *good);

/*
 * Reads the file into *textp, which the caller frees, and *good, which borrows from it. The file
 * has to be a regular file of this user's with one name and mode 0600; of this build, boot and
 * source; and neither used up nor too old. Returns 0; 1, and *error says why it does not hold;
 * -ENOENT where there is none; or another -errno.
 */
int last_good_read(const struct last_good_place *place, uint8_t **textp, struct last_good *good,
                   struct policy_error *error);

/* Counts one more start by it, now. */
void last_good_count_start(struct last_good *good);

/* Returns whether the time after its first start is over. */
bool last_good_is_over(const struct last_good *good);

/* Removes the file; nothing happens if there is none. */
void last_good_remove(const struct last_good_place *place);
