/* SPDX-License-Identifier: MIT */
#include "daemon/policy/moment.h"

#include <inttypes.h>
#include <stddef.h>

#include "base/calendar.h"

static const char shape[] = "it is written as \"2027-06-30\" or \"2027-06-30T12:00:00Z\"";
static const char no_such_day[] = "there is no such day or time";

struct reading {
    const char *at;
    bool failed;
};

static unsigned digits_read(struct reading *reading, unsigned n)
{
    unsigned value = 0;

    for (unsigned i = 0; i < n && !reading->failed; i++) {
        reading->failed = *reading->at < '0' || *reading->at > '9';
        if (!reading->failed)
            value = value * 10 + (unsigned)(*reading->at++ - '0');
    }
    return value;
}

static void expect_mark(struct reading *reading, char mark)
{
    if (!reading->failed && *reading->at == mark)
        reading->at++;
    else
        reading->failed = true;
}

static const char *day_read(struct reading *reading, int64_t *secondsp)
{
    struct calendar_date date;

    date.year = digits_read(reading, 4);
    expect_mark(reading, '-');
    date.month = digits_read(reading, 2);
    expect_mark(reading, '-');
    date.day = digits_read(reading, 2);
    if (reading->failed)
        return shape;
    if (date.year < 1970)
        return "it is before 1970";
    if (!calendar_has(date))
        return no_such_day;
    *secondsp = calendar_to_days(date) * CALENDAR_DAY_S;
    return NULL;
}

/*
 * Reads an offset from UTC, such as "Z" or "+02:00", and subtracts it from *secondsp. Returns NULL,
 * or a sentence fragment about the fault.
 */
static const char *offset_read(struct reading *reading, int64_t *secondsp)
{
    char sign = *reading->at;
    unsigned hours, minutes;

    if (sign == 'Z') {
        reading->at++;
        return NULL;
    }
    if (sign != '+' && sign != '-')
        return "a time ends in \"Z\" for UTC, or in its offset from UTC, as in \"+02:00\"";
    reading->at++;
    hours = digits_read(reading, 2);
    expect_mark(reading, ':');
    minutes = digits_read(reading, 2);
    if (reading->failed)
        return shape;
    if (hours > 23 || minutes > 59)
        return no_such_day;
    *secondsp += (sign == '+' ? -1 : 1) * (int64_t)(hours * 3600 + minutes * 60);
    return NULL;
}

static const char *time_read(struct reading *reading, int64_t *secondsp)
{
    unsigned hour, minute, second;

    expect_mark(reading, 'T');
    hour = digits_read(reading, 2);
    expect_mark(reading, ':');
    minute = digits_read(reading, 2);
    expect_mark(reading, ':');
    second = digits_read(reading, 2);
    if (reading->failed)
        return shape;
    if (hour > 23 || minute > 59 || second > 59)
        return no_such_day;
    *secondsp += hour * 3600 + minute * 60 + second;
    return offset_read(reading, secondsp);
}

const char *policy_moment_parse(const char *text, bool is_end, int64_t *momentp)
{
    struct reading reading = {.at = text};
    const char *fault;
    int64_t seconds = 0, length = CALENDAR_DAY_S;

    fault = day_read(&reading, &seconds);
    if (!fault && *reading.at != '\0') {
        fault = time_read(&reading, &seconds);
        length = 1;
    }
    if (fault)
        return fault;
    if (*reading.at != '\0')
        return shape;
    if (seconds < 0)
        return "it is before 1970";
    *momentp = seconds + (is_end ? length : 0);
    return NULL;
}

void policy_moment_print(struct memory_text *out, int64_t moment, bool is_end)
{
    int64_t seconds = moment - (is_end ? 1 : 0);
    struct calendar_date date = calendar_from_days(seconds / CALENDAR_DAY_S);
    unsigned within = (unsigned)(seconds % CALENDAR_DAY_S);

    memory_text_add(out, "%04u-%02u-%02u", date.year, date.month, date.day);
    if (within != (is_end ? CALENDAR_DAY_S - 1 : 0))
        memory_text_add(out, "T%02u:%02u:%02uZ", within / 3600, within / 60 % 60, within % 60);
}
