/* SPDX-License-Identifier: MIT */
#include "client/lib/outstanding.h"

bool outstanding_add(struct outstanding *outstanding, uint64_t tag, struct verdict_asked asked)
{
    if (outstanding->n_entries == OUTSTANDING_COUNT)
        return false;
    outstanding->entries[outstanding->n_entries++] = (struct outstanding_entry){.tag = tag,
                                                                                .asked = asked};
    return true;
}

bool outstanding_take(struct outstanding *outstanding, uint64_t tag, struct verdict_asked *askedp)
{
    for (size_t i = 0; i < outstanding->n_entries; i++) {
        if (outstanding->entries[i].tag != tag)
            continue;
        *askedp = outstanding->entries[i].asked;
        outstanding->entries[i] = outstanding->entries[--outstanding->n_entries];
        return true;
    }
    return false;
}

void outstanding_clear(struct outstanding *outstanding)
{
    outstanding->n_entries = 0;
}
