/* SPDX-License-Identifier: MIT */
#include "daemon/policy/userdb.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

/* The most bytes of a database entry that are read: an entry for a group lists all its members. */
#define ENTRY_BYTES_MAX (1u << 20)

/* Looks up one entry. Returns 0, and *foundp says whether it exists; or a positive errno. */
static int look_up_entry(const char *name, bool is_group, char *buffer, size_t size, bool *foundp,
                         uint32_t *idp)
{
    struct passwd user, *found_user = NULL;
    struct group group, *found_group = NULL;
    int r;

    if (is_group)
        r = getgrnam_r(name, &group, buffer, size, &found_group);
    else
        r = getpwnam_r(name, &user, buffer, size, &found_user);
    *foundp = found_user || found_group;
    if (found_user)
        *idp = found_user->pw_uid;
    if (found_group)
        *idp = found_group->gr_gid;
    return r;
}

static int find_name(const char *name, bool is_group, bool *foundp, uint32_t *idp)
{
    int r = ERANGE;

    for (size_t size = 4096; r == ERANGE && size <= ENTRY_BYTES_MAX; size *= 4) {
        char *buffer = malloc(size);

        if (!buffer)
            return -ENOMEM;
        r = look_up_entry(name, is_group, buffer, size, foundp, idp);
        free(buffer);
    }
    return r == ENOMEM ? -ENOMEM : 0;
}

static const char *read_number(const char *text, uint32_t *idp)
{
    char *end = NULL;
    unsigned long long number;

    if (strlen(text) > 10 || (text[0] == '0' && text[1] != '\0'))
        return "there is no such number: it is too large, or begins with a zero";
    number = strtoull(text, &end, 10);
    if (number >= UINT32_MAX)
        return "there is no such number: it is too large";
    *idp = (uint32_t)number;
    return NULL;
}

int policy_userdb_find(const char *text, bool is_group, uint32_t *idp, const char **faultp)
{
    bool found = false;
    int r;

    *faultp = NULL;
    if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0') {
        *faultp = read_number(text, idp);
    } else {
        r = find_name(text, is_group, &found, idp);
        if (r < 0)
            return r;
        if (!found)
            *faultp = is_group ? "there is no such group on this host: correct the name, or give "
                                 "its number"
                               : "there is no such user on this host: correct the name, or give "
                                 "the number";
    }
    return 0;
}
