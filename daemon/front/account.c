/* SPDX-License-Identifier: MIT */
#include "daemon/front/account.h"

#include <assert.h>
#include <stdlib.h>

#include "daemon/limits.h"

/*
 * The largest number of idle accounts that are kept, a few hundred bytes each, because of their CPU
 * debts and for the statistics.
 */
#define IDLE_COUNT 1024
/*
 * The average CPU time from which an account is costly: twenty times what an ordinary verification
 * takes.
 */
#define COSTLY_US 5000
/*
 * The newest verification has this part (one in NEWEST_PART) of the weight in the moving average.
 */
#define NEWEST_PART 4
#define SECOND_MS   1000
/* The recent CPU time is halved once a second; after this many seconds it counts as 0. */
#define RECENT_SECONDS 32

void account_table_init(struct account_table *table)
{
    for (size_t i = 0; i < ACCOUNT_BUCKETS; i++)
        LIST_INIT(&table->buckets[i]);
    TAILQ_INIT(&table->idle);
    table->n_idle = 0;
}

static void set_idle(struct account *account, bool is_idle)
{
    struct account_table *table = account->table;

    account->is_idle = is_idle;
    if (is_idle) {
        TAILQ_INSERT_TAIL(&table->idle, account, in_idle);
        table->n_idle++;
    } else {
        TAILQ_REMOVE(&table->idle, account, in_idle);
        table->n_idle--;
    }
}

static bool is_charged(const struct account *account)
{
    for (size_t i = 0; i < N_ACCOUNT_SLOTS; i++) {
        if (account->charged[i] > 0)
            return true;
    }
    return false;
}

static void account_free(struct account *account)
{
    assert(!is_charged(account));
    assert(TAILQ_EMPTY(&account->queued) && TAILQ_EMPTY(&account->with_turn));
    set_idle(account, false);
    LIST_REMOVE(account, in_table);
    free(account);
}

void account_table_deinit(struct account_table *table)
{
    while (!TAILQ_EMPTY(&table->idle))
        account_free(TAILQ_FIRST(&table->idle));
    for (size_t i = 0; i < ACCOUNT_BUCKETS; i++)
        assert(LIST_EMPTY(&table->buckets[i]));
}

static struct account *account_new(struct account_table *table, uid_t uid)
{
    struct account *account = calloc(1, sizeof(*account));

    if (!account)
        return NULL;
    account->table = table;
    account->uid = uid;
    TAILQ_INIT(&account->queued);
    TAILQ_INIT(&account->with_turn);
    LIST_INSERT_HEAD(&table->buckets[uid % ACCOUNT_BUCKETS], account, in_table);
    set_idle(account, true);
    return account;
}

struct account *account_find(struct account_table *table, uid_t uid)
{
    struct account *account;

    LIST_FOREACH(account, &table->buckets[uid % ACCOUNT_BUCKETS], in_table)
    {
        if (account->uid == uid)
            return account;
    }
    while (table->n_idle >= IDLE_COUNT)
        account_free(TAILQ_FIRST(&table->idle));
    return account_new(table, uid);
}

void account_charge(struct account *account, enum account_slot slot, size_t n)
{
    assert(n <= SIZE_MAX - account->charged[slot]);
    account->charged[slot] += n;
    if (account->is_idle && n > 0)
        set_idle(account, false);
}

void account_release(struct account *account, enum account_slot slot, size_t n)
{
    assert(n <= account->charged[slot]);
    account->charged[slot] -= n;
    if (!account->is_idle && !is_charged(account))
        set_idle(account, true);
}

bool account_has_cpu(struct account *account, const struct limits *limits, int64_t now_ms)
{
    int64_t full_us = (int64_t)limits->cpu_burst_ms * 1000;

    if (limits->cpu_per_uid_ms == 0)
        return true;
    /* A rate in milliseconds per second is the same number of microseconds per millisecond. */
    if (account->cpu_filled_ms == 0)
        account->cpu_us += full_us; /* cpu_us was 0, or negative after earlier charges */
    else
        account->cpu_us += (now_ms - account->cpu_filled_ms) * limits->cpu_per_uid_ms;
    if (account->cpu_us > full_us)
        account->cpu_us = full_us;
    account->cpu_filled_ms = now_ms;
    return account->cpu_us > 0;
}

void account_charge_cpu(struct account *account, uint64_t number, int64_t us)
{
    if (account->last_charged == number)
        return;
    account->last_charged = number;
    account->cpu_us -= us;
    account->used_cpu_us += (uint64_t)us;
    account->usual_cost_us += (us - account->usual_cost_us) / NEWEST_PART;
    account->recent_us += us;
}

void account_fine_cpu(struct account *account, int64_t us)
{
    int64_t least = -LIMIT_FINES_DEBT_CPU_US;

    if (account->cpu_us > least)
        account->cpu_us = account->cpu_us - us > least ? account->cpu_us - us : least;
}

int64_t account_recent_cpu_us(struct account *account, int64_t now_ms)
{
    int64_t n = (now_ms - account->recent_ms) / SECOND_MS;

    if (n >= RECENT_SECONDS)
        account->recent_us = 0;
    else if (n > 0)
        account->recent_us >>= n;
    if (n > 0)
        account->recent_ms = n >= RECENT_SECONDS ? now_ms : account->recent_ms + n * SECOND_MS;
    return account->recent_us;
}

/* Subtracts one crash for each LIMIT_CRASH_FORGET_MS that have passed without a crash. */
static void forget_crashes(struct account *account, int64_t now_ms)
{
    int64_t n = (now_ms - account->crash_ms) / LIMIT_CRASH_FORGET_MS;

    account->n_crashes -= n < account->n_crashes ? (unsigned)n : account->n_crashes;
}

void account_note_crash(struct account *account, int64_t now_ms)
{
    int64_t pause_ms = LIMIT_CRASH_PAUSE_MS;

    forget_crashes(account, now_ms);
    account->crash_ms = now_ms;
    account->n_crashes++;
    if (account->n_crashes <= LIMIT_CRASHES_COUNT)
        return;
    for (unsigned n = account->n_crashes - LIMIT_CRASHES_COUNT;
         n > 1 && pause_ms < LIMIT_CRASH_PAUSE_MAX_MS; n--)
        pause_ms *= 2;
    if (pause_ms > LIMIT_CRASH_PAUSE_MAX_MS)
        pause_ms = LIMIT_CRASH_PAUSE_MAX_MS;
    account->pause_end_ms = now_ms + pause_ms;
}

bool account_is_costly(const struct account *account)
{
    return account->usual_cost_us > COSTLY_US;
}

/*
 * Inserts an account into `top`, which is sorted by number of requests. If `top` is full, the
 * account with the fewest requests is left out. Returns the number of accounts in `top`.
 */
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
