/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Converts metrics from OpenMetrics 1.0, which the daemon writes, to Prometheus' text format,
 * version 0.0.4, which node_exporter and `promtool check metrics` read.
 */

#include <stddef.h>

/*
 * Rewrites OpenMetrics text in the text format 0.0.4: the names of counters and infos get their
 * suffix in the lines TYPE and HELP too, the type info becomes gauge, and the lines UNIT and EOF
 * are left out.
 *
 * Returns the text, `*lenp` bytes and a NUL, which the caller frees; NULL if memory ran out.
 */
char *metrics_to_prometheus(const char *text, size_t len, size_t *lenp);
