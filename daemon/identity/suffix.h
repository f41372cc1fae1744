/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The public suffix list, by libpsl. The list's implied rule applies: an unknown top-level domain
 * such as `localhost` or `intranet` is a public suffix.
 */

#include <stdbool.h>
#include <stddef.h>

struct suffix_list;

/* The part of the list that is searched. */
enum suffix_section {
    SUFFIX_ICANN, /* suffixes under which registries delegate */
    SUFFIX_ALL, /* ICANN suffixes, and those that companies give to customers, such as github.io */
};

/*
 * Loads the newest list on this machine, which may be libpsl's built-in one. Opens a file, so it
 * has to be called before the process is confined. On success *listp belongs to the caller; after a
 * failure it is NULL.
 *
 * Returns 0, -ENOENT if libpsl has no list at all, or -ENOMEM.
 */
int suffix_list_open(struct suffix_list **listp);

/* Frees the list; `list` may be NULL. Returns NULL. */
struct suffix_list *suffix_list_close(struct suffix_list *list);

/*
 * Returns whether `name`, lower-case ASCII without a trailing dot, is a public suffix. Also returns
 * true if `name` cannot be a domain name (empty, over 253 bytes, or with a NUL) or `list` is NULL,
 * because a caller refuses when the answer is true.
 */
bool suffix_list_is_public(const struct suffix_list *list, enum suffix_section section,
                           const char *name, size_t len);

/*
 * Returns what suffix_list_is_public returns for SUFFIX_ICANN, but without the implied rule: a
 * top-level domain that is not in the list is none.
 */
bool suffix_list_is_listed(const struct suffix_list *list, const char *name, size_t len);
