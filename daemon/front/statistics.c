/* SPDX-License-Identifier: MIT */
#include "daemon/front/statistics.h"

#include <string.h>

#include "proto/verdict.h"

static void copy_printable(char *out, size_t size, const char *text)
{
    size_t i;

    for (i = 0; i + 1 < size && text[i] != '\0'; i++)
        out[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : '?';
    out[i] = '\0';
}

uint16_t statistics_find_name(struct statistics_names *names, const char *name)
{
    char printable[NOTE_RULE_BYTES];

    copy_printable(printable, sizeof(printable), name);
    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->rows[i].name, printable) == 0)
            return (uint16_t)i;
    }
    if (names->n == STATISTICS_NAMES_COUNT)
        return STATISTICS_NAMES_COUNT;
    memcpy(names->rows[names->n].name, printable, sizeof(printable));
    return (uint16_t)names->n++;
}

static void count_name(struct statistics_names *names, uint16_t index)
{
    if (index < names->n)
        names->rows[index].count++;
    else
        names->n_others++;
}

static enum outcome find_outcome(uint32_t outcome)
{
    switch (outcome) {
    case VERDICT_NAME_MATCHES:
        return OUTCOME_NAME_MATCHES;
    case VERDICT_VERIFIED:
        return OUTCOME_VERIFIED;
    default:
        return OUTCOME_REFUSED;
    }
}

void statistics_count(struct statistics *statistics, const struct answer_summary *summary)
{
    statistics->outcomes[summary->is_error ? OUTCOME_ERROR : find_outcome(summary->outcome)]++;
    statistics->n_reported += summary->reported;
    count_name(&statistics->codes, summary->code);
    if (!summary->is_error)
        count_name(&statistics->rules, summary->rule);
}

const char *statistics_busy_name(enum busy_reason busy)
{
    static const char *const names[N_BUSY] = {
        [BUSY_CONNECTIONS] = "connections",
        [BUSY_CONNECTIONS_PER_UID] = "connections-per-uid",
        [BUSY_IN_FLIGHT_PER_CONNECTION] = "in-flight-per-connection",
        [BUSY_IN_FLIGHT_PER_UID] = "in-flight-per-uid",
        [BUSY_QUEUED] = "queued",
        [BUSY_QUEUED_PER_UID] = "queued-per-uid",
        [BUSY_QUEUED_TIME] = "queue-time",
        [BUSY_HELD_PER_UID] = "held-per-uid",
        [BUSY_CPU] = "cpu-per-uid",
        [BUSY_CRASHES] = "crashes",
        [BUSY_STOPPING] = "stopping",
    };

    return names[busy];
}

const char *statistics_outcome_name(enum outcome outcome)
{
    static const char *const names[N_OUTCOMES] = {
        [OUTCOME_REFUSED] = "refused",
        [OUTCOME_NAME_MATCHES] = "name-matches",
        [OUTCOME_VERIFIED] = "verified",
        [OUTCOME_ERROR] = "error",
    };

    return names[outcome];
}
