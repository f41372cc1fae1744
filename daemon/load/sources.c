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

/* A package's, what holds until the next boot, and the administrator's: the later masks. */
static const char *const folders[] = {
    "/usr/lib/certnamed/conf.d",
    "/run/certnamed/conf.d",
    SYSCONFDIR "/certnamed/conf.d",
};

#define FOLDERS_COUNT (sizeof(folders) / sizeof(folders[0]))

/* Only its absence means the built-in policy: what cannot be read is an error when it is read. */
static bool is_absent(const char *path)
{
    return access(path, F_OK) < 0 && errno == ENOENT;
}

const char *sources_main(const struct sources *sources)
{
    if (sources->path)
        return sources->path;
    return sources->demanded || !is_absent(CONFIG_PATH) ? CONFIG_PATH : NULL;
}

struct sources sources_settle(const struct sources *sources)
{
    struct sources settled = *sources;

    settled.demanded = sources_main(sources) != NULL;
    return settled;
}

/* As policy_load. Verdicts name the file to programs elsewhere: by its whole path, and a short one.
 */
static int load_file(struct policy **policyp, const char *path, const struct suffix_list *suffixes,
                     struct policy_error *error)
{
    char whole[PATH_MAX];

    /* What cannot be found is for policy_load to say. */
    if (path[0] == '/' || !realpath(path, whole))
        snprintf(whole, sizeof(whole), "%s", path);
    if (strlen(whole) <= LIMIT_CONFIG_PATH_BYTES)
        return policy_load(policyp, whole, suffixes, error);
    snprintf(error->file, sizeof(error->file), "%.200s...", path);
    snprintf(error->message, sizeof(error->message),
             "its path has more than %d bytes, and every verdict has to name it: move it",
             LIMIT_CONFIG_PATH_BYTES);
    return 1;
}

int sources_load(const struct sources *sources, struct policy **policyp,
                 const struct suffix_list *suffixes, struct policy_error *error)
{
    const struct policy_tree tree = {
        .main = sources_main(sources),
        .directories = folders,
        .n_directories = FOLDERS_COUNT,
    };

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
