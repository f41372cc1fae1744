/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/moment.h"

#include "base/calendar.h"

/*
 * A year of two digits from this one on means 19YY, a smaller one 20YY (RFC 5280 section
 * 4.1.2.5.1).
 */
#define FIRST_OF_CENTURY 50
/* 2050-01-01T00:00:00Z, the first second that RFC 5280 wants as a GeneralizedTime. */
#define GENERALIZED_FROM INT64_C(2524608000)

static bool read_digits(const uint8_t *text, size_t n, unsigned *valuep)
{
    unsigned value = 0;

    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (unsigned)(text[i] - '0');
    }
    *valuep = value;
    return true;
}

bool moment_read(int64_t *secondsp, const struct der *time)
{
    const uint8_t *text = time->content.data;
    bool is_short = time->tag == DER_UTC_TIME;
    size_t n_year = is_short ? 2 : 4;
    struct calendar_date date;
    unsigned hour, minute, second;

    if ((!is_short && time->tag != DER_GENERALIZED_TIME) || time->content.len != n_year + 11 ||
        text[n_year + 10] != 'Z')
        return false;
    if (!read_digits(text, n_year, &date.year) || !read_digits(text + n_year, 2, &date.month) ||
        !read_digits(text + n_year + 2, 2, &date.day) ||
        !read_digits(text + n_year + 4, 2, &hour) || !read_digits(text + n_year + 6, 2, &minute) ||
        !read_digits(text + n_year + 8, 2, &second))
        return false;
    if (is_short)
        date.year += date.year < FIRST_OF_CENTURY ? 2000 : 1900;
    if (date.year == 0 || !calendar_has(date) || hour > 23 || minute > 59 || second > 59)
        return false;
    *secondsp = calendar_to_days(date) * CALENDAR_DAY_S + hour * 3600 + minute * 60 + second;
    return true;
}

bool moment_is_well_coded(int64_t seconds, const struct der *time)
{
    return time->tag == DER_UTC_TIME || seconds >= GENERALIZED_FROM;
}
