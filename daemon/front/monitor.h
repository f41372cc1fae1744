/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Records every answer, cached or new: in the statistics, as a line in the log, and for a sample of
 * requests in a file.
 */

#include <stdbool.h>

#include "daemon/front/account.h"
#include "daemon/front/audit.h"
#include "daemon/front/cache.h"
#include "daemon/front/recorder.h"
#include "daemon/front/request_key.h"
#include "daemon/front/statistics.h"
#include "daemon/ipc/settings.h"
#include "daemon/limits.h"

struct monitor {
    struct statistics statistics;
    struct audit *audit;
    struct recorder recorder;
};

/*
 * Counts, logs and records the answer to one request of an account. `socket` is the name of the
 * socket at which it was asked; if it is NULL, because the client is gone, the request is not
 * recorded. `is_hit` says whether the answer came from the cache.
 */
void monitor_count_answer(struct monitor *monitor, const struct settings_record *wanted,
                          struct account *account, const char *socket,
                          const struct request_key *key, const struct answer *answer, bool is_hit);
