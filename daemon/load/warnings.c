/* SPDX-License-Identifier: MIT */
#include "daemon/load/warnings.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"

#define DAY_S 86400

const char *remarks_text(const struct policy_remark *remark, char *text, size_t size)
{
    const struct policy_origin *origin = remark->origin;

    if (origin->line > 0)
        snprintf(text, size, "%s:%u: %s: %s", origin->file, origin->line, origin->section,
                 remark->text);
    else
        snprintf(text, size, "%s: %s", origin->section, remark->text);
    return text;
}

void remarks_log(const struct generation *generation, bool of_time_alone)
{
    const struct policy *policy = generation_context(generation)->policy;
    const char *of_material = generation_remark(generation);
    struct policy_remark remark;
    char text[REMARKS_TEXT_BYTES];
    int64_t now = clock_now_s();

    if (of_material[0] != '\0' && !of_time_alone)
        log_warning("%s", of_material);
    for (size_t i = 0; policy_remark(policy, now, i, &remark); i++) {
        if (i == REMARKS_COUNT) {
            log_info("there is more to remark on: --check-config says all of it");
            return;
        }
        remarks_text(&remark, text, sizeof(text));
        if (remark.of_time)
            log_warning("%s", text);
        else if (!of_time_alone)
            log_info("note: %s", text);
    }
}

int64_t remarks_due_s(const struct generation *generation)
{
    int64_t now = clock_now_s();
    int64_t change = policy_next_change(generation_context(generation)->policy, now);

    return change < now + DAY_S ? change : now + DAY_S;
}

int64_t remarks_days_left(const struct generation *generation)
{
    size_t n = 0;
    const struct policy_pinset *pinsets = policy_pinsets(generation_context(generation)->policy,
                                                         &n);
    int64_t now = clock_now_s(), next = POLICY_TIME_MAX;

    for (size_t i = 0; i < n; i++) {
        if (pinsets[i].until > now && pinsets[i].until < next)
            next = pinsets[i].until;
    }
    return next == POLICY_TIME_MAX ? -1 : (next - now) / DAY_S;
}
