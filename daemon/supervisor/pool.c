/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/pool.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/clock.h"
#include "base/fd.h"
#include "base/log.h"
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"
#include "daemon/supervisor/fresh_verifier.h"

/*
 * At the start a client may already be waiting. So the first verifier and the front have the
 * processors to themselves for this time before the other verifiers are forked.
 */
#define FIRST_ALONE_MS 10
/*
 * The number of checks in a row that have to find an idle verifier stopped before it is killed. A
 * verifier at work is killed earlier, at the deadline of its request.
 */
#define STOPPED_COUNT 3

/*
 * Returns the index of the first place of the old epoch: the half of the places that the epoch in
 * force does not use.
 */
static size_t old_first(const struct pool *pool)
{
    return pool->first == 0 ? POOL_EPOCH_COUNT : 0;
}

static bool is_old(const struct pool *pool, size_t place)
{
    return (place < POOL_EPOCH_COUNT) != (pool->first < POOL_EPOCH_COUNT);
}

void pool_init(struct pool *pool, size_t n)
{
    int64_t later = clock_now_ms() + FIRST_ALONE_MS;

    *pool = (struct pool){.n = n, .packed = -1};
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++) {
        pool->places[i].child = CHILD_NULL;
        pool->places[i].back_off.due_ms = i == 0 ? 0 : later;
    }
}

void pool_deinit(struct pool *pool)
{
    pool->packed = fd_close(pool->packed);
}

/* --- starting --- */

static bool wants_fresh(const struct pool *pool, const struct spawn_setup *setup)
{
    return pool->crash_ms > 0 && !pool->cannot_be_fresh && setup->own_program >= 0 &&
           clock_now_ms() < pool->crash_ms + LIMIT_FRESH_MS;
}

/* Makes sure that there is a memory file with the epoch. Returns 0 or -errno. */
static int pack_epoch(struct pool *pool, const struct epoch *epoch)
{
    uint64_t number = epoch_number(epoch).epoch;
    int r;

    if (pool->packed >= 0 && pool->packed_epoch == number)
        return 0;
    pool->packed = fd_close(pool->packed);
    r = fresh_verifier_pack(epoch, &pool->packed);
    pool->packed_epoch = number;
    return r;
}

/* Executes a fresh verifier if one is wanted; otherwise, or if that fails, forks one. */
static int spawn(struct pool *pool, struct pool_verifier *verifier, const struct spawn_setup *setup,
                 const struct epoch *epoch, int *socketp)
{
    verifier->is_fresh = wants_fresh(pool, setup) && pack_epoch(pool, epoch) == 0;
    if (verifier->is_fresh)
        return spawn_fresh_verifier(setup, epoch, pool->packed, &verifier->child, socketp);
    return spawn_verifier(setup, epoch, &verifier->child, socketp);
}

/*
 * Starts a verifier in an empty place. Returns 0, and *socketp is the front's end of the socket; or
 * -errno.
 */
static int start_verifier(struct pool *pool, struct pool_verifier *verifier,
                          const struct spawn_setup *setup, const struct epoch *epoch, int *socketp)
{
    int r = spawn(pool, verifier, setup, epoch, socketp);

    if (r)
        return r;
    verifier->number = ++pool->last_number;
    return 0;
}

/* Sends the front a message about a new verifier, with the front's end of its socket. */
static void hand_over(const struct pool_verifier *verifier, const struct epoch *epoch,
                      struct channel *channel, int socket)
{
    const struct control_message message = {
        .kind = CONTROL_VERIFIER,
        .epoch = epoch_number(epoch).epoch,
        .verifier = verifier->number,
        .pid = verifier->child.pid,
    };

    channel_send(channel, &message, socket);
}

void pool_start_due(struct pool *pool, const struct spawn_setup *setup, const struct epoch *epoch,
                    struct channel *channel)
{
    int64_t now = clock_now_ms();

    for (size_t i = pool->first; i < pool->first + pool->n; i++) {
        struct pool_verifier *verifier = &pool->places[i];
        int socket = -1;
        int r;

        if (verifier->child.pid != 0 || now < verifier->back_off.due_ms)
            continue;
        r = start_verifier(pool, verifier, setup, epoch, &socket);
        if (r) {
            log_error("verifier: cannot be started: %s", strerror(-r));
            back_off_after_failed_start(&verifier->back_off);
            continue;
        }
        hand_over(verifier, epoch, channel, socket);
        fd_close(socket);
    }
}

int pool_renew(struct pool *pool, size_t n, const struct spawn_setup *setup,
               const struct epoch *epoch, struct channel *channel)
{
    struct pool_verifier *new_verifiers = &pool->places[old_first(pool)];
    int sockets[POOL_EPOCH_COUNT];
    size_t n_started = 0;
    int r = 0;

    while (!r && n_started < n) {
        new_verifiers[n_started].back_off = (struct back_off){0};
        r = start_verifier(pool, &new_verifiers[n_started], setup, epoch, &sockets[n_started]);
        if (!r)
            n_started++;
    }
    for (size_t i = 0; i < n_started; i++) {
        if (!r)
            hand_over(&new_verifiers[i], epoch, channel, sockets[i]);
        /* If the verifier could not be sent to the front, this closes the only other end of its
         * socket, and it ends by itself. */
        fd_close(sockets[i]);
    }
    pool->old_end_ms = clock_now_ms() + sandbox_patience_ms(LIMIT_OLD_VERIFIER_MS);
    if (!r) {
        pool->first = old_first(pool);
        pool->n = n;
    }
    return r;
}

/* --- ending --- */

bool pool_has_old(const struct pool *pool)
{
    for (size_t i = 0; i < POOL_EPOCH_COUNT; i++) {
        if (pool->places[old_first(pool) + i].child.pid > 0)
            return true;
    }
    return false;
}

