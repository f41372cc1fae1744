/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * What is said of the front: as one JSON object, for people by way of a program, and as OpenMetrics
 * text, for machines that watch. Both fit into a reply: what could grow is bounded.
 */

#include <stddef.h>

#include "daemon/front/account.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/ledger.h"

struct status_sources {
    const struct dispatch *dispatch;
    const struct ledger *ledger;
    const struct account_table *accounts;
    const char *facts;   /* the supervisor's JSON object, or "" */
    const char *metrics; /* and its own metrics, or "" */
};

/*
 * { "epoch", "generation", "digest", "relaxed", "uptime_s",
 *   "requests": { OUTCOME: n, ..., "reported", "remembered" }, "codes": { NAME: n, ... },
 *   "rules": { NAME: n, ... }, "busy": { LIMIT: n, ... },
 *   "cache": { "hits", "misses", "shared", "entries", "bytes", "max_bytes", "evictions" },
 *   "latency_us": { "warm": { "count", "mean", "p50", "p90", "p99", "p999" }, "cold": ... },
 *   "verifiers": { "ready", "at_work", "old", "in_flight", "queued_bytes",
 *                  "ended": { "cpu", "other", "crash", "retired" } },
 *   "connections": { "open", "accepted", "expired" },
 *   "users": [ { "uid", "requests", "errors", "connections", "in_flight", "cpu_us" }, ... ],
 *   "supervisor": the supervisor's facts, or null }
 *
 * Returns its length, without the NUL.
 */
size_t status_write_json(const struct status_sources *sources, char *out, size_t size);

/* Ends in "# EOF". Returns its length, without the NUL. */
size_t status_write_metrics(const struct status_sources *sources, char *out, size_t size);
