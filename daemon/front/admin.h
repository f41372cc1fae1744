/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Answers status, metrics and reload at the administrative socket, for root and for the user that
 * started the daemon. One reload runs at a time. A reload that is requested while one runs begins
 * after that one, because the running reload may have read the files before they were changed.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/front/account.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/monitor.h"

struct admin;

struct admin_callbacks {
    /* Called with the outcome of a reload that an owner waits for. `payload` is the payload of a
     * RELOADED frame. */
    void (*answer)(void *owner, uint64_t tag, const uint8_t *payload, size_t n_payload);
    /* Asks the supervisor for a reload. Returns 0 or -errno. */
    int (*reload)(void *context);
    void *context; /* passed to `reload` */
};

/*
 * Makes an admin; all arguments must outlive it. Returns 0, and *adminp belongs to the caller; or
 * -ENOMEM.
 */
int admin_new(struct admin **adminp, const struct admin_callbacks *callbacks,
              const struct dispatch *dispatch, const struct monitor *monitor,
              const struct account_table *accounts);

/*
 * Frees the admin, or does nothing for NULL. Owners that wait for a reload get no answer. Returns
 * NULL.
 */
struct admin *admin_free(struct admin *admin);

/* Allows one uid besides root to administer: the uid of a daemon that was not started as root. */
void admin_set_own_uid(struct admin *admin, uid_t uid);

/*
 * Returns whether this uid may administer: root and the daemon's own uid may, unless the latter is
 * 65534, which in a user namespace stands for any user without a number.
 */
bool admin_may_ask(const struct admin *admin, uid_t uid);

/*
 * Sets what status and metrics report about the supervisor: a JSON object in printable ASCII, and
 * optionally a newline followed by whole lines for the metrics. Returns 0, or -EBADMSG for any
 * other text.
 */
int admin_set_facts(struct admin *admin, const char *text, size_t len);

/*
 * Write the status (JSON) or the metrics (OpenMetrics text), either of which fits into one reply.
 * *textp is valid until the next call. Return the length.
 */
size_t admin_write_status(struct admin *admin, const char **textp);
size_t admin_write_metrics(struct admin *admin, const char **textp);

/*
 * Requests a reload, whose outcome is sent to the owner with this tag. Returns 0; or -errno if the
 * request cannot be sent to the supervisor.
 */
int admin_wait_for_reload(struct admin *admin, void *owner, uint64_t tag);

/*
 * Answers the owners that waited for the reload that has ended. `refused` says whether the new
 * configuration was refused; `text`, of len bytes, says why or what came of it.
 */
void admin_end_reload(struct admin *admin, bool refused, const char *text, size_t len);

/* Drops the requests of an owner that is gone. */
void admin_abandon(struct admin *admin, const void *owner);
