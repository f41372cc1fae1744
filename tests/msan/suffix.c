/* SPDX-License-Identifier: MIT */
#include "daemon/identity/suffix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/name.h"

/*
 * Stands in for libpsl under MSan: top-level domains are public suffixes, and so are a few names
 * that the tests use.
 */

struct suffix_list {
    const char *second_level[3];
    const char *private_one;
};

int suffix_list_open(struct suffix_list **listp)
{
    static const struct suffix_list list = {{"co.uk", "com.au", "ck"}, "github.io"};

    *listp = malloc(sizeof(list));
    if (!*listp)
        return -ENOMEM;
    **listp = list;
    return 0;
}

struct suffix_list *suffix_list_close(struct suffix_list *list)
{
    free(list);
    return NULL;
}

static bool is(const char *suffix, const char *name, size_t len)
{
    return strlen(suffix) == len && memcmp(suffix, name, len) == 0;
}

bool suffix_list_is_public(const struct suffix_list *list, enum suffix_section section,
                           const char *name, size_t len)
{
    if (!list || len == 0 || len > NAME_BYTES || memchr(name, '\0', len) || !memchr(name, '.', len))
        return true;
    for (size_t i = 0; i < sizeof(list->second_level) / sizeof(list->second_level[0]); i++) {
        if (is(list->second_level[i], name, len))
            return true;
    }
    return section == SUFFIX_ALL && is(list->private_one, name, len);
}
