/* SPDX-License-Identifier: MIT */
#include "daemon/policy/moment.h"

#include <inttypes.h>
#include <stddef.h>

#define DAY_S 86400

static const char shape[] = "it is written as \"2027-06-30\" or \"2027-06-30T12:00:00Z\"";
static const char no_such_day[] = "there is no such day or time";

struct date {
    unsigned year, month, day;
};

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

static void mark_read(struct reading *reading, char mark)
{
    if (!reading->failed && *reading->at == mark)
        reading->at++;
    else
        reading->failed = true;
}

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned month_days(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

/* Leap days of the years before this one. */
static int64_t leap_days(unsigned year)
{
    unsigned last = year - 1;

    return (int64_t)last / 4 - last / 100 + last / 400;
}

/* Of the years 1970 up to the one before this. */
static int64_t year_days(unsigned year)
{
    return ((int64_t)year - 1970) * 365 + leap_days(year) - leap_days(1970);
}

static int64_t date_days(const struct date *date)
{
    int64_t days = year_days(date->year) + date->day - 1;

    for (unsigned month = 1; month < date->month; month++)
        days += month_days(date->year, month);
    return days;
}

static struct date days_date(int64_t days)
{
    struct date date = {.year = 1970 + (unsigned)(days / 366), .month = 1};

    while (year_days(date.year + 1) <= days)
        date.year++;
    days -= year_days(date.year);
    while (days >= month_days(date.year, date.month))
        days -= month_days(date.year, date.month++);
    date.day = (unsigned)days + 1;
    return date;
}

static const char *day_read(struct reading *reading, int64_t *secondsp)
{
    struct date date;

    date.year = digits_read(reading, 4);
    mark_read(reading, '-');
    date.month = digits_read(reading, 2);
    mark_read(reading, '-');
    date.day = digits_read(reading, 2);
    if (reading->failed)
        return shape;
    if (date.year < 1970)
        return "it is before 1970";
    if (date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > month_days(date.year, date.month))
        return no_such_day;
    *secondsp = date_days(&date) * DAY_S;
    return NULL;
}

/* What UTC is behind this place. */
static const char *offset_read(struct reading *reading, int64_t *secondsp)
{
    char sign = *reading->at;
    unsigned hours, minutes;

    if (sign == 'Z') {
        reading->at++;
        return NULL;
    }
    if (sign != '+' && sign != '-')
        return "a time needs \"Z\" for UTC behind it, or what it is ahead of UTC, as in \"+02:00\"";
    reading->at++;
    hours = digits_read(reading, 2);
    mark_read(reading, ':');
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

    mark_read(reading, 'T');
    hour = digits_read(reading, 2);
    mark_read(reading, ':');
    minute = digits_read(reading, 2);
    mark_read(reading, ':');
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
    int64_t seconds = 0, length = DAY_S;

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

void policy_moment_print(FILE *out, int64_t moment, bool is_end)
{
    int64_t seconds = moment - (is_end ? 1 : 0);
    struct date date = days_date(seconds / DAY_S);
    unsigned within = (unsigned)(seconds % DAY_S);

    fprintf(out, "%04u-%02u-%02u", date.year, date.month, date.day);
    if (within != (is_end ? DAY_S - 1 : 0))
        fprintf(out, "T%02u:%02u:%02uZ", within / 3600, within / 60 % 60, within % 60);
}
