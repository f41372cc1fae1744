/* SPDX-License-Identifier: MIT */
#pragma once

/* Users and groups, by name or number. */

#include <stdbool.h>
#include <stdint.h>

/*
 * Sets *idp to the uid (or gid, with is_group) that `text` is: digits are a number, all else is
 * looked up in the user or group database. *faultp is NULL, or a sentence fragment on what is
 * wrong. 0 or -ENOMEM.
 */
int policy_account_find(const char *text, bool is_group, uint32_t *idp, const char **faultp);
