/* SPDX-License-Identifier: MIT */
#include "daemon/policy/number.h"

#include <inttypes.h>
#include <string.h>

/* The most digits of a number. A number of nine digits times the largest unit fits into 64 bits. */
#define DIGITS_COUNT 9u

struct unit_suffix {
    const char *name;
    uint64_t factor;
};

/* Units from the largest to the smallest. A value is printed in the first one that divides it. */
static const struct unit_suffix times[] = {
    {"d", 86400000}, {"h", 3600000}, {"min", 60000}, {"s", 1000}, {"ms", 1},
};
static const struct unit_suffix sizes[] = {
    {"G", 1u << 30}, {"M", 1u << 20}, {"K", 1u << 10}, {"", 1}};
static const struct unit_suffix counts[] = {{"", 1}};

static const struct {
    const struct unit_suffix *suffixes;
    size_t n_suffixes;
    const char *fault;
} units[] = {
    [POLICY_UNIT_NONE] = {counts, 1, "it is a plain number, without a unit"},
    [POLICY_UNIT_MS] = {times, sizeof(times) / sizeof(times[0]),
                        "it needs one of the units ms, s, min, h, d, without a blank before it"},
    [POLICY_UNIT_BYTES] = {sizes, sizeof(sizes) / sizeof(sizes[0]),
                           "its unit is none, K, M or G, without a blank before it"},
};

const char *policy_number_parse(const char *text, enum policy_unit unit, uint64_t *valuep)
{
    size_t n_digits = strspn(text, "0123456789");
    uint64_t value = 0;

    if (n_digits == 0)
        return "it does not begin with a digit";
    if (n_digits > DIGITS_COUNT)
        return "it has more than nine digits";
    if (n_digits > 1 && text[0] == '0')
        return "it begins with a zero";
    for (size_t i = 0; i < n_digits; i++)
        value = value * 10 + (uint64_t)(text[i] - '0');
    *valuep = 0;
    if (value == 0 && text[n_digits] == '\0')
        return NULL;
    for (size_t i = 0; i < units[unit].n_suffixes; i++) {
        if (strcmp(text + n_digits, units[unit].suffixes[i].name) == 0) {
            *valuep = value * units[unit].suffixes[i].factor;
            return NULL;
        }
    }
    return units[unit].fault;
}

void policy_number_print(struct memory_text *out, uint64_t value, enum policy_unit unit)
{
    const struct unit_suffix *suffix = units[unit].suffixes;

    if (value == 0) {
        memory_text_append(out, "0");
        return;
    }
    while (value % suffix->factor != 0)
        suffix++;
    memory_text_add(out, "%" PRIu64 "%s", value / suffix->factor, suffix->name);
}
