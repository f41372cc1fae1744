/* SPDX-License-Identifier: MIT */
#include "daemon/front/ledger.h"

#include <stdio.h>

#include "base/clock.h"

static void append_record(struct ledger *ledger, const struct settings_record *wanted,
                          const struct account *account, const struct question *question,
                          const struct summary *summary, bool hit)
{
    const struct names *codes = &ledger->statistics.codes;
    struct record record = {
        .time_s = (uint64_t)clock_recent_s(),
        .uid = account->uid,
        .client_class = question->client_class,
        .outcome = summary->is_error ? 0 : summary->outcome,
        .flags = (hit ? RECORD_HIT : 0u) | (summary->is_error ? RECORD_ERROR : 0u) |
                 (summary->reported ? RECORD_REPORTED : 0u),
    };

    snprintf(record.code, sizeof(record.code), "%.*s", (int)sizeof(record.code) - 1,
             summary->code < codes->n ? codes->rows[summary->code].name : "other");
    recorder_append(&ledger->recorder, &record, question->payload, question->n_payload,
                    wanted->max_bytes);
}

void ledger_enter(struct ledger *ledger, const struct settings_record *wanted,
                  struct account *account, const struct question *question,
                  const struct answer *answer, bool hit)
{
    const struct summary *summary = &answer->summary;

    statistics_count(&ledger->statistics, summary);
    account->n_errors += summary->is_error;
    if (answer->n_audit > 0 && (summary->outcome == 0 || summary->reported))
        audit_line(ledger->audit, account, answer->audit, answer->n_audit, hit);
    if (recorder_wants(&ledger->recorder, wanted))
        append_record(ledger, wanted, account, question, summary, hit);
}
