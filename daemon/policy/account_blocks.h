/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The key `account-blocks` of the section `limits`: ranges of uids that are divided into blocks,
 * each of which is charged as one account; for example, ranges that a directory service gives to
 * its users.
 */

#include "base/memory_text.h"
#include "daemon/policy/section.h"

/*
 * Reads the key into the policy, in the order of uids. Returns 0; 1 if a value is refused (see
 * check->error); or -ENOMEM.
 */
int policy_account_blocks_read(const struct policy_check *check,
                               const struct parsed_section *section);

/* Prints the key; nothing if there are no blocks. */
void policy_account_blocks_print(struct memory_text *out,
                                 const struct policy_account_blocks *blocks, size_t n_blocks);
