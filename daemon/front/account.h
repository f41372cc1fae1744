/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Accounts record how much of each shared resource every uid occupies. Whatever a client occupies
 * is charged to the account of its uid, and released when the client gives it back; only
 * account_charge and account_release change these amounts. An account is kept for a while after its
 * last charge, so that a client cannot get rid of a debt of CPU time by connecting again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "daemon/ipc/settings.h"
#include "daemon/limits.h"

struct connection;
TAILQ_HEAD(connection_queue, connection);
struct pending_request;
TAILQ_HEAD(pending_request_queue, pending_request);

/* The resources that are charged to an account. */
enum account_slot {
    ACCOUNT_CONNECTIONS = 0,
    ACCOUNT_REQUESTS,     /* the number of requests that wait for an answer */
    ACCOUNT_QUEUED_BYTES, /* the bytes of the frames of requests that wait for a verifier */
    ACCOUNT_HELD_BYTES, /* the bytes of buffers for unfinished frames and for replies that have not
                           been sent */
    ACCOUNT_LOG_ENTRY,  /* 1 while a log line that counts this account's suppressed lines is still
                           due; keeps the account from being freed */
    N_ACCOUNT_SLOTS,
};

struct account {
    LIST_ENTRY(account) in_table;
    TAILQ_ENTRY(account)
    in_queue; /* in the queue's list of accounts with queued requests (verify_queue.h) */
    TAILQ_ENTRY(account) in_idle; /* in the table's list of accounts to which nothing is charged */
    TAILQ_ENTRY(account) in_suppressed; /* in audit.c's list of accounts with suppressed lines */
    TAILQ_ENTRY(account)
    in_turns; /* in the list of accounts that need a turn (connection_schedule.c) */
    struct account_table *table;
    uid_t uid;
    bool is_idle; /* nothing is charged, and the account is on the table's list of idle accounts */
    size_t charged[N_ACCOUNT_SLOTS]; /* the amount of each resource; changed only by account_charge
                                        and account_release */
    struct pending_request_queue queued;
    unsigned line; /* the enum verify_queue_line that the account waits in while it has queued
                      requests */
    struct connection_queue with_turn; /* the account's connections that need another turn */
    uint64_t round;                    /* the round of turns in which turn_cost was counted */
    size_t turn_cost;                  /* the cost of what was handled for the account in that round
                                          (account_note_turn) */
    int64_t cpu_us; /* the CPU time in microseconds that the account may still use; negative if it
                       is in debt */
    int64_t cpu_filled_ms; /* the clock_now_ms() at which cpu_us was brought up to date last; 0:
                              never */
    uint64_t last_charged; /* the number of the verification whose CPU time was charged last */
    int64_t usual_cost_us; /* a moving average of the CPU time of the account's verifications */
    int64_t recent_us;     /* the CPU time of the account's verifications, halved once a second */
    int64_t recent_ms;     /* the clock_now_ms() at which recent_us was halved last */
    unsigned n_crashes; /* crashes of verifiers at work for this account, minus those that have been
                           forgotten with time */
    int64_t crash_ms;   /* the clock_now_ms() of the last crash */
    int64_t pause_end_ms; /* a time of clock_now_ms() before which the account's requests are
                             refused, because of crashes */
    uint64_t n_requests;  /* this field and the next two are for statistics only */
    uint64_t n_errors;
    uint64_t used_cpu_us;
    int64_t log_second; /* the second in which the n_log_lines were logged */
    unsigned n_log_lines;
    unsigned n_log_suppressed;
};

LIST_HEAD(account_list, account);
TAILQ_HEAD(account_queue, account);

#define ACCOUNT_BUCKETS 256

struct account_table {
    struct account_list buckets[ACCOUNT_BUCKETS];
    struct account_queue idle; /* the accounts to which nothing is charged; the one that has been
                                  idle longest comes first */
    size_t n_idle;
};

void account_table_init(struct account_table *table);

/* Frees all accounts, to which nothing may be charged any more. May be called twice. */
void account_table_deinit(struct account_table *table);

/*
 * Returns the account of a uid, which is created if it does not exist; NULL if memory ran out. A
 * new account is idle, and the next call may free it unless something has been charged to it.
 */
struct account *account_find(struct account_table *table, uid_t uid);

/* Charges n connections, requests or bytes (which of these, `slot` says) to the account. */
void account_charge(struct account *account, enum account_slot slot, size_t n);

/*
 * Releases n of what was charged before. Once nothing is charged any more, a later call of
 * account_find may free the account.
 */
void account_release(struct account *account, enum account_slot slot, size_t n);

/*
 * Returns whether the account has CPU time left, so that a verification may begin. If
 * limits->cpu_per_uid_ms is 0, CPU time is not limited.
 */
bool account_has_cpu(struct account *account, const struct limits *limits, int64_t now_ms);

/*
 * Charges `us` microseconds of a verifier's CPU time. If several requests of an account share the
 * verification with this number, the account is charged for it only once.
 */
void account_charge_cpu(struct account *account, uint64_t number, int64_t us);

/*
 * Takes CPU time off the account although no verifier used it: for a frame that is not a request,
 * or for a connection whose end may have cost time elsewhere (bin_close).
 */
void account_fine_cpu(struct account *account, int64_t us);

/*
 * Returns the CPU time of the account's verifications in the last seconds, in microseconds. That of
 * the last second counts in full, and that of each earlier second half as much as that of the
 * second after it.
 */
int64_t account_recent_cpu_us(struct account *account, int64_t now_ms);

/*
 * In each round of turns every account has one turn, in which the cost of what is handled for the
 * account, on all its connections together, is bounded by LIMIT_TURN_COST. account_note_turn adds a
 * cost; account_has_turn returns whether more may be handled for the account in this round.
 */
static inline void account_note_turn(struct account *account, uint64_t round, size_t cost)
{
    if (account->round != round)
        account->turn_cost = 0;
    account->round = round;
    account->turn_cost += cost;
}

static inline bool account_has_turn(const struct account *account, uint64_t round)
{
    return account->round != round || account->turn_cost < LIMIT_TURN_COST;
}

/*
 * Counts a crash of a verifier that was at work for this account. From the crash after the first
 * LIMIT_CRASHES_COUNT on, each crash begins a pause in which the account's requests are refused.
 */
void account_note_crash(struct account *account, int64_t now_ms);

/* Returns whether the account's requests are refused because of crashes. */
static inline bool account_is_pausing(const struct account *account, int64_t now_ms)
{
    return now_ms < account->pause_end_ms;
}

/*
 * Returns whether verifications for this account take long on average, so that it may not occupy
 * all verifiers at the same time.
 */
bool account_is_costly(const struct account *account);

/*
 * Writes the accounts with the most requests to `top` (room for `size`), the one with the most
 * first. Returns how many were written.
 */
size_t account_top(const struct account_table *table, const struct account **top, size_t size);
