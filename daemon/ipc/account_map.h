/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Which account a uid belongs to. A person may have 65,536 subordinate uids (/etc/subuid) beside
 * the own one; all of them are one account, so that quotas count persons and not uids:
 *
 * 1. A uid below 65,536, or one of the passwd file, is an account of its own.
 * 2. A subordinate uid belongs to the account of the range's owner; if the passwd file does not
 * know the owner, the range is one account.
 * 3. In a range of root, which containers get theirs from, each block of 65,536 uids is an account,
 *    and never root's.
 * 4. Any other uid, as of a directory service, is an account of its own.
 *
 * An account is named by a uid: the owner's, or the first of its range or block.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ACCOUNT_MAP_BLOCK_UIDS 65536u

/* A range of uids. */
struct account_map_row {
    uint32_t first, last; /* both included */
    uint32_t account;     /* of the whole range; unused with has_blocks */
    uint32_t has_blocks;  /* 1: each block of ACCOUNT_MAP_BLOCK_UIDS from `first` is an account */
};

/* Rows in the order of their first uids, none of which overlap within one list. */
struct account_map {
    size_t n_single;
    uint32_t *single; /* uids from 65,536 on that are accounts of their own */
    size_t n_rows;
    struct account_map_row *rows;
};

#define ACCOUNT_MAP_NULL ((struct account_map){0})

/* Reads the texts of the files passwd and subuid (each `len` bytes; lines that cannot be read, or
 * overlap with others, are counted and passed over). Returns 0, and *map is the caller's to deinit
 * and *n_badp the number of such lines; or -ENOMEM. */
int account_map_parse(struct account_map *map, const char *passwd, size_t n_passwd,
                      const char *subuid, size_t n_subuid, size_t *n_badp);

/* Frees what the map holds. Safe to call twice. */
void account_map_deinit(struct account_map *map);

/* Returns the account of a uid. */
uint32_t account_map_find(const struct account_map *map, uint32_t uid);

/* Writes the map into a new sealed memory file. Returns 0, and *fdp is the caller's; or -errno. */
int account_map_seal(const struct account_map *map, int *fdp);

/* Reads a map; the descriptor stays the caller's. Returns 0, and *map is the caller's to deinit;
 * -EBADMSG for what is not a map; or -errno. */
int account_map_read(struct account_map *map, int fd);
