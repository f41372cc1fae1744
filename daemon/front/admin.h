/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What root and the daemon's own user may ask: status, metrics, a reload. One reload is under way
 * at a time; whoever asks meanwhile waits for the next, since what he has changed may have come too
 * late for this one.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "daemon/front/account.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/ledger.h"

struct admin;

struct admin_callbacks {
    /* Tells whoever waits for a reload what came of it: the payload of a RELOADED frame. */
    void (*answer)(void *owner, uint64_t tag, const uint8_t *payload, size_t n_payload);
    /* Asks the supervisor for a reload. 0 or -errno. */
    int (*reload)(void *context);
    void *context; /* for `reload` */
};

/* What it tells of outlives it. 0 and *adminp is the caller's; or -ENOMEM. */
int admin_new(struct admin **adminp, const struct admin_callbacks *callbacks,
              const struct dispatch *dispatch, const struct ledger *ledger,
              const struct account_table *accounts);

/* Frees it; takes NULL. Who waits is not told. Returns NULL. */
struct admin *admin_free(struct admin *admin);

/* Whether this uid may: root, and the daemon's own unless that is anybody's (65534). */
bool admin_may_ask(const struct admin *admin, uid_t uid);

/* What is said of the supervisor from now on: one JSON object in printable ASCII for the status,
 * and, where a newline follows it, behind that whole lines for the metrics. Anything else is not
 * taken: -EBADMSG. */
int admin_set_facts(struct admin *admin, const char *text, size_t len);

/*
 * Writes the status (JSON) or the metrics (OpenMetrics text). *textp is good until the next call,
 * and fits into a reply. Its length.
 */
size_t admin_write_status(struct admin *admin, const char **textp);
size_t admin_write_metrics(struct admin *admin, const char **textp);

/* The owner waits for a reload. 0, or -errno where none can be asked for. */
int admin_wait_for_reload(struct admin *admin, void *owner, uint64_t tag);

/* A reload has ended: those who waited for it are told. */
void admin_end_reload(struct admin *admin, bool refused, const char *text, size_t len);

/* The owner does not care any more. */
void admin_abandon(struct admin *admin, const void *owner);
