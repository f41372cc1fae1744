/* SPDX-License-Identifier: MIT */
#include "daemon/front/account.h"

#include <stdlib.h>

/* Accounts kept without a charge: their debts and figures, at a few hundred bytes each. */
#define IDLE_COUNT 1024
/* Twenty times what an ordinary verification takes. */
#define HEAVY_US 5000
/* How much of the usual cost the newest verification is. */
#define NEWEST_PART 4

void account_table_init(struct account_table *table)
{
    for (size_t i = 0; i < ACCOUNT_BUCKETS; i++)
        LIST_INIT(&table->buckets[i]);
    TAILQ_INIT(&table->idle);
    table->n_idle = 0;
}

static void set_idle(struct account_table *table, struct account *account, bool idle)
{
    if (account->idle == idle)
        return;
    account->idle = idle;
    if (idle) {
        TAILQ_INSERT_TAIL(&table->idle, account, in_idle);
        table->n_idle++;
    } else {
        TAILQ_REMOVE(&table->idle, account, in_idle);
        table->n_idle--;
    }
}

static void free_idlest(struct account_table *table)
{
    struct account *account = TAILQ_FIRST(&table->idle);

    set_idle(table, account, false);
    LIST_REMOVE(account, in_table);
    free(account);
}

void account_table_deinit(struct account_table *table)
{
    while (!TAILQ_EMPTY(&table->idle))
        free_idlest(table);
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
    while (table->n_idle >= IDLE_COUNT)
        free_idlest(table);
    account = calloc(1, sizeof(*account));
    if (!account)
        return NULL;
    account->uid = uid;
    TAILQ_INIT(&account->queued);
    LIST_INSERT_HEAD(bucket, account, in_table);
    set_idle(table, account, true);
    return account;
}

void account_settle(struct account_table *table, struct account *account)
{
    /* One with lines that were suppressed is on the log's list. */
    set_idle(table, account,
             account->n_connections == 0 && account->n_in_flight == 0 &&
                 account->n_log_suppressed == 0);
}

bool account_has_cpu(struct account *account, const struct limits *limits, int64_t now_ms)
{
    int64_t full_us = (int64_t)limits->cpu_burst_ms * 1000;

    if (limits->cpu_per_uid_ms == 0)
        return true;
    /* A millisecond gives as many microseconds as a second gives milliseconds. */
    if (account->cpu_filled_ms == 0)
        account->cpu_us = full_us;
    else
        account->cpu_us += (now_ms - account->cpu_filled_ms) * limits->cpu_per_uid_ms;
    if (account->cpu_us > full_us)
        account->cpu_us = full_us;
    account->cpu_filled_ms = now_ms;
    return account->cpu_us > 0;
}

void account_charge_cpu(struct account *account, uint64_t number, int64_t us)
{
    if (account->charged == number)
        return;
    account->charged = number;
    account->cpu_us -= us;
    account->used_cpu_us += (uint64_t)us;
    account->usual_cost_us += (us - account->usual_cost_us) / NEWEST_PART;
}

bool account_is_heavy(const struct account *account)
{
    return account->usual_cost_us > HEAVY_US;
}

/* Puts it where it belongs among those found; the last of a full list gives way. */
static size_t insert(const struct account **top, size_t n, size_t size,
                     const struct account *account)
{
    size_t at = n < size ? n : size - 1;

    if (n == size && top[at]->n_requests >= account->n_requests)
        return n;
    for (; at > 0 && top[at - 1]->n_requests < account->n_requests; at--)
        top[at] = top[at - 1];
    top[at] = account;
    return n < size ? n + 1 : size;
}

size_t account_top(const struct account_table *table, const struct account **top, size_t size)
{
    const struct account *account;
    size_t n = 0;

    for (size_t i = 0; i < ACCOUNT_BUCKETS; i++) {
        LIST_FOREACH(account, &table->buckets[i], in_table)
        {
            n = insert(top, n, size, account);
        }
    }
    return n;
}
