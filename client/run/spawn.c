/* SPDX-License-Identifier: MIT */
/*
 * Replacements for the functions that start programs. A program that the library cannot cover is
 * not started; any other program gets the library and its variables, even if the caller has cleared
 * the environment. Nothing in this file allocates memory, because the caller may be a child after
 * vfork().
 */

#include "client/run/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/run/coverage.h"
#include "client/run/preload.h"
#include "client/run/real.h"
#include "client/run/record.h"

#define CALLER           __builtin_return_address(0)
#define REAL(type, name) type *real = (type *)(uintptr_t)real_find(CALLER, name)

/*
 * The largest numbers of environment variables, and of arguments in those functions that take them
 * as a list, with which a program can be started.
 */
#define VARIABLES_COUNT 4096
#define ARGUMENTS_COUNT 1024

extern char **environ;

/* --- the environment of a program that is started --- */

struct child_environment {
    char *list[VARIABLES_COUNT];
    char preload[PATH_MAX * 2];
};

static bool has_name(const char *variable, const char *name, size_t len)
{
    return strncmp(variable, name, len) == 0 && variable[len] == '=';
}

static const char *find_variable(char *const *variables, const char *name)
{
    size_t len = strlen(name);

    for (; variables && *variables; variables++) {
        if (has_name(*variables, name, len))
            return *variables + len + 1;
    }
    return NULL;
}

bool spawn_holds_library(const char *list, const char *library)
{
    size_t len = strlen(library);

    while (list && *list) {
        size_t n = strcspn(list, ": ");

        if (n == len && strncmp(list, library, n) == 0)
            return true;
        list += n;
        list += strspn(list, ": ");
    }
    return false;
}

/*
 * Returns whether a variable has to be copied from the caller's environment, because it is neither
 * LD_PRELOAD nor one of the library's own. The variables that make a run less strict come from the
 * library alone.
 */
static bool is_foreign(const struct preload *preload, const char *variable)
{
    size_t len = strcspn(variable, "=");

    if (has_name(variable, RUN_ENV_LD, sizeof(RUN_ENV_LD) - 1) ||
        has_name(variable, RUN_ENV_REPORT, sizeof(RUN_ENV_REPORT) - 1) ||
        has_name(variable, RUN_ENV_NAMELESS, sizeof(RUN_ENV_NAMELESS) - 1))
        return false;
    for (char *const *own = preload->variables; *own; own++) {
        if (strncmp(*own, variable, len) == 0 && (*own)[len] == '=')
            return false;
    }
    return true;
}

/*
 * Makes the environment of a program: the caller's, with the library and the library's variables.
 * Returns 0 or -E2BIG.
 */
static int make_environment(struct child_environment *child, char *const *variables)
{
    const struct preload *preload = preload_get();
    const char *others = find_variable(variables, RUN_ENV_LD);
    /* Without a library, which only --report permits, LD_PRELOAD stays as it is. */
    bool held = !preload->library || spawn_holds_library(others, preload->library);
    size_t n = 0;

    if ((size_t)snprintf(child->preload, sizeof(child->preload), "%s=%s%s%s", RUN_ENV_LD,
                         held ? "" : preload->library, !held && others && others[0] ? ":" : "",
                         others ? others : "") >= sizeof(child->preload))
        return -E2BIG;
    child->list[n++] = child->preload;
    for (char *const *own = preload->variables; *own; own++)
        child->list[n++] = *own;
    for (; variables && *variables; variables++) {
        if (n == VARIABLES_COUNT - 1)
            return -E2BIG;
        if (is_foreign(preload, *variables))
            child->list[n++] = *variables;
    }
    child->list[n] = NULL;
    return 0;
}

/* --- whether a program may be started --- */

/*
 * Handles a program that cannot be covered: returns -EACCES; under --report only writes a line and
 * returns 0.
 */
static int refuse(const char *path, const char *reason)
{
    bool report = preload_get()->report;

    record_note("%s %s; it is %s", path, reason, report ? "not covered" : "not started");
    return report ? 0 : -EACCES;
}

static int check_library(const char *path)
{
    const char *library = preload_get()->library;

    if (!library || !coverage_is_library(library))
        return refuse(path, "cannot be covered, because the library is gone or damaged");
    return 0;
}

int spawn_check(const char *path)
{
    char reason[COVERAGE_REASON_BYTES];
    int r = check_library(path);

    if (r)
        return r;
    return coverage_check(path, reason, sizeof(reason)) ? refuse(path, reason) : 0;
}

/*
 * Checks a program that posix_spawn() starts. File actions may change the folder in which a
 * relative path is looked up, and cannot be read.
 */
static int check_spawned(const char *path, const posix_spawn_file_actions_t *actions)
{
    if (actions && path[0] != '/')
        return refuse(path, "has a relative path and is started with file actions, which may "
                            "change the folder");
    return spawn_check(path);
}

/*
 * Finds a program as execvp() does. Writes its path to `path`, of PATH_MAX bytes; if there is none,
 * writes the name itself, so that starting it fails.
 */
static void find_program(const char *name, char *path)
{
    const char *folders = strchr(name, '/') ? NULL : getenv("PATH");

    if (!folders && !strchr(name, '/'))
        folders = "/bin:/usr/bin";
    for (const char *at = folders; at; at++) {
        int n = (int)strcspn(at, ":");

        snprintf(path, PATH_MAX, "%.*s%s%s", n, at, n ? "/" : "./", name);
        if (access(path, X_OK) == 0)
            return;
        at += n;
        if (!*at)
            break;
    }
    snprintf(path, PATH_MAX, "%s", name);
}

/* --- exec --- */

