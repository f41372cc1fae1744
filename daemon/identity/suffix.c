/* SPDX-License-Identifier: MIT */
#include "daemon/identity/suffix.h"

#include <errno.h>
#include <libpsl.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/name.h"

struct suffix_list {
    psl_ctx_t *loaded;     /* owned; NULL if libpsl's built-in list is used */
    const psl_ctx_t *used; /* the list in use: `loaded` or libpsl's built-in list */
};

int suffix_list_open(struct suffix_list **listp)
{
    struct suffix_list *list = calloc(1, sizeof(*list));

    *listp = NULL;
    if (!list)
        return -ENOMEM;

    list->loaded = psl_latest(NULL);
    list->used = list->loaded ? list->loaded : psl_builtin();
    if (!list->used) {
        suffix_list_close(list);
        return -ENOENT;
    }

    *listp = list;
    return 0;
}

struct suffix_list *suffix_list_close(struct suffix_list *list)
{
    if (!list)
        return NULL;

    /* psl_latest may have returned libpsl's built-in list, which psl_free recognises and does not
     * free. */
    psl_free(list->loaded);
    free(list);
    return NULL;
}

static bool search(const struct suffix_list *list, const char *name, size_t len, int type)
{
    char text[NAME_BYTES + 1];

    if (!list || len == 0 || len > NAME_BYTES || memchr(name, '\0', len))
        return true;

    memcpy(text, name, len);
    text[len] = '\0';
    return psl_is_public_suffix2(list->used, text, type) != 0;
}

bool suffix_list_is_public(const struct suffix_list *list, enum suffix_section section,
                           const char *name, size_t len)
{
    /* PSL_TYPE_NO_STAR_RULE is left out, so that an unknown top-level domain counts as a public
     * suffix. */
    return search(list, name, len, section == SUFFIX_ICANN ? PSL_TYPE_ICANN : PSL_TYPE_ANY);
}

bool suffix_list_is_listed(const struct suffix_list *list, const char *name, size_t len)
{
    return search(list, name, len, PSL_TYPE_ICANN | PSL_TYPE_NO_STAR_RULE);
}
