/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Standing by is what the daemon does if its configuration is refused at the start and a service
 * manager holds its sockets. A front without a policy answers each request as unavailable, with the
 * reason. The configuration is tried again once a minute, when its files change, and when an
 * administrator asks for a reload. After a while the daemon gives up.
 *
 * The first start whose configuration is refused ends at once, so that the operator's command
 * fails. The service manager then starts the daemon again, and that start stands by. A note in a
 * file tells the two starts apart.
 */

#include <stdbool.h>
#include <stdint.h>

#include "daemon/supervisor/supervisor.h"

struct stand_by;

enum stand_by_event {
    STAND_BY_TRY_AGAIN = 0, /* the configuration has to be tried again */
    STAND_BY_STOPPED,       /* SIGTERM or SIGINT has been received */
    STAND_BY_GIVEN_UP,      /* the time for standing by is over */
};

/*
 * Returns whether a start whose configuration is refused has to stand by. It has to if a service
 * manager waits for a notification and has passed the socket for requests, and either the start
 * just before this one was refused too, or that cannot be noted. If this function returns false, it
 * has noted this start.
 */
bool stand_by_is_wanted(const struct supervisor_setup *setup);

/* Removes the note, because the configuration is good or the operator has stopped the daemon. */
void stand_by_forget(const struct supervisor_setup *setup);

/*
 * Begins to stand by for at most `seconds`. `setup` must outlive the stand-by. SIGTERM, SIGINT and
 * SIGHUP are blocked. Returns 0, and *stand_byp belongs to the caller; or -errno.
 */
int stand_by_new(struct stand_by **stand_byp, const struct supervisor_setup *setup,
                 unsigned seconds);

/* Answers clients with the reason until an event occurs, and returns the event. */
enum stand_by_event stand_by_wait(struct stand_by *stand_by, const struct policy_error *refusal);

/*
 * Ends the front and frees everything; does nothing for NULL. If `outcome` is not NULL it is sent,
 * as a success, to administrators who wait for a reload.
 */
void stand_by_free(struct stand_by *stand_by, const char *outcome);

/*
 * Shuts down the sockets that the service manager passed, so that connecting to them fails at once
 * and systemd marks the socket units as failed.
 */
void stand_by_shut_sockets(const struct supervisor_setup *setup);
