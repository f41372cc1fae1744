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

uint16_t names_place(struct names *names, const char *name)
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

static void names_count(struct names *names, uint16_t place)
{
    if (place < names->n)
        names->rows[place].count++;
    else
        names->n_others++;
}

static enum outcome outcome_of(uint32_t outcome)
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

void statistics_count(struct statistics *statistics, const struct summary *summary)
{
    statistics->outcomes[summary->is_error ? OUTCOME_ERROR : outcome_of(summary->outcome)]++;
    statistics->n_reported += summary->reported;
    names_count(&statistics->codes, summary->code);
    if (!summary->is_error)
        names_count(&statistics->rules, summary->rule);
}

const char *busy_name(enum busy busy)
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
        [BUSY_STOPPING] = "stopping",
    };

    return names[busy];
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[N_OUTCOMES] = {
        [OUTCOME_REFUSED] = "refused",
        [OUTCOME_NAME_MATCHES] = "name-matches",
        [OUTCOME_VERIFIED] = "verified",
        [OUTCOME_ERROR] = "error",
    };

    return names[outcome];
}
