/* SPDX-License-Identifier: MIT */
#include "daemon/front/account.h"

#include <stdlib.h>

void account_table_init(struct account_table *table)
{
    for (size_t i = 0; i < ACCOUNT_BUCKETS; i++)
        LIST_INIT(&table->buckets[i]);
}

struct account *account_find(struct account_table *table, uid_t uid)
{
    struct account_list *bucket = &table->buckets[uid % ACCOUNT_BUCKETS];
    struct account *account;

    LIST_FOREACH(account, bucket, in_table)
    {
        if (account->uid == uid)
            return account;
    }
    account = calloc(1, sizeof(*account));
    if (!account)
        return NULL;
    account->uid = uid;
    TAILQ_INIT(&account->queued);
    LIST_INSERT_HEAD(bucket, account, in_table);
    return account;
}

void account_settle(struct account *account)
{
    if (account->n_connections > 0 || account->n_in_flight > 0)
        return;
    LIST_REMOVE(account, in_table);
    free(account);
}
