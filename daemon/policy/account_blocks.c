/* SPDX-License-Identifier: MIT */
#include "daemon/policy/account_blocks.h"

/* Reads, checks and prints the key `account-blocks`. */

#include <errno.h>
#include <stdlib.h>

#include "daemon/policy/error.h"
#include "daemon/policy/values.h"
#include "daemon/policy/write.h"

/* The smallest uid that may be in a block. Smaller ones belong to system users and persons. */
#define FIRST_UID 65536u
/* The largest uid. The number above it, (uid_t)-1, means that there is no uid. */
#define LAST_UID 4294967294u

/*
 * Reads a decimal number of at most `most` at *textp, without leading zeros, and moves *textp past
 * it.
 */
static bool read_number(const char **textp, uint32_t most, uint32_t *valuep)
{
    const char *text = *textp;
    uint64_t value = 0;

    if (*text == '0')
        return false;
    for (; *text >= '0' && *text <= '9' && value <= most; text++)
        value = value * 10 + (uint64_t)(*text - '0');
    if (text == *textp || value > most)
        return false;
    *textp = text;
    *valuep = (uint32_t)value;
    return true;
}

static bool read_character(const char **textp, char character)
{
    if (**textp != character)
        return false;
    ++*textp;
    return true;
}

/* Parses one value. Returns NULL, or a sentence fragment about the fault. */
static const char *parse_block(struct policy_account_blocks *blocks, const char *text)
{
    if (!read_number(&text, LAST_UID, &blocks->first) || !read_character(&text, '-') ||
        !read_number(&text, LAST_UID, &blocks->last) || !read_character(&text, ':') ||
        !read_number(&text, LAST_UID, &blocks->n_uids) || *text != '\0')
        return "it is the first and the last uid, and how many are one account, as in "
               "\"2147483648-3221225471:65536\"";
    if (blocks->first < FIRST_UID)
        return "the first uid is at least 65536";
    if (blocks->last < blocks->first)
        return "the last uid is below the first one";
    return NULL;
}

static int compare_blocks(const void *a, const void *b)
{
    const struct policy_account_blocks *one = a, *other = b;

    return one->first < other->first ? -1 : one->first > other->first;
}

static bool overlaps(const struct policy_account_blocks *blocks, size_t n,
                     const struct policy_account_blocks *other)
{
    for (size_t i = 0; i < n; i++) {
        if (blocks[i].first <= other->last && other->first <= blocks[i].last)
            return true;
    }
    return false;
}

int policy_account_blocks_read(const struct policy_check *check,
                               const struct parsed_section *section)
{
    const enum policy_key key = POLICY_KEY_ACCOUNT_BLOCKS;
    const struct parsed_entry *entry = parsed_section_find(section, key);
    struct policy_account_blocks *blocks;

    if (!entry)
        return 0;
    blocks = policy_memory_alloc(&check->policy->memory, entry->n_values, sizeof(*blocks));
    if (!blocks)
        return -ENOMEM;
    for (size_t i = 0; i < entry->n_values; i++) {
        const char *fault = parse_block(&blocks[i], entry->values[i].text);

        if (!fault && overlaps(blocks, i, &blocks[i]))
            fault = "it overlaps another value";
        if (fault)
            return policy_values_refuse(check, section, key, &entry->values[i], fault);
    }
    qsort(blocks, entry->n_values, sizeof(*blocks), compare_blocks);
    check->policy->account_blocks = blocks;
    check->policy->n_account_blocks = entry->n_values;
    return 0;
}

void policy_account_blocks_print(struct memory_text *out,
                                 const struct policy_account_blocks *blocks, size_t n_blocks)
{
    if (n_blocks == 0)
        return;
    policy_write_key(out, POLICY_KEY_ACCOUNT_BLOCKS);
    for (size_t i = 0; i < n_blocks; i++)
        memory_text_add(out, "%s \"%u-%u:%u\"", i == 0 ? "{" : ",", blocks[i].first, blocks[i].last,
                        blocks[i].n_uids);
    memory_text_append(out, " }\n");
}
