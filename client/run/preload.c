/* SPDX-License-Identifier: MIT */
#include "client/run/preload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The environment variables that every started program must get. */
static const char *const names[] = {
    RUN_ENV_SOCKET, RUN_ENV_NAMELESS, RUN_ENV_REPORT, RUN_ENV_LOG, RUN_ENV_COUNTS, RUN_ENV_PRELOAD,
};
#define NAMES_COUNT (sizeof(names) / sizeof(names[0]))

/* The choices for this process, which are set once, before main() runs. */
static struct preload preload = {.tool = "certname-run"};
static struct run_counts own_counts;
static char *variables[NAMES_COUNT + 1];

const struct preload *preload_get(void)
{
    return &preload;
}

/*
 * Returns a copy of a variable, because the program may overwrite the original. Returns NULL if the
 * variable is empty or not set.
 */
static const char *copy_variable(const char *name)
{
    const char *value = getenv(name);

    return value && value[0] ? strdup(value) : NULL;
}

static void copy_variables(void)
{
    size_t n = 0;

    for (size_t i = 0; i < NAMES_COUNT; i++) {
        const char *value = getenv(names[i]);

        if (value && asprintf(&variables[n], "%s=%s", names[i], value) >= 0)
            n++;
    }
    variables[n] = NULL;
    preload.variables = variables;
}

/* Uses the counts in the memory that certname-run shares, if it shares any. */
static void share_counts(const char *path)
{
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *memory;

    preload.counts = &own_counts;
    if (fd < 0)
        return;
    memory = mmap(NULL, sizeof(struct run_counts), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (memory != MAP_FAILED)
        preload.counts = memory;
    close(fd);
}

static enum preload_nameless read_nameless(void)
{
    const char *word = getenv(RUN_ENV_NAMELESS);

    if (word && strcmp(word, "path") == 0)
        return PRELOAD_NAMELESS_PATH;
    return word && strcmp(word, "skip") == 0 ? PRELOAD_NAMELESS_SKIP : PRELOAD_NAMELESS_REFUSE;
}

__attribute__((constructor)) static void open_preload(void)
{
    const char *report = getenv(RUN_ENV_REPORT);
    int saved = errno;

    preload.nameless = read_nameless();
    preload.report = report && report[0];
    preload.socket = copy_variable(RUN_ENV_SOCKET);
    preload.log = copy_variable(RUN_ENV_LOG);
    preload.library = copy_variable(RUN_ENV_PRELOAD);
    snprintf(preload.program, sizeof(preload.program), "%s", program_invocation_short_name);
    copy_variables();
    share_counts(getenv(RUN_ENV_COUNTS));
    errno = saved;
}
