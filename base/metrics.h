/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Metrics in the two formats that Prometheus reads. The daemon writes OpenMetrics 1.0; the older
 * text format, version 0.0.4, is what node_exporter and `promtool check metrics` read.
 */

#include <stddef.h>

/*
 * Rewrites OpenMetrics text in the older format: a counter and an info carry their suffix in the
 * lines TYPE and HELP too, an info is a gauge, and the lines UNIT and EOF are left out.
 *
 * Returns the text, `*lenp` bytes and a NUL, which the caller frees; NULL if memory ran out.
 */
char *metrics_to_prometheus(const char *text, size_t len, size_t *lenp);
