/* SPDX-License-Identifier: MIT */
#pragma once

/* Looks up users and groups by name or number. */

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets *idp to the uid (with is_group: the gid) that `text` stands for. A text of digits is the
 * number itself; any other text is looked up in the user or group database. On a fault of the text
 * *faultp is set to a sentence fragment for a person; without one it is NULL. Returns 0 or -ENOMEM.
 */
int policy_userdb_find(const char *text, bool is_group, uint32_t *idp, const char **faultp);
