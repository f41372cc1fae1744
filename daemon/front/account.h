/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Accounts: how much of each shared resource every uid occupies. Whatever a client occupies is
 * charged to the account of its uid and released when the client gives it back; account_charge and
 * account_release are the only functions that change these amounts. An account outlives its last
 * charge for a while, so that a client cannot get rid of a debt of CPU time by reconnecting.
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
    ACCOUNT_REQUESTS,     /* requests that wait for their answer */
    ACCOUNT_QUEUED_BYTES, /* frames of requests that wait for a verifier */
    ACCOUNT_HELD_BYTES,   /* buffers for unfinished frames and for replies that are not sent yet */
    ACCOUNT_LOG_ENTRY,    /* 1 while the audit log has a line about suppressed lines to write */
    N_ACCOUNT_SLOTS,
};

struct account {
    LIST_ENTRY(account) in_table;
    TAILQ_ENTRY(account) in_queue;      /* verify_queue.h: accounts with queued requests */
    TAILQ_ENTRY(account) in_idle;       /* accounts to which nothing is charged */
    TAILQ_ENTRY(account) in_suppressed; /* audit.c: accounts with suppressed lines */
    TAILQ_ENTRY(account) in_turns;      /* connection_schedule.c: accounts with a turn to come */
    struct account_table *table;
    uid_t uid;
    bool is_idle; /* nothing is charged, and the account is on the table's list of idle accounts */
    size_t charged[N_ACCOUNT_SLOTS]; /* changed by account_charge and account_release alone */
    struct pending_request_queue queued;
    unsigned line;                     /* of verify_queue.h, while requests are queued */
    struct connection_queue with_turn; /* its connections that need another turn */
    uint64_t round;                    /* the round of turns that turn_cost belongs to */
    size_t turn_cost;                  /* what has been handled for it in that round */
    int64_t cpu_us;                    /* CPU time that it may still use; negative: a debt */
    int64_t cpu_filled_ms;             /* when cpu_us was last brought up to date; 0: never */
    uint64_t last_charged; /* number of the verification whose CPU time was charged last */
    int64_t usual_cost_us; /* moving average of what its verifications cost */
    int64_t recent_us;     /* CPU time of its verifications, of which each second halves the rest */
    int64_t recent_ms;     /* when recent_us was last halved */
    unsigned n_crashes;    /* of verifiers under its requests, less those that are forgotten */
    int64_t crash_ms;      /* when the last crash was counted or forgotten */
    int64_t pause_end_ms;  /* until then its requests are refused, because of the crashes */
    uint64_t n_requests;   /* from here on for statistics */
    uint64_t n_errors;
    uint64_t used_cpu_us;
    int64_t log_second; /* the second in which n_log_lines were logged */
    unsigned n_log_lines;
    unsigned n_log_suppressed;
};

LIST_HEAD(account_list, account);
TAILQ_HEAD(account_queue, account);

#define ACCOUNT_BUCKETS 256

struct account_table {
    struct account_list buckets[ACCOUNT_BUCKETS];
    struct account_queue idle; /* the account that has been idle longest is the first */
    size_t n_idle;
};

void account_table_init(struct account_table *table);

/* Frees all accounts. Everything charged to them must have been released. Safe to call twice. */
void account_table_deinit(struct account_table *table);

/* Returns the account of a uid, which is made if it does not exist, or NULL without memory. A new
 * account is idle: the next call may free it unless something has been charged to it. */
struct account *account_find(struct account_table *table, uid_t uid);

/* Charges n (connections, requests, bytes: the slot says) to the account. */
void account_charge(struct account *account, enum account_slot slot, size_t n);

/* Releases n that were charged before. Once nothing is charged any more, a later call of
 * account_find may free the account. */
void account_release(struct account *account, enum account_slot slot, size_t n);

/* Returns whether the account may have more verified now. `limits->cpu_per_uid_ms` of 0 means that
 * CPU time is not limited. */
bool account_has_cpu(struct account *account, const struct limits *limits, int64_t now_ms);

/* Charges `us` microseconds of a verifier's CPU time. An account pays once for the verification
 * with this number, however many of its requests share that verification. */
void account_charge_cpu(struct account *account, uint64_t number, int64_t us);

/* Takes CPU time off the account that nobody has used: for a connection that others had to be
 * protected from, or for a frame that is not a request. */
void account_fine_cpu(struct account *account, int64_t us);

/* Returns the CPU time of its verifications in the last seconds: that of the last second counts
 * whole, and that of each second before half as much as the next. */
int64_t account_recent_cpu_us(struct account *account, int64_t now_ms);

/*
 * Turns. All accounts have one turn in a round, and what is handled for one account in a turn is
 * bounded by LIMIT_TURN_COST, over all its connections. account_note_turn counts what was handled,
 * and account_has_turn returns whether more may be handled in this round.
 */
void account_note_turn(struct account *account, uint64_t round, size_t cost);

static inline bool account_has_turn(const struct account *account, uint64_t round)
{
    return account->round != round || account->turn_cost < LIMIT_TURN_COST;
}

/* Counts the crash of a verifier under one of its requests. Beyond LIMIT_CRASHES_COUNT each crash
 * is followed by a pause. */
void account_note_crash(struct account *account, int64_t now_ms);

/* Returns whether the account has to pause because of crashes. */
static inline bool account_is_pausing(const struct account *account, int64_t now_ms)
{
    return now_ms < account->pause_end_ms;
}

/* Returns whether verifications for this account usually take long, so that it may not occupy all
 * verifiers at a time. */
bool account_is_costly(const struct account *account);

/* Writes the accounts with the most requests into `top` (room for `size`), the largest first.
 * Returns how many there are. */
size_t account_top(const struct account_table *table, const struct account **top, size_t size);
