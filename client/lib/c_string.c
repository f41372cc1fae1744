/* SPDX-License-Identifier: MIT */
#include "client/lib/c_string.h"

#include <errno.h>
#include <string.h>

int c_string_make(const char **stringp, struct bytes bytes)
{
    char *string = (char *)(uintptr_t)bytes.data;

    *stringp = "";
    if (bytes.len == 0)
        return 0;
    if (memchr(string, '\0', bytes.len))
        return -EBADMSG;
    string[bytes.len] = '\0';
    *stringp = string;
    return 0;
}