void pool_kill_late(const struct pool *pool)
{
    if (!pool_has_old(pool) || clock_now_ms() < pool->old_end_ms)
        return;
    for (size_t i = 0; i < POOL_EPOCH_COUNT; i++)
        child_signal(&pool->places[old_first(pool) + i].child, SIGKILL);
}

void pool_kill_stopped(struct pool *pool)
{
    int64_t now = clock_now_ms();

    if (now < pool->watch_ms)
        return;
    pool->watch_ms = now + LIMIT_HEARTBEAT_MS;
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++) {
        struct pool_verifier *verifier = &pool->places[i];

        verifier->n_stopped = child_is_stopped(&verifier->child) ? verifier->n_stopped + 1 : 0;
        if (verifier->n_stopped < STOPPED_COUNT)
            continue;
        log_warning("verifier %d: has been stopped: killed", (int)verifier->child.pid);
        child_signal(&verifier->child, SIGKILL);
    }
}

/*
 * Returns whether a verifier exited with status 0, as it does after running out of memory in a
 * request and when the front has closed its socket. Neither is a reason to delay its successor.
 */
static bool is_orderly(const struct child_end *end)
{
    return !end->signalled && end->status == 0;
}

static enum control_cause find_cause(const struct child_end *end, bool is_old)
{
    if (!end->signalled)
        return is_old && is_orderly(end) ? CONTROL_CAUSE_RETIRED : CONTROL_CAUSE_OTHER;
    switch (end->status) {
    case SIGPROF:
        return CONTROL_CAUSE_CPU;
    case SIGSEGV:
    case SIGBUS:
    case SIGILL:
    case SIGFPE:
    case SIGABRT:
    case SIGTRAP:
    case SIGSYS:
        return CONTROL_CAUSE_CRASH;
    default:
        return CONTROL_CAUSE_OTHER;
    }
}

static void log_end(pid_t pid, const struct child_end *end, const char *then)
{
    if (end->signalled)
        log_warning("verifier %d: ended by signal %d (%s): %s", (int)pid, end->status,
                    sigdescr_np(end->status), then);
    else
        log_warning("verifier %d: ended with status %d: %s", (int)pid, end->status, then);
}

/*
 * Notes a crash, after which verifiers are executed for a while. If a verifier that was executed
 * gives up by itself, verifiers are forked again, because forked ones are better than none.
 */
static void note_end(struct pool *pool, const struct pool_verifier *verifier,
                     const struct child_end *end, enum control_cause cause)
{
    if (cause == CONTROL_CAUSE_CRASH)
        pool->crash_ms = clock_now_ms();
    if (!verifier->is_fresh || end->signalled || end->status == 0)
        return;
    log_warning("verifier: cannot be executed anew: verifiers are forked although one has crashed");
    pool->cannot_be_fresh = true;
}

static void reap_place(struct pool *pool, size_t place, struct channel *channel)
{
    struct pool_verifier *verifier = &pool->places[place];
    int64_t started = verifier->child.started_ms;
    struct control_message message = {
        .kind = CONTROL_GONE,
        .verifier = verifier->number,
        .pid = verifier->child.pid,
    };
    struct child_end end;

    if (!child_reap(&verifier->child, &end))
        return;
    message.cause = find_cause(&end, is_old(pool, place));
    note_end(pool, verifier, &end, message.cause);
    if (is_orderly(&end)) {
        verifier->back_off = (struct back_off){0};
    } else {
        log_end(message.pid, &end, is_old(pool, place) ? "its epoch is over" : "replaced");
        back_off_after(&verifier->back_off, started, &end);
        pool->n_restarts++;
    }
    channel_send(channel, &message, -1);
}

void pool_reap(struct pool *pool, struct channel *channel)
{
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++)
        reap_place(pool, i, channel);
}

void pool_reap_silently(struct pool *pool)
{
    struct child_end end;

    for (size_t i = 0; i < POOL_PLACES_COUNT; i++)
        child_reap(&pool->places[i].child, &end);
}

void pool_kill(const struct pool *pool)
{
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++)
        child_signal(&pool->places[i].child, SIGKILL);
}

/* --- finding --- */

/* Returns the verifier with the number that the front knows it by; NULL if there is none. */
static struct pool_verifier *find_verifier(struct pool *pool, uint32_t number)
{
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++) {
        if (number != 0 && pool->places[i].number == number)
            return &pool->places[i];
    }
    return NULL;
}

void pool_condemn(struct pool *pool, uint32_t number, const char *why)
{
    const struct pool_verifier *verifier = find_verifier(pool, number);

    if (!verifier || verifier->child.pid == 0)
        return;
    log_warning("verifier %d: %s: killed", (int)verifier->child.pid, why);
    child_signal(&verifier->child, SIGKILL);
}

void pool_excuse(struct pool *pool, uint32_t number)
{
    struct pool_verifier *verifier = find_verifier(pool, number);

    if (verifier && verifier->child.pid == 0)
        verifier->back_off = (struct back_off){0};
}

bool pool_is_empty(const struct pool *pool)
{
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++) {
        if (pool->places[i].child.pid > 0)
            return false;
    }
    return true;
}

int64_t pool_due_ms(const struct pool *pool)
{
    int64_t due = pool_has_old(pool) ? pool->old_end_ms : INT64_MAX;

    for (size_t i = pool->first; i < pool->first + pool->n; i++) {
        const struct pool_verifier *verifier = &pool->places[i];

        if (verifier->child.pid == 0 && verifier->back_off.due_ms < due)
            due = verifier->back_off.due_ms;
    }
    return due;
}
