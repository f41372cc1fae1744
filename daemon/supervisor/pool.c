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
#include "daemon/supervisor/spawn.h"

/* At the start somebody may be waiting already: the first verifier and the front have the
 * processors to themselves before the others come. */
#define FIRST_ALONE_MS 10

static size_t other_first(const struct pool *pool)
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

    *pool = (struct pool){.n = n};
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++) {
        pool->places[i].child = CHILD_NULL;
        pool->places[i].pause.start_ms = i == 0 ? 0 : later;
    }
}

/* --- starting --- */

/* 0 and *socketp is the front's end; or -errno. */
static int start(struct pool *pool, struct pool_verifier *verifier,
                 const struct supervisor_setup *setup, const struct epoch *epoch, int *socketp)
{
    int r = spawn_verifier(setup, epoch_context(epoch), &verifier->child, socketp);

    if (r)
        return r;
    verifier->number = ++pool->last_number;
    return 0;
}

static void hand_over(const struct pool_verifier *verifier, const struct epoch *epoch,
                      struct channel *channel, int socket)
{
    const struct control_message message = {
        .kind = CONTROL_VERIFIER,
        .epoch = epoch_number(epoch).epoch,
        .verifier = verifier->number,
        .pid = verifier->child.pid,
    };

    channel_tell(channel, &message, socket);
}

void pool_start_due(struct pool *pool, const struct supervisor_setup *setup,
                    const struct epoch *epoch, struct channel *channel)
{
    int64_t now = clock_now_ms();

    for (size_t i = pool->first; i < pool->first + pool->n; i++) {
        struct pool_verifier *verifier = &pool->places[i];
        int socket = -1;
        int r;

        if (verifier->child.pid != 0 || now < verifier->pause.start_ms)
            continue;
        r = start(pool, verifier, setup, epoch, &socket);
        if (r) {
            log_error("verifier: cannot be started: %s", strerror(-r));
            back_off_after(&verifier->pause, now);
            continue;
        }
        hand_over(verifier, epoch, channel, socket);
        fd_close(socket);
    }
}

int pool_renew(struct pool *pool, size_t n, const struct supervisor_setup *setup,
               const struct epoch *epoch, struct channel *channel)
{
    struct pool_verifier *fresh = &pool->places[other_first(pool)];
    int sockets[POOL_EPOCH_COUNT];
    size_t n_started = 0;
    int r = 0;

    while (!r && n_started < n) {
        fresh[n_started].pause = (struct back_off){0};
        r = start(pool, &fresh[n_started], setup, epoch, &sockets[n_started]);
        if (!r)
            n_started++;
    }
    for (size_t i = 0; i < n_started; i++) {
        if (!r)
            hand_over(&fresh[i], epoch, channel, sockets[i]);
        /* Of those that nobody was told of this was the only other end: they end in order. */
        fd_close(sockets[i]);
    }
    pool->old_end_ms = clock_now_ms() + sandbox_patience_ms(LIMIT_OLD_VERIFIER_MS);
    if (!r) {
        pool->first = other_first(pool);
        pool->n = n;
    }
    return r;
}

/* --- ending --- */

bool pool_has_old(const struct pool *pool)
{
    for (size_t i = 0; i < POOL_EPOCH_COUNT; i++) {
        if (pool->places[other_first(pool) + i].child.pid > 0)
            return true;
    }
    return false;
}

void pool_end_late(const struct pool *pool)
{
    if (!pool_has_old(pool) || clock_now_ms() < pool->old_end_ms)
        return;
    for (size_t i = 0; i < POOL_EPOCH_COUNT; i++)
        child_signal(&pool->places[other_first(pool) + i].child, SIGKILL);
}

/* One that ends in good order (it was spent, its front has gone, its epoch is over) is replaced at
 * once, if at all. */
static bool is_orderly(const struct child_end *end)
{
    return !end->signalled && end->status == 0;
}

static enum control_cause cause_of(const struct child_end *end, bool is_old)
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

static void reap(struct pool *pool, size_t place, struct channel *channel)
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
    message.cause = cause_of(&end, is_old(pool, place));
    if (is_orderly(&end)) {
        verifier->pause = (struct back_off){0};
    } else {
        log_end(message.pid, &end, is_old(pool, place) ? "its epoch is over" : "replaced");
        back_off_after(&verifier->pause, started);
        pool->n_restarts++;
    }
    channel_tell(channel, &message, -1);
}

void pool_reap(struct pool *pool, struct channel *channel)
{
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++)
        reap(pool, i, channel);
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

/* --- looking --- */

struct pool_verifier *pool_find(struct pool *pool, uint32_t number)
{
    for (size_t i = 0; i < POOL_PLACES_COUNT; i++) {
        if (pool->places[i].number == number)
            return &pool->places[i];
    }
    return NULL;
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

        if (verifier->child.pid == 0 && verifier->pause.start_ms < due)
            due = verifier->pause.start_ms;
    }
    return due;
}
