/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Writes the front's status: as a JSON object for people and programs, and as OpenMetrics text for
 * monitoring. Either fits into one reply, because everything that could grow is bounded.
 */

#include <stddef.h>

#include "daemon/front/account.h"
#include "daemon/front/dispatch.h"
#include "daemon/front/monitor.h"

struct status_sources {
    const struct dispatch *dispatch;
    const struct monitor *monitor;
    const struct account_table *accounts;
    const char *facts;   /* the JSON object about the supervisor; "" if there is none */
    const char *metrics; /* the supervisor's metrics; "" if there are none */
};

/*
 * Writes this object into `out` (room for `size` bytes):
 *
 * { "epoch", "generation", "digest", "relaxed", "uptime_s",
 *   "requests": { OUTCOME: n, ..., "reported", "remembered" }, "codes": { NAME: n, ... },
 *   "rules": { NAME: n, ... }, "busy": { LIMIT: n, ... },
 *   "cache": { "hits", "misses", "shared", "entries", "bytes", "max_bytes", "evictions" },
 *   "latency_us": { "warm": { "count", "mean", "p50", "p90", "p99", "p999" }, "cold": ... },
 *   "verifiers": { "ready", "at_work", "old", "in_flight", "queued_bytes",
 *                  "ended": { "cpu", "other", "crash", "retired" } },
 *   "connections": { "open", "accepted", "expired", "tainted" },
 *   "record": "on", "paused" or "off",
 *   "users": [ { "uid", "requests", "errors", "connections", "in_flight", "cpu_us" }, ... ],
 *   "supervisor": the supervisor's object, or null }
 *
 * Returns the length without the NUL.
 */
size_t status_write_json(const struct status_sources *sources, char *out, size_t size);

/*
 * Writes the metrics, which end in "# EOF", to `out` (room for `size` bytes). Returns the length
 * without the NUL.
 */
size_t status_write_metrics(const struct status_sources *sources, char *out, size_t size);
