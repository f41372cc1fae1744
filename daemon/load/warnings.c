/* SPDX-License-Identifier: MIT */
#include "daemon/load/warnings.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/log.h"
#include "daemon/load/crlites.h"

#define DAY_S 86400

const char *warnings_text(const struct policy_warning *warning, char *text, size_t size)
{
    const struct policy_origin *origin = warning->origin;

    if (origin->line > 0)
        snprintf(text, size, "%s:%u: %s: %s", origin->file, origin->line, origin->section,
                 warning->text);
    else
        snprintf(text, size, "%s: %s", origin->section, warning->text);
    return text;
}

void warnings_log(const struct epoch *epoch, bool of_time_alone)
{
    const struct policy *policy = epoch_context(epoch)->policy;
    const char *material_warning = epoch_material_warning(epoch);
    const char *crl_warning = epoch_crl_warning(epoch);
    const struct crlites *crlites = epoch_crlites(epoch);
    struct policy_warning warning;
    char text[WARNINGS_TEXT_BYTES];
    int64_t now = clock_now_s();

    if (material_warning[0] != '\0' && !of_time_alone)
        log_warning("%s", material_warning);
    if (crl_warning[0] != '\0' && !of_time_alone)
        log_warning("%s", crl_warning);
    if (crlites->warning[0] != '\0' && !of_time_alone)
        log_warning("%s", crlites->warning);
    for (size_t i = 0; policy_warning(policy, now, i, &warning); i++) {
        if (i == WARNINGS_COUNT) {
            log_info("there are more remarks on the configuration: certnamed --check-config prints "
                     "all of them");
            return;
        }
        warnings_text(&warning, text, sizeof(text));
        if (warning.of_time)
            log_warning("%s", text);
        else if (!of_time_alone)
            log_info("note: %s", text);
    }
}

int64_t warnings_due_s(const struct epoch *epoch)
{
    int64_t now = clock_now_s();
    int64_t change = policy_next_change(epoch_context(epoch)->policy, now);

    return change < now + DAY_S ? change : now + DAY_S;
}

int64_t warnings_days_left(const struct epoch *epoch)
{
    size_t n = 0;
    const struct policy_pinset *pinsets = policy_pinsets(epoch_context(epoch)->policy, &n);
    int64_t now = clock_now_s(), next = POLICY_TIME_MAX;

    for (size_t i = 0; i < n; i++) {
        if (pinsets[i].until > now && pinsets[i].until < next)
            next = pinsets[i].until;
    }
    return next == POLICY_TIME_MAX ? -1 : (next - now) / DAY_S;
}
