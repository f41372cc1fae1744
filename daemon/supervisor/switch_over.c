/* SPDX-License-Identifier: MIT */

/*
 * An epoch begins in this order: all that can fail is done; its verifiers are forked; the front is
 * handed them; the front is told. From then on it gives new requests to these alone, and lets the
 * older ones go when they have answered. A front that dies at any point is replaced by one that is
 * told of the epoch in force alone.
 */

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/ipc/settings.h"
#include "daemon/supervisor/supervisor_internal.h"

static size_t count_processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (size_t)CPU_COUNT(&set);
}

static size_t count_workers(const struct generation *generation)
{
    size_t n = generation_n_workers(generation);

    if (n == 0)
        n = count_processors();
    return n > LIMIT_VERIFIERS_COUNT ? LIMIT_VERIFIERS_COUNT : n;
}

size_t epoch_n_verifiers(const struct generation *generation)
{
    return count_workers(generation) + LIMIT_SPARE_VERIFIERS_COUNT;
}

int epoch_open_outlets(struct outlets *outlets, const struct outlets *old,
                       const struct generation *generation, struct policy_error *error)
{
    const struct policy *policy = generation_context(generation)->policy;

    return outlets_open(outlets, old, policy_record(policy)->file, policy_metrics_socket(policy),
                        error);
}

static int explain(struct policy_error *error, const char *what, int r)
{
    return r < 0 ? generation_error_set(error, r, "%s: %s", what, strerror(-r)) : r;
}

static int seal(const struct generation *generation, int *fdp, struct policy_error *error)
{
    struct settings *settings = malloc(sizeof(*settings));
    int r = settings ? generation_settings(generation, settings, error) : -ENOMEM;

    if (!r) {
        settings->limits.workers = (uint32_t)count_workers(generation);
        r = settings_seal(settings, fdp);
    }
    free(settings);
    return explain(error, "the front's settings cannot be made", r);
}

/* --- telling --- */

static void tell_fd(struct supervisor *supervisor, enum control_kind kind, int fd)
{
    const struct control_message message = {
        .kind = kind,
        .epoch = generation_number(supervisor->generation).epoch,
    };

    channel_tell(&supervisor->channel, &message, fd);
}

static void tell_epoch(struct supervisor *supervisor, int settings, const struct outlets *known)
{
    tell_fd(supervisor, CONTROL_EPOCH, settings);
    if (supervisor->outlets.record != known->record)
        tell_fd(supervisor, CONTROL_RECORD, supervisor->outlets.record);
    if (supervisor->outlets.metrics != known->metrics)
        tell_fd(supervisor, CONTROL_METRICS, supervisor->outlets.metrics);
    supervisor->announced = true;
    supervisor->facts.stale = true;
}

void epoch_announce(struct supervisor *supervisor)
{
    const struct outlets none = OUTLETS_NULL;
    struct policy_error error = {0};
    int settings = -1;

    if (supervisor->announced || !channel_is_open(&supervisor->channel))
        return;
    if (seal(supervisor->generation, &settings, &error) != 0) {
        log_error("front: %s: it is ended", error.message);
        channel_give_up(&supervisor->channel);
        return;
    }
    tell_epoch(supervisor, settings, &none);
    fd_close(settings);
}

/* --- entering --- */

/* From here on nothing fails. */
static void switch_over(struct supervisor *supervisor, struct generation *generation,
                        struct outlets *outlets, int settings)
{
    struct generation *old = supervisor->generation;
    struct outlets old_outlets = supervisor->outlets;

    supervisor->generation = generation;
    supervisor->outlets = *outlets;
    supervisor->pool.n = epoch_n_verifiers(generation);
    tell_epoch(supervisor, settings, &old_outlets);
    outlets_close(&old_outlets, &supervisor->outlets);
    /* Its verifiers have it in memory of their own. */
    generation_free(old);
}

int epoch_enter(struct supervisor *supervisor, struct generation *generation,
                struct policy_error *error)
{
    struct outlets outlets = OUTLETS_NULL;
    int settings = -1;
    int r = seal(generation, &settings, error);

    if (!r)
        r = epoch_open_outlets(&outlets, &supervisor->outlets, generation, error);
    if (!r && channel_is_open(&supervisor->channel))
        r = explain(error, "the verifiers of the new epoch cannot be started",
                    pool_renew(&supervisor->pool, epoch_n_verifiers(generation), supervisor->setup,
                               generation, &supervisor->channel));
    if (!r)
        switch_over(supervisor, generation, &outlets, settings);
    else
        outlets_close(&outlets, &supervisor->outlets);
    fd_close(settings);
    return r;
}
