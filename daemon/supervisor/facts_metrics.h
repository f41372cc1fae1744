/* SPDX-License-Identifier: MIT */
#pragma once

/* Writes the supervisor's part of the metrics. */

#include "base/memory_text.h"
#include "daemon/supervisor/reload.h"
#include "daemon/supervisor/switch_over.h"

/*
 * Writes OpenMetrics text in printable ASCII: whole lines, without the final "# EOF", which the
 * front adds.
 */
void facts_metrics_write(struct memory_text *file, const struct serving *serving,
                         const struct reload *reload);
