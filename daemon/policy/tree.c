/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/policy/check.h"
#include "daemon/policy/error.h"
#include "daemon/policy/grammar.h"
#include "daemon/policy/internal.h"
#include "daemon/policy/parsed.h"
#include "daemon/policy/trusted_file.h"
#include "daemon/policy/trusted_path.h"

/*
 * Loads a configuration of several files into one policy. Of drop-ins with the same name in several
 * directories, only that of the directory listed last is read. The others are not even opened, so
 * that an administrator can mask a broken drop-in of a package.
 */

static const char ending[] = ".conf";
static const char null_device[] = "/dev/null";

struct drop_in {
    char *name;
    const char *directory;
    size_t rank;  /* position of the directory in the list */
    bool is_null; /* it is a link to /dev/null, which masks drop-ins of its name and has no content
                   */
};

struct drop_in_list {
    struct drop_in *drop_ins;
    size_t n_drop_ins;
    struct policy_error *error;
};

static bool is_drop_in(const char *name)
{
    size_t len = strlen(name);

    return name[0] != '.' && len >= sizeof(ending) &&
           strcmp(name + len - (sizeof(ending) - 1), ending) == 0;
}

/*
 * Returns whether the name is a link to /dev/null that belongs to root or to the effective user.
 * The owner is checked because the directory may be a sticky one, in which anybody may make links.
 */
static bool is_null_link(int folder, const char *name)
{
    char target[sizeof(null_device)];
    struct stat st;
    ssize_t len;

    if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISLNK(st.st_mode) ||
        (st.st_uid != 0 && st.st_uid != geteuid()))
        return false;
    len = readlinkat(folder, name, target, sizeof(target));
    return len == sizeof(null_device) - 1 && memcmp(target, null_device, (size_t)len) == 0;
}

static int add_drop_in(struct drop_in_list *tree, const char *directory, size_t rank, int folder,
                       const char *name)
{
    void *drop_ins;

    if (tree->n_drop_ins == POLICY_DROP_INS_COUNT)
        return policy_error_set(tree->error, directory, 0,
                                "more than %u files *.conf in the directories of drop-ins: this "
                                "version takes no more",
                                POLICY_DROP_INS_COUNT);
    drop_ins = reallocarray(tree->drop_ins, tree->n_drop_ins + 1, sizeof(*tree->drop_ins));
    if (!drop_ins)
        return -ENOMEM;
    tree->drop_ins = drop_ins;
    tree->drop_ins[tree->n_drop_ins] = (struct drop_in){
        .name = strdup(name),
        .directory = directory,
        .rank = rank,
        .is_null = is_null_link(folder, name),
    };
    return tree->drop_ins[tree->n_drop_ins++].name ? 0 : -ENOMEM;
}

/*
 * Refuses a directory that cannot be read; `number` is the errno. A lack of memory is returned as
 * such, since it says nothing about the directory.
 */
static int refuse_folder(const struct drop_in_list *tree, const char *directory, int number)
{
    if (number == ENOMEM)
        return -ENOMEM;
    return policy_error_set(tree->error, directory, 0, "the folder cannot be read: %s",
                            strerror(number));
}

/*
 * Collects the names of the drop-ins in a directory. If the directory cannot be read to its end,
 * loading fails: an unread file could be one that tightens the policy.
 */
static int read_names(struct drop_in_list *tree, const char *directory, size_t rank, DIR *stream)
{
    const struct dirent *entry;
    int r = 0;

    errno = 0;
    while (r == 0 && (entry = readdir(stream))) {
        if (is_drop_in(entry->d_name))
            r = add_drop_in(tree, directory, rank, dirfd(stream), entry->d_name);
        errno = 0;
    }
    if (r == 0 && errno != 0)
        r = refuse_folder(tree, directory, errno);
    return r;
}

