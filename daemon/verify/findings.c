/* SPDX-License-Identifier: MIT */
#include "daemon/verify/findings.h"

#include "daemon/verify/words.h"

struct verdict_rule findings_rule(const struct policy_origin *origin)
{
    return (struct verdict_rule){
        .section = words_static(origin->section),
        .file = words_static(origin->file),
        .line = origin->line,
    };
}

void findings_add(struct verdict *verdict, const struct finding *finding)
{
    size_t *np = finding->report_only ? &verdict->n_reported : &verdict->n_failures;
    struct verdict_failure *list = finding->report_only ? verdict->reported : verdict->failures;

    if (*np == LIMIT_FAILURES_COUNT) {
        ++*(finding->report_only ? &verdict->reported_more : &verdict->failures_more);
        return;
    }
    if (*np == 0 && finding->origin && !finding->report_only)
        verdict->rule = findings_rule(finding->origin);
    if (finding->is_unused)
        verdict->n_unused++;
    list[(*np)++] = (struct verdict_failure){
        .code = words_static(finding->code),
        .verify_code = finding->verify_code,
        .message = finding->message,
        .detail = finding->detail,
        .depth = finding->depth,
    };
}
