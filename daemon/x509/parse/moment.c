/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/moment.h"

/* The years that two digits mean, RFC 5280 section 4.1.2.5.1. */
#define FIRST_OF_CENTURY 50
/* 2050-01-01T00:00:00Z. */
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

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_of_month(int64_t year, unsigned month)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

int64_t moment_from_date(int64_t year, unsigned month, unsigned day)
{
    int64_t years = year - 1;
    int64_t days = years * 365 + years / 4 - years / 100 + years / 400 + day - 1;

    for (unsigned i = 1; i < month; i++)
        days += days_of_month(year, i);
    /* from 0001-01-01 to 1970-01-01 */
    return (days - 719162) * 86400;
}

bool moment_read(int64_t *secondsp, const struct der *time)
{
    const uint8_t *text = time->content.data;
    bool is_short = time->tag == DER_UTC_TIME;
    size_t n_year = is_short ? 2 : 4;
    unsigned year, month, day, hour, minute, second;

    if ((!is_short && time->tag != DER_GENERALIZED_TIME) || time->content.len != n_year + 11 ||
        text[n_year + 10] != 'Z')
        return false;
    if (!read_digits(text, n_year, &year) || !read_digits(text + n_year, 2, &month) ||
        !read_digits(text + n_year + 2, 2, &day) || !read_digits(text + n_year + 4, 2, &hour) ||
        !read_digits(text + n_year + 6, 2, &minute) || !read_digits(text + n_year + 8, 2, &second))
        return false;
    if (is_short)
        year += year < FIRST_OF_CENTURY ? 2000 : 1900;
    if (year == 0 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) ||
        hour > 23 || minute > 59 || second > 59)
        return false;
    *secondsp = moment_from_date(year, month, day) + hour * 3600 + minute * 60 + second;
    return true;
}

bool moment_is_well_coded(int64_t seconds, const struct der *time)
{
    return time->tag == DER_UTC_TIME || seconds >= GENERALIZED_FROM;
}
