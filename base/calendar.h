/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Dates of the Gregorian calendar as numbers, by arithmetic alone: libc's calendar functions look
 * for files with time zones, which processes without a file system cannot read. The calendar
 * reaches backwards to the year 0, as in ISO 8601.
 */

#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_DAY_S 86400

struct calendar_date {
    unsigned year;  /* 0 and up */
    unsigned month; /* 1 to 12 */
    unsigned day;   /* 1 to 31 */
};

/* Returns whether the calendar has this date. */
bool calendar_has(struct calendar_date date);

/* Returns the days from 1970-01-01 to a date that the calendar has, negative for an earlier one. */
int64_t calendar_to_days(struct calendar_date date);

/* Returns the date that is `days` after 1970-01-01; days is 0 or more. The time it takes grows with
 * the year. */
struct calendar_date calendar_from_days(int64_t days);
