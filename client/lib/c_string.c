/* SPDX-License-Identifier: MIT */
#include "client/lib/c_string.h"

#include <errno.h>
#include <string.h>

int c_string_make(struct arena *arena, const char **stringp, const char *prefix, struct bytes bytes)
{
    size_t n_prefix = strlen(prefix);
    char *string;

    if (bytes.len > 0 && memchr(bytes.data, '\0', bytes.len))
        return -EBADMSG;
    string = arena_alloc(arena, n_prefix + bytes.len + 1);
    if (!string)
        return arena->over_limit ? -E2BIG : -ENOMEM;
    memcpy(string, prefix, n_prefix);
    if (bytes.len > 0)
        memcpy(string + n_prefix, bytes.data, bytes.len);
    string[n_prefix + bytes.len] = '\0';
    *stringp = string;
    return 0;
}