static int read_directory(struct drop_in_list *tree, const char *directory, size_t rank)
{
    DIR *stream = NULL;
    int path = -1, fd, r;

    r = policy_trusted_path_folder(&path, directory, tree->error);
    if (r == POLICY_TRUSTED_PATH_ABSENT)
        return 0;
    if (r != 0)
        return r;
    fd = openat(path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        stream = fdopendir(fd);
    if (!stream)
        r = refuse_folder(tree, directory, errno);
    else
        r = read_names(tree, directory, rank, stream);
    close(path);
    if (stream)
        closedir(stream);
    else if (fd >= 0)
        close(fd);
    return r;
}

/* Orders drop-ins by name and, within one name, by directory, so that the last one masks the
 * others. */
static int compare_drop_ins(const void *a, const void *b)
{
    const struct drop_in *one = a;
    const struct drop_in *other = b;
    int order = strcmp(one->name, other->name);

    return order != 0 ? order : (one->rank > other->rank) - (one->rank < other->rank);
}

static int read_file(struct policy *policy, struct parsed_config *config, const char *path,
                     size_t *totalp, struct policy_error *error)
{
    const char *file = NULL;
    char *text = NULL;
    size_t len = 0;
    int r;

    r = policy_trusted_file_read(&text, &len, path, error);
    if (r != 0)
        return r;
    *totalp += len;
    if (*totalp > POLICY_FILE_BYTES)
        r = policy_error_set(error, path, 0,
                             "with this file the configuration is larger than %u MiB",
                             POLICY_FILE_BYTES >> 20);
    if (r == 0)
        r = policy_add_file(policy, path, &file);
    if (r == 0)
        r = policy_grammar_parse(config, file, text, len, error);
    free(text);
    return r;
}

static int read_drop_in(struct policy *policy, struct parsed_config *config,
                        const struct drop_in *drop_in, size_t *totalp, struct policy_error *error)
{
    char *path = NULL;
    int r;

    if (asprintf(&path, "%s/%s", drop_in->directory, drop_in->name) < 0)
        return -ENOMEM;
    r = read_file(policy, config, path, totalp, error);
    free(path);
    return r;
}

static bool is_masked(const struct drop_in_list *tree, size_t index)
{
    return index + 1 < tree->n_drop_ins &&
           strcmp(tree->drop_ins[index].name, tree->drop_ins[index + 1].name) == 0;
}

static int read_files(struct policy *policy, struct parsed_config *config, const char *main,
                      const struct drop_in_list *tree)
{
    size_t total = 0;
    int r = 0;

    if (main)
        r = read_file(policy, config, main, &total, tree->error);
    for (size_t i = 0; r == 0 && i < tree->n_drop_ins; i++)
        if (!is_masked(tree, i) && !tree->drop_ins[i].is_null)
            r = read_drop_in(policy, config, &tree->drop_ins[i], &total, tree->error);
    return r;
}

static void deinit_list(struct drop_in_list *tree)
{
    for (size_t i = 0; i < tree->n_drop_ins; i++)
        free(tree->drop_ins[i].name);
    free(tree->drop_ins);
}

static int load_files(struct policy **policyp, const struct policy_tree *names,
                      const struct drop_in_list *tree, const struct suffix_list *suffixes)
{
    struct parsed_config config = {0};
    struct policy *policy = NULL;
    int r;

    r = policy_new(&policy);
    if (r == 0)
        r = read_files(policy, &config, names->main, tree);
    if (r == 0 && policy->files.n_texts == 0) {
        policy_free(policy);
        return policy_builtin(policyp);
    }
    if (r == 0)
        r = policy_check_config(policy, &config, suffixes, tree->error);
    if (r != 0) {
        parsed_config_deinit(&config);
        policy_free(policy);
        return r;
    }
    policy->config = config;
    *policyp = policy;
    return 0;
}

int policy_load_tree(struct policy **policyp, const struct policy_tree *names,
                     const struct suffix_list *suffixes, struct policy_error *error)
{
    struct drop_in_list tree = {.error = error};
    int r = 0;

    for (size_t i = 0; r == 0 && i < names->n_directories; i++)
        r = read_directory(&tree, names->directories[i], i);
    if (r == 0 && tree.n_drop_ins > 0)
        qsort(tree.drop_ins, tree.n_drop_ins, sizeof(*tree.drop_ins), compare_drop_ins);
    if (r == 0)
        r = load_files(policyp, names, &tree, suffixes);
    deinit_list(&tree);
    return r;
}
