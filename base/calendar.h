/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Dates of the Gregorian calendar as numbers. They are computed without libc's calendar functions,
 * which look for files with time zones, because a process without access to files cannot read
 * those. The calendar is extended backwards to the year 0, as in ISO 8601.
 */

#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_DAY_S 86400

struct calendar_date {
    unsigned year;  /* 0 and up */
    unsigned month; /* 1 to 12 */
    unsigned day;   /* 1 to 31 */
};

/* Returns whether the date exists: not the 30th of February, for example. */
bool calendar_has(struct calendar_date date);

/*
 * Returns the number of days from 1970-01-01 to a date, negative for an earlier date. The date has
 * to exist (calendar_has).
 */
int64_t calendar_to_days(struct calendar_date date);

/*
 * Returns the date that is `days` after 1970-01-01; `days` is 0 or more. The running time grows
 * with the year.
 */
struct calendar_date calendar_from_days(int64_t days);
