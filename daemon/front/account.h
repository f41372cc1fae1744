/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Accounts: what each uid has taken of what there is. Everything a client occupies is charged to
 * its uid before a byte of it is read, and what waits for a verifier waits in its uid's own queue.
 * An account outlives its last connection for a while, so that reconnecting pays no debts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "daemon/ipc/settings.h"

struct waiter;
TAILQ_HEAD(waiter_queue, waiter);

struct account {
    LIST_ENTRY(account) in_table;
    TAILQ_ENTRY(account) in_turn; /* among those with something queued (queue.h) */
    TAILQ_ENTRY(account) in_idle; /* among those without a charge */
    bool idle;
    uid_t uid;
    size_t n_connections;
    size_t n_in_flight;
    struct waiter_queue queued;
    size_t queued_bytes;
    size_t held_bytes;     /* unfinished frames and unread replies of its connections */
    int64_t cpu_us;        /* CPU time of verification that it may still use; a debt if negative */
    int64_t cpu_filled_ms; /* when that was last true; 0: never */
    uint64_t charged;      /* the number of the verification it has paid last */
    int64_t usual_cost_us; /* what its verifications take of late */
    uint64_t n_requests;   /* from here on for statistics */
    uint64_t n_errors;
    uint64_t used_cpu_us;
    int64_t log_second; /* the second that the lines belong to */
    unsigned n_log_lines;
    unsigned n_log_suppressed;
    TAILQ_ENTRY(account) in_suppressed; /* among those with lines that were not logged */
};

LIST_HEAD(account_list, account);
TAILQ_HEAD(account_queue, account);

#define ACCOUNT_BUCKETS 256

struct account_table {
    struct account_list buckets[ACCOUNT_BUCKETS];
    struct account_queue idle; /* the longest idle first */
    size_t n_idle;
};

void account_table_init(struct account_table *table);

/* Frees the accounts to which nothing is charged: in the end, all. Safe twice. */
void account_table_deinit(struct account_table *table);

/* The account of a uid, made if it is new; NULL without memory. A new one is idle until something
 * is charged to it and account_settle called. */
struct account *account_find(struct account_table *table, uid_t uid);

/* Call after a charge has come or gone: an account without any is idle, and may be freed by the
 * next call of account_find, with what it had to remember, if there are many of them. */
void account_settle(struct account_table *table, struct account *account);

/* Whether it may have more verified now. A limit of 0 is none. */
bool account_has_cpu(struct account *account, const struct limits *limits, int64_t now_ms);

/* It has used CPU time of a verifier. The same verification (`number`) is paid once. */
void account_charge_cpu(struct account *account, uint64_t number, int64_t us);

/* Its verifications take long: it may not have all verifiers at a time. */
bool account_is_heavy(const struct account *account);

/* The accounts with the most requests, the largest first. How many they are. */
size_t account_top(const struct account_table *table, const struct account **top, size_t size);
