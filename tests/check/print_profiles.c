/* SPDX-License-Identifier: MIT */

/*
 * Prints the rules of each profile as rows of the table in certnamed.conf(5). profiles.sh compares
 * them with the page.
 */

#include <stdio.h>
#include <string.h>

#include "daemon/x509/path/profile_internal.h"

static const unsigned profiles[] = {PROFILE_WEBPKI, PROFILE_RFC5280, PROFILE_COMPATIBLE};

static bool is_printed(size_t end, const char *code)
{
    for (size_t i = 0; i < end; i++) {
        if (strcmp(profile_rule(i)->code, code) == 0)
            return true;
    }
    return false;
}

/*
 * Returns, as bits, the kinds of certificates to which a profile applies the rules with this code.
 */
static unsigned find_places(const char *code, unsigned profile)
{
    const struct rule *rule;
    unsigned places = 0;

    for (size_t i = 0; (rule = profile_rule(i)) != NULL; i++) {
        if (strcmp(rule->code, code) == 0 && rule->profiles & profile)
            places |= rule->places;
    }
    return places;
}

static void print_places(unsigned places)
{
    if (places == 0)
        fputs(" \\-", stdout);
    if (places & PLACE_LEAF)
        fputs(" e", stdout);
    if (places & PLACE_INTERMEDIATE)
        fputs(" i", stdout);
    if (places & PLACE_ANCHOR_ALWAYS)
        fputs(" A", stdout);
    else if (places & PLACE_ANCHOR)
        fputs(" a", stdout);
}

int main(void)
{
    const struct rule *rule;

    for (size_t i = 0; (rule = profile_rule(i)) != NULL; i++) {
        if (is_printed(i, rule->code))
            continue;
        printf(".It %s", rule->code);
        for (size_t j = 0; j < sizeof(profiles) / sizeof(*profiles); j++) {
            fputs(" Ta", stdout);
            print_places(find_places(rule->code, profiles[j]));
        }
        putchar('\n');
    }
    return 0;
}