typedef int execve_fn(const char *path, char *const *arguments, char *const *variables);

static int start(const void *caller, const char *path, char *const *arguments,
                 char *const *variables)
{
    execve_fn *real = (execve_fn *)(uintptr_t)real_find(caller, "execve");
    struct child_environment child;
    int r = real ? spawn_check(path) : -ENOSYS;

    if (!r)
        r = make_environment(&child, variables);
    if (!r)
        return real(path, arguments, child.list);
    errno = -r;
    return -1;
}

static int start_by_name(const void *caller, const char *name, char *const *arguments,
                         char *const *variables)
{
    char path[PATH_MAX];

    find_program(name, path);
    return start(caller, path, arguments, variables);
}

INTERPOSE int execve(const char *path, char *const *arguments, char *const *variables)
{
    return start(CALLER, path, arguments, variables);
}

INTERPOSE int execv(const char *path, char *const *arguments)
{
    return start(CALLER, path, arguments, environ);
}

INTERPOSE int execvp(const char *name, char *const *arguments)
{
    return start_by_name(CALLER, name, arguments, environ);
}

INTERPOSE int execvpe(const char *name, char *const *arguments, char *const *variables)
{
    return start_by_name(CALLER, name, arguments, variables);
}

/* Collects the arguments of a variable argument list in an array. Returns whether they fit. */
static bool collect(char **list, const char *first, va_list *arguments)
{
    size_t n = 0;

    list[n++] = (char *)(uintptr_t)first;
    while (first && list[n - 1]) {
        if (n == ARGUMENTS_COUNT)
            return false;
        list[n++] = va_arg(*arguments, char *);
    }
    return true;
}

static int fail_with(int error)
{
    errno = error;
    return -1;
}

INTERPOSE int execl(const char *path, const char *first, ...)
{
    char *list[ARGUMENTS_COUNT];
    va_list arguments;
    bool fits;

    va_start(arguments, first);
    fits = collect(list, first, &arguments);
    va_end(arguments);
    return fits ? start(CALLER, path, list, environ) : fail_with(E2BIG);
}

INTERPOSE int execlp(const char *name, const char *first, ...)
{
    char *list[ARGUMENTS_COUNT];
    va_list arguments;
    bool fits;

    va_start(arguments, first);
    fits = collect(list, first, &arguments);
    va_end(arguments);
    return fits ? start_by_name(CALLER, name, list, environ) : fail_with(E2BIG);
}

INTERPOSE int execle(const char *path, const char *first, ...)
{
    char *list[ARGUMENTS_COUNT], **variables = NULL;
    va_list arguments;
    bool fits;

    va_start(arguments, first);
    fits = collect(list, first, &arguments);
    if (fits)
        variables = va_arg(arguments, char **);
    va_end(arguments);
    return fits ? start(CALLER, path, list, variables) : fail_with(E2BIG);
}

typedef int fexecve_fn(int fd, char *const *arguments, char *const *variables);

INTERPOSE int fexecve(int fd, char *const *arguments, char *const *variables)
{
    REAL(fexecve_fn, "fexecve");
    struct child_environment child;
    char reason[COVERAGE_REASON_BYTES];
    int r = real ? check_library("a program") : -ENOSYS;

    if (!r && coverage_check_fd(fd, reason, sizeof(reason)))
        r = refuse("a program", reason);
    if (!r)
        r = make_environment(&child, variables);
    return r ? fail_with(-r) : real(fd, arguments, child.list);
}

typedef int execveat_fn(int folder, const char *path, char *const *arguments,
                        char *const *variables, int flags);

INTERPOSE int execveat(int folder, const char *path, char *const *arguments, char *const *variables,
                       int flags)
{
    REAL(execveat_fn, "execveat");
    struct child_environment child;
    char reason[COVERAGE_REASON_BYTES];
    int fd = path[0] ? openat(folder, path, O_RDONLY | O_CLOEXEC) : folder;
    int r = real ? check_library(path[0] ? path : "a program") : -ENOSYS;

    if (fd < 0)
        return -1;
    if (!r && coverage_check_fd(fd, reason, sizeof(reason)))
        r = refuse(path[0] ? path : "a program", reason);
    if (fd != folder)
        close(fd);
    if (!r)
        r = make_environment(&child, variables);
    return r ? fail_with(-r) : real(folder, path, arguments, child.list, flags);
}

/* --- posix_spawn --- */

typedef int spawn_fn(pid_t *pidp, const char *path, const posix_spawn_file_actions_t *actions,
                     const posix_spawnattr_t *attributes, char *const *arguments,
                     char *const *variables);

INTERPOSE int posix_spawn(pid_t *pidp, const char *path, const posix_spawn_file_actions_t *actions,
                          const posix_spawnattr_t *attributes, char *const *arguments,
                          char *const *variables)
{
    REAL(spawn_fn, "posix_spawn");
    struct child_environment child;
    int r = real ? check_spawned(path, actions) : -ENOSYS;

    if (!r)
        r = make_environment(&child, variables);
    return r ? -r : real(pidp, path, actions, attributes, arguments, child.list);
}

INTERPOSE int posix_spawnp(pid_t *pidp, const char *name, const posix_spawn_file_actions_t *actions,
                           const posix_spawnattr_t *attributes, char *const *arguments,
                           char *const *variables)
{
    REAL(spawn_fn, "posix_spawn");
    struct child_environment child;
    char path[PATH_MAX];
    int r = real ? 0 : -ENOSYS;

    find_program(name, path);
    if (!r)
        r = check_spawned(path, actions);
    if (!r)
        r = make_environment(&child, variables);
    return r ? -r : real(pidp, path, actions, attributes, arguments, child.list);
}
