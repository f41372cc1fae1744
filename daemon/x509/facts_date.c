/* SPDX-License-Identifier: MIT */
#include "daemon/x509/facts_internal.h"

#include <openssl/x509_vfy.h>

/* RFC 5280 section 4.1.2.5: in Zulu, with seconds and without fractions of them. */
#define UTC_BYTES         13 /* YYMMDDHHMMSSZ */
#define GENERALIZED_BYTES 15 /* YYYYMMDDHHMMSSZ */
#define CENTURY_PIVOT     50 /* section 4.1.2.5.1: from here on the years are 19YY */
#define GENERALIZED_YEAR  2050

struct calendar {
    int year;
    int month;
    int day;
    int hour;
    int minute;
    int second;
};

/* Two digits, which the caller knows to be there; -1 if they are none. */
static int read_pair(const unsigned char *text)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return -1;
    return (text[0] - '0') * 10 + text[1] - '0';
}

static int count_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool is_moment(const struct calendar *date)
{
    return date->month >= 1 && date->month <= 12 && date->day >= 1 &&
           date->day <= count_days(date->year, date->month) && date->hour >= 0 &&
           date->hour <= 23 && date->minute >= 0 && date->minute <= 59 && date->second >= 0 &&
           date->second <= 59;
}

/* Of the Gregorian calendar, back to the year 0. */
static int64_t count_seconds(const struct calendar *date)
{
    int64_t years = date->year - 1;
    int64_t days = 365 * (int64_t)date->year + years / 4 - years / 100 + years / 400;

    for (int month = 1; month < date->month; month++)
        days += count_days(date->year, month);
    days += date->day - 1;
    /* The same for 1970-01-01. */
    days -= 365 * (int64_t)1970 + 1969 / 4 - 1969 / 100 + 1969 / 400;
    return ((days * 24 + date->hour) * 60 + date->minute) * 60 + date->second;
}

static bool read_rest(struct calendar *date, const unsigned char *text)
{
    date->month = read_pair(text);
    date->day = read_pair(text + 2);
    date->hour = read_pair(text + 4);
    date->minute = read_pair(text + 6);
    date->second = read_pair(text + 8);
    return text[10] == 'Z' && is_moment(date);
}

static bool read_date(struct facts_date *date, const ASN1_TIME *time)
{
    const unsigned char *text = time ? ASN1_STRING_get0_data(time) : NULL;
    int len = time ? ASN1_STRING_length(time) : 0;
    int type = time ? ASN1_STRING_type(time) : V_ASN1_UNDEF;
    struct calendar calendar = {0};
    int century, year;

    if (type == V_ASN1_UTCTIME && len == UTC_BYTES) {
        year = read_pair(text);
        calendar.year = year + (year < CENTURY_PIVOT ? 2000 : 1900);
        date->well_coded = true;
        if (year < 0 || !read_rest(&calendar, text + 2))
            return false;
    } else if (type == V_ASN1_GENERALIZEDTIME && len == GENERALIZED_BYTES) {
        century = read_pair(text);
        year = read_pair(text + 2);
        calendar.year = century * 100 + year;
        date->well_coded = calendar.year >= GENERALIZED_YEAR;
        if (century < 0 || year < 0 || calendar.year < 1 || !read_rest(&calendar, text + 4))
            return false;
    } else {
        return false;
    }
    date->time = count_seconds(&calendar);
    return true;
}

int facts_read_dates(struct facts *facts, const X509 *certificate)
{
    static const struct facts_fault from = {"not-before-malformed",
                                            X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD,
                                            "notBefore is not a date as RFC 5280 writes it"};
    static const struct facts_fault until = {"not-after-malformed",
                                             X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD,
                                             "notAfter is not a date as RFC 5280 writes it"};

    if (!read_date(&facts->from, X509_get0_notBefore(certificate)))
        return facts_refuse(facts, &from);
    if (!read_date(&facts->until, X509_get0_notAfter(certificate)))
        return facts_refuse(facts, &until);
    return 0;
}
