/* SPDX-License-Identifier: MIT */

/*
 * An epoch begins in this order: all that can fail is done; its verifiers are forked; the front is
 * handed them; the front is told. From then on it gives new requests to these alone, and lets the
 * older ones go when they have answered. A front that dies at any point is replaced by one that is
 * told of the epoch in force alone.
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/host/fd.h"
#include "daemon/host/log.h"
#include "daemon/host/settings.h"
#include "daemon/supervisor_internal.h"

static int seal_settings(const struct generation *generation, int *fdp)
{
    struct settings *settings = malloc(sizeof(*settings));
    int r;

    if (!settings)
        return -ENOMEM;
    generation_settings(generation, settings);
    r = settings_seal(settings, fdp);
    free(settings);
    return r;
}

static void tell_epoch(struct supervisor *supervisor, int settings)
{
    const struct control_message message = {
        .kind = CONTROL_EPOCH,
        .epoch = generation_number(supervisor->generation).epoch,
    };

    channel_tell(&supervisor->channel, &message, settings);
    supervisor->announced = true;
    supervisor->facts.stale = true;
}

void epoch_announce(struct supervisor *supervisor)
{
    int settings = -1;
    int r;

    if (supervisor->announced || !channel_is_open(&supervisor->channel))
        return;
    r = seal_settings(supervisor->generation, &settings);
    if (r) {
        log_error("front: its settings cannot be made: %s: it is ended", strerror(-r));
        channel_give_up(&supervisor->channel);
        return;
    }
    tell_epoch(supervisor, settings);
    fd_close(settings);
}

int epoch_enter(struct supervisor *supervisor, struct generation *generation)
{
    struct generation *old = supervisor->generation;
    int settings = -1;
    int r = seal_settings(generation, &settings);

    if (!r && channel_is_open(&supervisor->channel))
        r = pool_renew(&supervisor->pool, supervisor->setup, generation, &supervisor->channel);
    if (!r) {
        supervisor->generation = generation;
        supervisor->facts.outdated = false;
        tell_epoch(supervisor, settings);
        /* Its verifiers have it in memory of their own. */
        generation_free(old);
    }
    fd_close(settings);
    return r;
}
