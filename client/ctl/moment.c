/* SPDX-License-Identifier: MIT */
#include "client/ctl/moment.h"

#include "base/calendar.h"

#define SECONDS_PER_MINUTE 60
#define SECONDS_PER_HOUR   3600

struct cursor {
    const char *at;
    const char *end;
};

static bool take_character(struct cursor *cursor, const char *one_of)
{
    if (cursor->at == cursor->end)
        return false;
    for (; *one_of; one_of++) {
        if (*cursor->at == *one_of) {
            cursor->at++;
            return true;
        }
    }
    return false;
}

static bool take_digit(struct cursor *cursor, int *valuep)
{
    if (cursor->at == cursor->end || *cursor->at < '0' || *cursor->at > '9')
        return false;
    *valuep = *valuep * 10 + (*cursor->at++ - '0');
    return true;
}

/* Reads a number of exactly n_digits digits. Returns whether its value is from `min` to `max`. */
static bool take_number(struct cursor *cursor, int n_digits, int min, int max, int *valuep)
{
    *valuep = 0;
    for (int i = 0; i < n_digits; i++) {
        if (!take_digit(cursor, valuep))
            return false;
    }
    return *valuep >= min && *valuep <= max;
}

static bool take_date(struct cursor *cursor, int64_t *secondsp)
{
    struct calendar_date date;
    int year, month, day;

    if (!take_number(cursor, 4, 0, 9999, &year) || !take_character(cursor, "-") ||
        !take_number(cursor, 2, 1, 12, &month) || !take_character(cursor, "-") ||
        !take_number(cursor, 2, 1, 31, &day))
        return false;
    date = (struct calendar_date){(unsigned)year, (unsigned)month, (unsigned)day};
    if (!calendar_has(date))
        return false;
    *secondsp = calendar_to_days(date) * CALENDAR_DAY_S;
    return true;
}

static bool take_time(struct cursor *cursor, int64_t *secondsp)
{
    int hour, minute, second, fraction = 0;

    if (!take_number(cursor, 2, 0, 23, &hour) || !take_character(cursor, ":") ||
        !take_number(cursor, 2, 0, 59, &minute) || !take_character(cursor, ":") ||
        !take_number(cursor, 2, 0, 59, &second))
        return false;
    *secondsp += hour * SECONDS_PER_HOUR + minute * SECONDS_PER_MINUTE + second;
    if (!take_character(cursor, "."))
        return true;
    if (!take_digit(cursor, &fraction))
        return false;
    while (take_digit(cursor, &fraction))
        fraction = 0;
    return true;
}

static bool take_offset(struct cursor *cursor, int64_t *secondsp)
{
    bool is_west;
    int hours, minutes;

    if (take_character(cursor, "Zz"))
        return true;
    is_west = cursor->at != cursor->end && *cursor->at == '-';
    if (!take_character(cursor, "+-") || !take_number(cursor, 2, 0, 23, &hours) ||
        !take_character(cursor, ":") || !take_number(cursor, 2, 0, 59, &minutes))
        return false;
    hours = hours * SECONDS_PER_HOUR + minutes * SECONDS_PER_MINUTE;
    *secondsp += is_west ? hours : -hours;
    return true;
}

bool moment_parse(const char *text, size_t len, int64_t *secondsp)
{
    struct cursor cursor = {.at = text, .end = text + len};

    return take_date(&cursor, secondsp) && take_character(&cursor, "Tt") &&
           take_time(&cursor, secondsp) && take_offset(&cursor, secondsp) &&
           cursor.at == cursor.end;
}
