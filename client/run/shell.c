/* SPDX-License-Identifier: MIT */
/*
 * Replacements for system() and popen(). The C library starts the shell by an internal function,
 * which spawn.c does not see; so the library and its variables are put back into the environment of
 * the process before, if the program has removed them.
 */

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/run/preload.h"
#include "client/run/real.h"
#include "client/run/spawn.h"

#define CALLER __builtin_return_address(0)
#define SHELL  "/bin/sh"

/* Sets a variable "NAME=value" in the environment. Returns 0 or a negative errno. */
static int put_back(const char *variable)
{
    size_t len = strcspn(variable, "=");
    const char *value;
    char name[64];

    if (len >= sizeof(name) || !variable[len])
        return -EINVAL;
    snprintf(name, sizeof(name), "%.*s", (int)len, variable);
    value = getenv(name);
    if (value && strcmp(value, variable + len + 1) == 0)
        return 0;
    return setenv(name, variable + len + 1, 1) ? -errno : 0;
}

/* Puts the library into LD_PRELOAD if it is not there. Returns 0 or a negative errno. */
static int put_back_library(void)
{
    const char *library = preload_get()->library, *others = getenv(RUN_ENV_LD);
    char list[PATH_MAX * 2];

    if (!library || spawn_holds_library(others, library))
        return 0;
    if ((size_t)snprintf(list, sizeof(list), "%s%s%s", library, others && others[0] ? ":" : "",
                         others ? others : "") >= sizeof(list))
        return -E2BIG;
    return setenv(RUN_ENV_LD, list, 1) ? -errno : 0;
}

/*
 * Prepares the environment for a shell that the C library starts. Returns 0; a negative errno if
 * the shell would not be covered.
 */
static int prepare(void)
{
    int saved = errno, r = spawn_check(SHELL);

    if (!r && !preload_get()->report && (unsetenv(RUN_ENV_REPORT) || unsetenv(RUN_ENV_NAMELESS)))
        r = -errno;
    for (char *const *own = preload_get()->variables; !r && *own; own++)
        r = put_back(*own);
    if (!r)
        r = put_back_library();
    errno = r ? -r : saved;
    return r;
}

INTERPOSE int system(const char *command)
{
    int (*real)(const char *) = (int (*)(const char *))(uintptr_t)real_find(CALLER, "system");

    if (!real || (command && prepare()))
        return -1;
    return real(command);
}

INTERPOSE FILE *popen(const char *command, const char *type)
{
    FILE *(*real)(const char *, const char *) = (FILE * (*)(const char *, const char *))(
        uintptr_t)real_find(CALLER, "popen");

    if (!real || prepare())
        return NULL;
    return real(command, type);
}
