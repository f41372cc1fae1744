/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Maps each uid to an account, for which quotas are counted. A person may have 65,536 subordinate
 * uids (/etc/subuid) besides their own one. All of these belong to one account, so that quotas
 * limit a person and not a uid:
 *
 * 1. A uid below 65,536, or one of the passwd file, is an account of its own.
 * 2. A subordinate uid belongs to the account of the range's owner. If the passwd file does not
 *    have the owner, the range is one account.
 * 3. In a range that belongs to root, from which containers get their uids, each block of 65,536
 *    uids is an account; none of them belongs to root's account.
 * 4. A uid in a range of the policy's `account-blocks` belongs to the account of its block.
 * 5. Any other uid, such as one of a directory service, is an account of its own.
 *
 * An account is identified by a uid: the owner's, or the first one of its range or block.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCOUNT_MAP_BLOCK_UIDS 65536u

/* A range of uids. */
struct account_map_row {
    uint32_t first, last; /* both included */
    uint32_t account;     /* the account of all uids of the range; unused if n_block is not 0 */
    uint32_t n_block; /* if not 0: the range is divided into blocks of this many uids, counted from
                         `first`, and each block is an account; 0: the range is one account */
};

/* The whole map. Each list is sorted by uid, and no two rows of one list overlap. */
struct account_map {
    size_t n_single;
    uint32_t *single; /* uids from 65,536 on that are accounts of their own */
    size_t n_rows;
    struct account_map_row *rows; /* the ranges from the files */
    size_t n_blocks;
    /* the ranges from the policy; they apply to uids that no row of the files has */
    struct account_map_row *blocks;
};

#define ACCOUNT_MAP_NULL ((struct account_map){0})

/*
 * Reads the texts of the files passwd and subuid, of n_passwd and n_subuid bytes. Lines that cannot
 * be read, or overlap with others, are skipped and counted. Returns 0, with *map, which the caller
 * has to deinit, and the number of skipped lines in *n_badp; or -ENOMEM.
 */
int account_map_parse(struct account_map *map, const char *passwd, size_t n_passwd,
                      const char *subuid, size_t n_subuid, size_t *n_badp);

/* Replaces the policy's ranges in the map by a copy of these. Returns 0 or -ENOMEM. */
int account_map_set_blocks(struct account_map *map, const struct account_map_row *blocks,
                           size_t n_blocks);

/* Frees what the map holds. A second call does nothing. */
void account_map_deinit(struct account_map *map);

/* Returns the account of a uid. */
uint32_t account_map_find(const struct account_map *map, uint32_t uid);

/* Writes the map into a new sealed memory file. Returns 0, and *fdp is the caller's; or -errno. */
int account_map_seal(const struct account_map *map, int *fdp);

/*
 * Reads a map from a memory file; the descriptor stays the caller's. Returns 0, with *map, which
 * the caller has to deinit; -EBADMSG if the file does not hold a map; or -errno.
 */
int account_map_read(struct account_map *map, int fd);
