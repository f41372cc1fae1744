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
#include "daemon/limits.h"
#include "daemon/supervisor/supervisor_internal.h"

static size_t count_processors(void)
{
    cpu_set_t set;

    return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (size_t)CPU_COUNT(&set);
}

static size_t count_workers(const struct epoch *epoch)
{
    size_t n = epoch_n_workers(epoch);

    if (n == 0)
        n = count_processors();
    return n > LIMIT_VERIFIERS_COUNT ? LIMIT_VERIFIERS_COUNT : n;
}

size_t switch_n_verifiers(const struct epoch *epoch)
{
    return count_workers(epoch) + LIMIT_SPARE_VERIFIERS_COUNT;
}

int switch_open_front_files(struct front_files *outlets, const struct front_files *old,
                            const struct epoch *epoch, struct policy_error *error)
{
    const struct policy *policy = epoch_context(epoch)->policy;

    return front_files_open(outlets, old, policy_record(policy)->file,
                            policy_metrics_socket(policy), error);
}

static int explain(struct policy_error *error, const char *what, int r)
{
    return r < 0 ? load_error_set(error, r, "%s: %s", what, strerror(-r)) : r;
}

static int seal(const struct epoch *epoch, int *fdp, struct policy_error *error)
{
    struct settings *settings = malloc(sizeof(*settings));
    int r = settings ? epoch_settings(epoch, settings, error) : -ENOMEM;

    if (!r) {
        settings->limits.workers = (uint32_t)count_workers(epoch);
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
        .epoch = epoch_number(supervisor->epoch).epoch,
    };

    channel_tell(&supervisor->channel, &message, fd);
}

static void tell_epoch(struct supervisor *supervisor, int settings, const struct front_files *known)
{
    tell_fd(supervisor, CONTROL_EPOCH, settings);
    if (supervisor->outlets.record != known->record)
        tell_fd(supervisor, CONTROL_RECORD, supervisor->outlets.record);
    if (supervisor->outlets.metrics != known->metrics)
        tell_fd(supervisor, CONTROL_METRICS, supervisor->outlets.metrics);
    supervisor->announced = true;
    supervisor->facts.stale = true;
}

void switch_announce(struct supervisor *supervisor)
{
    const struct front_files none = FRONT_FILES_NULL;
    struct policy_error error = {0};
    int settings = -1;

    if (supervisor->announced || !channel_is_open(&supervisor->channel))
        return;
    if (seal(supervisor->epoch, &settings, &error) != 0) {
        log_error("front: %s: it is ended", error.message);
        channel_give_up(&supervisor->channel);
        return;
    }
    tell_epoch(supervisor, settings, &none);
    fd_close(settings);
}

/* --- entering --- */

/* From here on nothing fails. */
static void switch_over(struct supervisor *supervisor, struct epoch *epoch,
                        struct front_files *outlets, int settings)
{
    struct epoch *old = supervisor->epoch;
    struct front_files old_outlets = supervisor->outlets;

    supervisor->epoch = epoch;
    supervisor->outlets = *outlets;
    supervisor->pool.n = switch_n_verifiers(epoch);
    tell_epoch(supervisor, settings, &old_outlets);
    front_files_close(&old_outlets, &supervisor->outlets);
    /* Its verifiers have it in memory of their own. */
    epoch_free(old);
}

int switch_enter(struct supervisor *supervisor, struct epoch *epoch, struct policy_error *error)
{
    struct front_files outlets = FRONT_FILES_NULL;
    int settings = -1;
    int r = seal(epoch, &settings, error);

    if (!r)
        r = switch_open_front_files(&outlets, &supervisor->outlets, epoch, error);
    if (!r && channel_is_open(&supervisor->channel))
        r = explain(error, "the verifiers of the new epoch cannot be started",
                    pool_renew(&supervisor->pool, switch_n_verifiers(epoch), supervisor->setup,
                               epoch, &supervisor->channel));
    if (!r)
        switch_over(supervisor, epoch, &outlets, settings);
    else
        front_files_close(&outlets, &supervisor->outlets);
    fd_close(settings);
    return r;
}
