/* SPDX-License-Identifier: MIT */
#include "daemon/front/monitor.h"

#include <stdio.h>

#include "base/clock.h"
#include "daemon/limits.h"

static void append_record(struct monitor *monitor, const struct settings_record *wanted,
                          const struct account *account, const char *socket,
                          const struct request_key *key, const struct answer_summary *summary,
                          bool is_hit)
{
    const struct statistics_names *codes = &monitor->statistics.codes;
    struct record record = {
        .time_s = (uint64_t)clock_recent_s(),
        .uid = account->uid,
        .client_class = key->client_class,
        .outcome = summary->is_error ? 0 : summary->outcome,
        .flags = (is_hit ? RECORD_HIT : 0u) | (summary->is_error ? RECORD_ERROR : 0u) |
                 (summary->reported ? RECORD_REPORTED : 0u),
    };

    snprintf(record.code, sizeof(record.code), "%.*s", (int)sizeof(record.code) - 1,
             summary->code < codes->n ? codes->rows[summary->code].name : "other");
    snprintf(record.socket, sizeof(record.socket), "%s", socket);
    recorder_append(&monitor->recorder, &record, key->payload, key->n_payload, wanted->max_bytes);
}

void monitor_count_answer(struct monitor *monitor, const struct settings_record *wanted,
                          struct account *account, const char *socket,
                          const struct request_key *key, const struct answer *answer, bool is_hit)
{
    const struct answer_summary *summary = &answer->summary;

    statistics_count(&monitor->statistics, summary);
    account->n_errors += summary->is_error;
    if (answer->n_audit > 0 && (summary->outcome == 0 || summary->reported))
        audit_log(monitor->audit, account, answer->audit, answer->n_audit, is_hit);
    if (socket && recorder_wants(&monitor->recorder, wanted))
        append_record(monitor, wanted, account, socket, key, summary, is_hit);
}
