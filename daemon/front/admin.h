/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Administration: status, metrics and reload, for root and for the user that started the daemon, at
 * the administrative socket. One reload runs
 * at a time. A reload that is requested meanwhile runs after it, because the running one may have
 * read the files before they were changed.
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
    /* Called with the outcome of a reload that an owner waits for: the payload of a RELOADED
     * frame. */
    void (*answer)(void *owner, uint64_t tag, const uint8_t *payload, size_t n_payload);
    /* Asks the supervisor for a reload. Returns 0 or -errno. */
    int (*reload)(void *context);
    void *context; /* for `reload` */
};

/* Makes an admin; all arguments outlive it. Returns 0, and *adminp is the caller's; or -ENOMEM. */
int admin_new(struct admin **adminp, const struct admin_callbacks *callbacks,
              const struct dispatch *dispatch, const struct monitor *monitor,
              const struct account_table *accounts);

/* Frees the admin; those who wait for a reload are not answered. NULL is ignored. Returns NULL. */
struct admin *admin_free(struct admin *admin);

/* Allows a uid to administer besides root: that of a daemon that was not started as root. */
void admin_set_own_uid(struct admin *admin, uid_t uid);

/* Returns whether this uid may administer: root and the daemon's own uid may, unless that is 65534,
 * which may be anybody's. */
bool admin_may_ask(const struct admin *admin, uid_t uid);

/* Sets what status and metrics report about the supervisor: one JSON object in printable ASCII, and
 * optionally a newline and whole lines for the metrics. Returns 0, or -EBADMSG for anything else.
 */
int admin_set_facts(struct admin *admin, const char *text, size_t len);

/*
 * Writes the status (JSON) or the metrics (OpenMetrics text), which fit into a reply. *textp is
 * valid until the next call. Returns the length.
 */
size_t admin_write_status(struct admin *admin, const char **textp);
size_t admin_write_metrics(struct admin *admin, const char **textp);

/* Requests a reload, whose outcome the owner is sent with this tag. Returns 0; or -errno if the
 * supervisor cannot be asked. */
int admin_wait_for_reload(struct admin *admin, void *owner, uint64_t tag);

/* Answers those who waited for the reload that has ended: `refused`, and len bytes of text. */
void admin_end_reload(struct admin *admin, bool refused, const char *text, size_t len);

/* Drops the owner's requests: it has gone. */
void admin_abandon(struct admin *admin, const void *owner);
