/* SPDX-License-Identifier: MIT */
#include "daemon/verify/confinement.h"

#include <stdio.h>
#include <string.h>

#include "daemon/policy/trust.h"

/* The values of X509_V_ERR_PERMITTED_VIOLATION and X509_V_ERR_EXCLUDED_VIOLATION. */
#define FAULT_NOT_PERMITTED 47
#define FAULT_EXCLUDED      48

/* Returns the keys of the section that exclude names, or those that permit names. */
static const char *find_name_keys(const struct policy_trust *trust, bool is_excluded)
{
    bool has_dns = is_excluded ? trust->excluded_dns.n_texts > 0 : trust->permitted_dns.n_texts > 0;
    bool has_ip = is_excluded ? trust->excluded_ip.n_networks > 0
                              : trust->permitted_ip.n_networks > 0;

    if (is_excluded)
        return has_dns && has_ip ? "excluded-dns or excluded-ip"
               : has_ip          ? "excluded-ip"
                                 : "excluded-dns";
    return has_dns && has_ip ? "permitted-dns or permitted-ip"
           : has_ip          ? "permitted-ip"
                             : "permitted-dns";
}

static const char *find_key(const struct policy_trust *trust, const struct fault *fault)
{
    const char *key = find_name_keys(trust, strcmp(fault->code, "name-excluded") == 0);

    if (strcmp(fault->code, "lifetime") == 0)
        key = "max-lifetime-days";
    if (strcmp(fault->code, "distrusted") == 0)
        key = "distrust-after";
    return key;
}

/* The sentence is cut where it would not leave room for the section. */
static void add_key(const struct policy_trust *trust, struct fault *fault)
{
    char section[FAULT_TEXT_BYTES];
    int len = snprintf(section, sizeof(section), " (%s of trust \"%s\", %s:%u)",
                       find_key(trust, fault), trust->name, trust->origin.file, trust->origin.line);
    size_t used = strlen(fault->text), room;

    if (len <= 0)
        return;
    room = (size_t)len < sizeof(section) ? sizeof(fault->text) - 1 - (size_t)len : 0;
    if (used > room)
        used = room;
    while (used > 0 && ((unsigned char)fault->text[used] & 0xc0) == 0x80)
        used--;
    snprintf(fault->text + used, sizeof(fault->text) - used, "%s", section);
}

void confinement_name_key(const struct policy_trust *trust, struct fault_list *faults)
{
    for (size_t i = 0; i < faults->n; i++)
        add_key(trust, &faults->faults[i]);
}

void confinement_replace_faults(const struct policy_trust *trust,
                                const struct policy_subject *subject, struct path_result *result)
{
    bool is_excluded = policy_trust_excludes(trust, subject);

    result->faults = (struct fault_list){0};
    result->date_faults = (struct fault_list){0};
    fault_add(&result->faults, is_excluded ? "name-excluded" : "name-not-permitted",
              is_excluded ? FAULT_EXCLUDED : FAULT_NOT_PERMITTED, 0,
              "%s of trust \"%s\" (%s:%u) does not let its authorities vouch for this name",
              find_name_keys(trust, is_excluded), trust->name, trust->origin.file,
              trust->origin.line);
}
