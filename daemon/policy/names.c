/* SPDX-License-Identifier: MIT */
#include "daemon/policy/names.h"

#include <string.h>

int policy_name_compare(const char *name, size_t len, const char *canonical, size_t canonical_len)
{
    size_t shorter = len < canonical_len ? len : canonical_len;

    for (size_t i = 0; i < shorter; i++) {
        int difference = policy_name_fold(name[i]) - (unsigned char)canonical[i];

        if (difference != 0)
            return difference;
    }
    return (len > canonical_len) - (len < canonical_len);
}

size_t policy_name_length(const char *name, size_t len)
{
    return len > 0 && name[len - 1] == '.' ? len - 1 : len;
}

bool policy_name_rise(const char **namep, size_t *lenp)
{
    const char *dot = memchr(*namep, '.', *lenp);

    if (!dot)
        return false;
    *lenp -= (size_t)(dot + 1 - *namep);
    *namep = dot + 1;
    return true;
}

static bool contains_name(const struct policy_texts *names, const char *name, size_t len)
{
    size_t low = 0;
    size_t high = names->n_texts;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *text = names->texts[middle];
        int order = policy_name_compare(name, len, text, strlen(text));

        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool policy_names_cover(const struct policy_texts *names, const char *name, size_t len)
{
    len = policy_name_length(name, len);
    if (names->n_texts == 0 || len == 0)
        return false;
    do {
        if (contains_name(names, name, len))
            return true;
    } while (policy_name_rise(&name, &len) && len > 0);
    return false;
}
