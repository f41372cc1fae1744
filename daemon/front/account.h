/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Accounts: what each uid has taken of what there is. Everything a client occupies is charged to
 * its uid before a byte of it is read, and what waits for a verifier waits in its uid's own queue.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>
#include <sys/types.h>

struct job;
TAILQ_HEAD(job_queue, job);

struct account {
    LIST_ENTRY(account) in_table;
    TAILQ_ENTRY(account) in_turn; /* among those with something queued (dispatch.c) */
    uid_t uid;
    size_t n_connections;
    size_t n_in_flight;
    struct job_queue queued;
    size_t queued_bytes;
};

LIST_HEAD(account_list, account);

#define ACCOUNT_BUCKETS 256

struct account_table {
    struct account_list buckets[ACCOUNT_BUCKETS];
};

void account_table_init(struct account_table *table);

/* The account of a uid, made if it is new; NULL without memory. */
struct account *account_find(struct account_table *table, uid_t uid);

/* Frees the account if nothing is charged to it any more. Call after taking a charge off. */
void account_settle(struct account *account);
