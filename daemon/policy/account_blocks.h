/* SPDX-License-Identifier: MIT */
#pragma once

/* The key `account-blocks` of the section `limits`: ranges of uids of which each block is charged
 * as one account, such as those that a directory service gives out to its users. */

#include "base/memory_text.h"
#include "daemon/policy/section.h"

/* Reads the key into the policy, ascending by uid. Returns 0; 1 if a value is refused (see
 * check->error); or -ENOMEM. */
int policy_account_blocks_read(const struct policy_check *check,
                               const struct parsed_section *section);

/* Writes the key; nothing where there are no blocks. */
void policy_account_blocks_print(struct memory_text *out,
                                 const struct policy_account_blocks *blocks, size_t n_blocks);
