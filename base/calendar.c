/* SPDX-License-Identifier: MIT */
#include "base/calendar.h"

#include <assert.h>

#define FIRST_YEAR 1970

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_of_month(unsigned year, unsigned month)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Returns the days from 0000-01-01 to the first day of `year`. The year 0 is a leap year. */
static int64_t days_before(unsigned year)
{
    int64_t years = year;

    return years * 365 + (years + 3) / 4 - (years + 99) / 100 + (years + 399) / 400;
}

bool calendar_has(struct calendar_date date)
{
    return date.month >= 1 && date.month <= 12 && date.day >= 1 &&
           date.day <= days_of_month(date.year, date.month);
}

int64_t calendar_to_days(struct calendar_date date)
{
    int64_t days = days_before(date.year) - days_before(FIRST_YEAR) + date.day - 1;

    assert(calendar_has(date));
    for (unsigned month = 1; month < date.month; month++)
        days += days_of_month(date.year, month);
    return days;
}

struct calendar_date calendar_from_days(int64_t days)
{
    struct calendar_date date = {.month = 1};

    assert(days >= 0);
    days += days_before(FIRST_YEAR);
    /* No year has more than 366 days, so the quotient is the year or an earlier one. */
    date.year = (unsigned)(days / 366);
    while (days_before(date.year + 1) <= days)
        date.year++;
    days -= days_before(date.year);
    while (days >= days_of_month(date.year, date.month))
        days -= days_of_month(date.year, date.month++);
    date.day = (unsigned)days + 1;
    return date;
}
