/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/account_files.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/ipc/account_map.h"
#include "daemon/policy/bounds.h"
#include "daemon/policy/policy.h"

#define PASSWD_PATH "/etc/passwd"
#define SUBUID_PATH "/etc/subuid"
/* The largest number of bytes that are read of each file; real files are far smaller. */
#define FILE_BYTES 4194304

/*
 * Reads a file, which need not exist. Returns 0, and *textp is the text, which the caller frees; or
 * -errno.
 */
static int read_file(const char *path, char **textp, size_t *lenp)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *text;
    ssize_t n = 0;

    *textp = NULL;
    *lenp = 0;
    if (fd < 0)
        return errno == ENOENT ? 0 : -errno;
    text = malloc(FILE_BYTES);
    while (text && *lenp < FILE_BYTES && (n = read(fd, text + *lenp, FILE_BYTES - *lenp)) > 0)
        *lenp += (size_t)n;
    fd_close(fd);
    *textp = text;
    if (!text)
        return -ENOMEM;
    return n < 0 ? -errno : 0;
}

static int watch_files(struct account_files *files)
{
    int r;

    files->watch = file_watch_free(files->watch);
    r = file_watch_new(&files->watch);
    if (!r)
        r = file_watch_add(files->watch, PASSWD_PATH);
    return r ? r : file_watch_add(files->watch, SUBUID_PATH);
}

static int parse_files(struct account_map *map)
{
    char *passwd = NULL, *subuid = NULL;
    size_t n_passwd = 0, n_subuid = 0, n_bad = 0;
    int r = read_file(PASSWD_PATH, &passwd, &n_passwd);

    if (!r)
        r = read_file(SUBUID_PATH, &subuid, &n_subuid);
    if (!r)
        r = account_map_parse(map, passwd, n_passwd, subuid, n_subuid, &n_bad);
    if (!r && n_bad > 0)
        log_info("accounts: %zu lines of " PASSWD_PATH " and " SUBUID_PATH
                 " cannot be read or overlap, and are passed over",
                 n_bad);
    free(passwd);
    free(subuid);
    return r;
}

/* Adds the ranges that the policy's `account-blocks` give. Returns 0 or -ENOMEM. */
static int add_blocks(struct account_map *map, const struct policy *policy)
{
    struct account_map_row rows[POLICY_ACCOUNT_BLOCKS_COUNT];
    size_t n = 0;
    const struct policy_account_blocks *blocks = policy_account_blocks(policy, &n);

    assert(n <= POLICY_ACCOUNT_BLOCKS_COUNT);
    for (size_t i = 0; i < n; i++)
        rows[i] = (struct account_map_row){
            .first = blocks[i].first,
            .last = blocks[i].last,
            .n_block = blocks[i].n_uids,
        };
    return account_map_set_blocks(map, rows, n);
}

static int read_and_send(struct account_files *files, struct channel *channel,
                         const struct policy *policy)
{
    const struct control_message message = {.kind = CONTROL_ACCOUNTS};
    struct account_map map = ACCOUNT_MAP_NULL;
    int fd = -1;
    int r = watch_files(files);

    if (!r)
        r = parse_files(&map);
    if (!r)
        r = add_blocks(&map, policy);
    if (!r)
        r = account_map_seal(&map, &fd);
    account_map_deinit(&map);
    if (r)
        return r;
    channel_send(channel, &message, fd);
    fd_close(fd);
    return 0;
}

void account_files_send(struct account_files *files, struct channel *channel,
                        const struct epoch *epoch)
{
    uint64_t generation = epoch_number(epoch).generation;
    int r;

    if (files->generation != generation)
        account_files_forget(files);
    files->generation = generation;
    if (!channel_is_open(channel) || files->is_sent)
        return;
    r = read_and_send(files, channel, epoch_context(epoch)->policy);
    if (r && !files->has_failed)
        log_warning("accounts: cannot read " PASSWD_PATH " and " SUBUID_PATH
                    ": %s: subordinate uids are accounts of their own",
                    strerror(-r));
    files->has_failed = r != 0;
    /* If there is no watch, the next look counts the files as changed and they are read again. */
    if (r)
        files->watch = file_watch_free(files->watch);
    files->is_sent = true;
}

void account_files_forget(struct account_files *files)
{
    files->is_sent = false;
}

void account_files_deinit(struct account_files *files)
{
    files->watch = file_watch_free(files->watch);
}
