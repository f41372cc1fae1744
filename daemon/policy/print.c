/* SPDX-License-Identifier: MIT */
#include "daemon/policy/policy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/pin.h"
#include "daemon/policy/table.h"

/*
 * Names of domains are A-labels and names of pinsets are of a small alphabet, so that nothing needs
 * to be quoted but with the quotes themselves.
 */

static const char *switch_word(bool on)
{
    return on ? "yes" : "no";
}

static const char *depth_word(enum policy_depth depth)
{
    static const char *const words[] = {
        [POLICY_DEPTH_NONE] = "none",
        [POLICY_DEPTH_ONE] = "one",
        [POLICY_DEPTH_ALL] = "all",
    };

    return words[depth];
}

static int text_compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void pinset_print(FILE *out, const struct policy_pinset *pinset)
{
    char texts[POLICY_PINS_COUNT][POLICY_PIN_TEXT_BYTES + 1];

    for (size_t i = 0; i < pinset->n_pins; i++)
        policy_pin_encode(texts[i], pinset->pins[i]);
    qsort(texts, pinset->n_pins, sizeof(texts[0]), text_compare);
    fprintf(out, "\npinset \"%s\" {\n    spki-sha256 = {\n", pinset->name);
    for (size_t i = 0; i < pinset->n_pins; i++)
        fprintf(out, "        \"%s\"%s\n", texts[i], i + 1 < pinset->n_pins ? "," : "");
    fputs("    }\n}\n", out);
}

static void domain_print(FILE *out, const struct policy_domain *domain)
{
    fprintf(out, "\ndomain \"%s\" {\n    subdomains = %s\n    common-name = %s\n", domain->name,
            depth_word(domain->depth), switch_word(domain->rule.common_name));
    if (domain->rule.pinset != NULL)
        fprintf(out, "    pinset = \"%s\"\n", domain->rule.pinset->name);
    fputs("}\n", out);
}

int policy_print(const struct policy *policy, char **textp, size_t *lenp)
{
    char *text = NULL;
    size_t len = 0;
    bool failed;
    FILE *out;

    out = open_memstream(&text, &len);
    if (out == NULL)
        return -ENOMEM;
    fprintf(out, "defaults {\n    common-name = %s\n}\n",
            switch_word(policy->defaults.common_name));
    for (size_t i = 0; i < policy->n_pinsets; i++)
        pinset_print(out, &policy->pinsets[i]);
    for (size_t i = 0; i < policy->n_domains; i++)
        domain_print(out, &policy->domains[i]);
    failed = ferror(out) != 0;
    if (fclose(out) != 0 || failed) {
        free(text);
        return -ENOMEM;
    }
    *textp = text;
    *lenp = len;
    return 0;
}
