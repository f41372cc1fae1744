/* SPDX-License-Identifier: MIT */
#include "client/run/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The environment variables that every started program must get. */
static const char *const names[] = {
    RUN_ENV_SOCKET, RUN_ENV_NAMELESS, RUN_ENV_REPORT, RUN_ENV_LOG, RUN_ENV_COUNTS, RUN_ENV_PRELOAD,
};
#define NAMES_COUNT (sizeof(names) / sizeof(names[0]))
/* A value is a word or a path. Its first PATH_MAX bytes are kept: a longer one is no usable path,
 * and neither is what is kept of it. */
#define VARIABLE_BYTES (PATH_MAX + 64)

/* The choices for this process, which are set once, before main() runs. */
static struct preload preload = {.tool = "certname-run"};
static struct run_counts own_counts;
static char *variables[NAMES_COUNT + 1];
/* The memory of the copies. It is not from malloc(), so that a program that needs no memory of that
 * kind starts without it. */
static char memory[NAMES_COUNT * VARIABLE_BYTES];

const struct preload *preload_get(void)
{
    return &preload;
}

/*
 * Copies the variables that are set, as strings "NAME=value", because the program may overwrite
 * its environment.
 */
static void copy_variables(void)
{
    char *at = memory;
    size_t n = 0;

    for (size_t i = 0; i < NAMES_COUNT; i++) {
        const char *value = getenv(names[i]);
        size_t name_len = strlen(names[i]), len = value ? strnlen(value, PATH_MAX) : 0;

        if (!value)
            continue;
        variables[n++] = at;
        memcpy(at, names[i], name_len);
        at[name_len] = '=';
        memcpy(at + name_len + 1, value, len);
        at += name_len + 1 + len + 1;
    }
    preload.variables = variables;
}

/* Returns the copied value of a variable; NULL if it is empty or not set. */
static const char *find_copy(const char *name)
{
    size_t len = strlen(name);

    for (char *const *one = variables; *one; one++) {
        if (strncmp(*one, name, len) == 0 && (*one)[len] == '=')
            return (*one)[len + 1] ? *one + len + 1 : NULL;
    }
    return NULL;
}

/* Uses the counts in the memory that certname-run shares, if it shares any. */
static void share_counts(const char *path)
{
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct stat file;
    void *shared;

    preload.counts = &own_counts;
    if (fd < 0)
        return;
    if (fstat(fd, &file) || file.st_size != sizeof(struct run_counts)) {
        close(fd);
        return;
    }
    shared = mmap(NULL, sizeof(struct run_counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared != MAP_FAILED)
        preload.counts = shared;
    close(fd);
}

static enum preload_nameless read_nameless(const char *word)
{
    if (word && strcmp(word, "path") == 0)
        return PRELOAD_NAMELESS_PATH;
    return word && strcmp(word, "skip") == 0 ? PRELOAD_NAMELESS_SKIP : PRELOAD_NAMELESS_REFUSE;
}

__attribute__((constructor)) static void open_preload(void)
{
    int saved = errno;

    copy_variables();
    preload.nameless = read_nameless(find_copy(RUN_ENV_NAMELESS));
    preload.report = find_copy(RUN_ENV_REPORT) != NULL;
    preload.socket = find_copy(RUN_ENV_SOCKET);
    preload.log = find_copy(RUN_ENV_LOG);
    preload.library = find_copy(RUN_ENV_PRELOAD);
    (void)memccpy(preload.program, program_invocation_short_name, 0, sizeof(preload.program) - 1);
    share_counts(find_copy(RUN_ENV_COUNTS));
    errno = saved;
}
