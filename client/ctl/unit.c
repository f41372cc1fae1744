/* SPDX-License-Identifier: MIT */
#include "client/ctl/unit.h"

#include <pwd.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400

static bool ends_in(const char *key, const char *ending)
{
    size_t n = strlen(key), n_ending = strlen(ending);

    return n >= n_ending && strcmp(key + n - n_ending, ending) == 0;
}

enum unit unit_of_key(const char *key, enum unit outer)
{
    if (ends_in(key, "bytes"))
        return UNIT_BYTES;
    if (ends_in(key, "_us"))
        return UNIT_MICROSECONDS;
    if (ends_in(key, "_s"))
        return UNIT_SECONDS;
    if (strcmp(key, "uid") == 0)
        return UNIT_USER;
    if (ends_in(key, "-at"))
        return UNIT_MOMENT;
    return outer == UNIT_MICROSECONDS && strcmp(key, "count") != 0 ? outer : UNIT_NONE;
}

static void print_bytes(FILE *out, double bytes)
{
    static const char *const names[] = {"B", "KiB", "MiB", "GiB"};
    size_t i = 0;

    while (bytes >= 1024 && i + 1 < sizeof(names) / sizeof(names[0])) {
        bytes /= 1024;
        i++;
    }
    (void)fprintf(out, "%.4g %s", bytes, names[i]);
}

static void print_microseconds(FILE *out, double us)
{
    if (us < 1000)
        (void)fprintf(out, "%.4g us", us);
    else if (us < 1e6)
        (void)fprintf(out, "%.4g ms", us / 1e3);
    else
        (void)fprintf(out, "%.4g s", us / 1e6);
}

static void print_seconds(FILE *out, long long s)
{
    if (s < MINUTE_S)
        (void)fprintf(out, "%lld s", s);
    else if (s < HOUR_S)
        (void)fprintf(out, "%lld min %lld s", s / MINUTE_S, s % MINUTE_S);
    else if (s < DAY_S)
        (void)fprintf(out, "%lld h %lld min", s / HOUR_S, s % HOUR_S / MINUTE_S);
    else
        (void)fprintf(out, "%lld d %lld h", s / DAY_S, s % DAY_S / HOUR_S);
}

/*
 * Returns whether a user's name consists of letters, digits and the few other characters that such
 * names have. Any other name is not printed.
 */
static bool is_plain(const char *name)
{
    return name[0] != '\0' &&
           name[strspn(
               name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-$")] == '\0';
}

static void print_user(FILE *out, long long uid)
{
    const struct passwd *entry = uid >= 0 && uid < UINT32_MAX ? getpwuid((uid_t)uid) : NULL;

    (void)fprintf(out, "%lld", uid);
    if (entry && is_plain(entry->pw_name))
        (void)fprintf(out, " (%s)", entry->pw_name);
}

static bool print_moment(FILE *out, const char *text)
{
    struct tm parts = {0};
    const char *end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    long long age;

    if (!end || *end != '\0')
        return false;
    age = (long long)(time(NULL) - timegm(&parts));
    (void)fputs(text, out);
    if (age < 0)
        return true;
    (void)fputs(" (", out);
    print_seconds(out, age);
    (void)fputs(" ago)", out);
    return true;
}

bool unit_print(FILE *out, enum unit unit, const json_t *value)
{
    if (unit == UNIT_MOMENT && json_is_string(value))
        return print_moment(out, json_string_value(value));
    if (!json_is_number(value))
        return false;
    switch (unit) {
    case UNIT_BYTES:
        print_bytes(out, json_number_value(value));
        return true;
    case UNIT_MICROSECONDS:
        print_microseconds(out, json_number_value(value));
        return true;
    case UNIT_SECONDS:
        print_seconds(out, (long long)json_number_value(value));
        return true;
    case UNIT_USER:
        print_user(out, (long long)json_number_value(value));
        return true;
    default:
        return false;
    }
}
