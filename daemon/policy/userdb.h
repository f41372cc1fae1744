/* SPDX-License-Identifier: MIT */
#pragma once

/* Looks up users and groups by name or number. */

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets *idp to the uid, or with is_group the gid, that `text` stands for. A text of digits is the
 * number itself; any other text is looked up in the user or group database. *faultp is NULL on
 * success, and a sentence fragment if the text has a fault or is unknown. Returns 0 or -ENOMEM.
 */
int policy_userdb_find(const char *text, bool is_group, uint32_t *idp, const char **faultp);
