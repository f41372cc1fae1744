/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The public suffix list, through libpsl. Its implied rule that an unknown top-level domain is a
 * public suffix itself counts: `localhost` and `intranet` are.
 */

#include <stdbool.h>
#include <stddef.h>

struct suffix_list;

/* What of the list counts. */
enum suffix_section {
    SUFFIX_ICANN, /* what registries delegate */
    SUFFIX_ALL,   /* and what companies give to their customers, such as github.io */
};

/*
 * Loads the newest list on this machine, the one within libpsl included. Reads a file: for the
 * start of a program only. 0, or -ENOENT where libpsl has no list at all, or -ENOMEM.
 */
int suffix_list_open(struct suffix_list **listp);

/* Frees the list; takes NULL. Returns NULL. */
struct suffix_list *suffix_list_close(struct suffix_list *list);

/*
 * Whether `name` is a public suffix. `name` is lower-case ASCII without a trailing dot. What cannot
 * be a domain name (empty, over 253 bytes, with a NUL inside) counts as one, and so does every name
 * where `list` is NULL: that is the answer that refuses.
 */
bool suffix_list_is_public(const struct suffix_list *list, enum suffix_section section,
                           const char *name, size_t len);
