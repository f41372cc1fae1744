/* SPDX-License-Identifier: MIT */
#pragma once

/* The one place where an answer is entered, remembered or new: statistics, log, record. */

#include <stdbool.h>

#include "daemon/front/account.h"
#include "daemon/front/audit.h"
#include "daemon/front/cache.h"
#include "daemon/front/question.h"
#include "daemon/front/recorder.h"
#include "daemon/front/statistics.h"
#include "daemon/ipc/settings.h"

struct ledger {
    struct statistics statistics;
    struct audit *audit;
    struct recorder recorder;
};

/* Enters the answer to one request of an account's. */
void ledger_enter(struct ledger *ledger, const struct settings_record *wanted,
                  struct account *account, const struct question *question,
                  const struct answer *answer, bool hit);
