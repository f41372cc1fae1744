/* SPDX-License-Identifier: MIT */
#include "daemon/load/sources.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/limits.h"

#define CONFIG_PATH SYSCONFDIR "/certnamed/certnamed.conf"
#define DROP_INS    ".conf"

/*
 * The folders of drop-ins: those of packages, those that last until the next boot, and the
 * administrator's. A file masks files of the same name in the folders listed before its own.
 */
static const char *const folders[] = {
    "/usr/lib/certnamed/conf.d",
    "/run/certnamed/conf.d",
    SYSCONFDIR "/certnamed/conf.d",
};

#define FOLDERS_COUNT (sizeof(folders) / sizeof(folders[0]))

/*
 * Returns whether no file exists at the path. A file that exists but cannot be read does not count
 * as absent: reading it fails later, with an error.
 */
static bool is_absent(const char *path)
{
    return access(path, F_OK) < 0 && errno == ENOENT;
}

const char *sources_main(const struct sources *sources)
{
    if (sources->path)
        return sources->path;
    return sources->main_required || !is_absent(CONFIG_PATH) ? CONFIG_PATH : NULL;
}

struct sources sources_settle(const struct sources *sources)
{
    struct sources settled = *sources;

    settled.main_required = sources_main(sources) != NULL;
    return settled;
}

/*
 * Loads one file under its absolute path, since verdicts show the path to programs in other
 * folders. The length of the path is limited, since every verdict contains it. Returns what
 * policy_load returns.
 */
static int load_file(struct policy **policyp, const char *path, const struct suffix_list *suffixes,
                     struct policy_error *error)
{
    char absolute[PATH_MAX];

    /* If realpath fails, the path is passed on unchanged, since policy_load has the right error
     * message. */
    if (path[0] == '/' || !realpath(path, absolute))
        snprintf(absolute, sizeof(absolute), "%s", path);
    if (strlen(absolute) <= LIMIT_CONFIG_PATH_BYTES)
        return policy_load(policyp, absolute, suffixes, error);
    snprintf(error->file, sizeof(error->file), "%.200s...", path);
    snprintf(error->message, sizeof(error->message),
             "its path has more than %d bytes, and every verdict has to name it: move it",
             LIMIT_CONFIG_PATH_BYTES);
    return 1;
}

/* Loads the last good configuration. Returns what policy_load returns. */
static int load_last_good(const struct last_good_place *place, struct policy **policyp,
                          const struct suffix_list *suffixes, struct policy_error *error)
{
    struct packed_reader reader = {0};
    struct last_good good = {0};
    uint8_t *text = NULL;
    int r = last_good_read(place, &text, &good, error);

    if (!r) {
        reader = (struct packed_reader){.data = good.policy.data, .len = good.policy.len};
        r = policy_unpack(policyp, &reader, suffixes, error);
    }
    free(text);
    return r;
}

int sources_load(const struct sources *sources, struct policy **policyp,
                 const struct suffix_list *suffixes, struct policy_error *error)
{
    const struct policy_tree tree = {
        .main = sources_main(sources),
        .directories = folders,
        .n_directories = FOLDERS_COUNT,
    };

    if (sources->last_good)
        return load_last_good(sources->last_good, policyp, suffixes, error);
    if (sources->path)
        return load_file(policyp, sources->path, suffixes, error);
    return policy_load_tree(policyp, &tree, suffixes, error);
}

int sources_watch(const struct sources *sources, struct file_watch *watch)
{
    int r = file_watch_add(watch, sources->path ? sources->path : CONFIG_PATH);

    if (sources->path)
        return r;
    for (size_t i = 0; !r && i < FOLDERS_COUNT; i++)
        r = file_watch_add_whole(watch, folders[i], DROP_INS);
    return r;
}
