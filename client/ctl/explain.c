/* SPDX-License-Identifier: MIT */
#include "client/ctl/explain.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/text.h"
#include "client/ctl/verdict_text.h"

static bool is_same(const struct certname_identity *a, const struct certname_identity *b)
{
    return strcmp(a->type, b->type) == 0 && a->value.len == b->value.len &&
           (a->value.len == 0 || memcmp(a->value.data, b->value.data, a->value.len) == 0);
}

static int print_row(FILE *out, const struct certname_identity *identity)
{
    char *value = text_identity_shown(identity);
    char *text = text_escape(identity->text, strlen(identity->text));
    bool matches = identity->text[0] == '\0';
    int r = value && text ? 0 : -ENOMEM;

    if (!r)
        (void)fprintf(out, "  %-6s %s\n           %s\n", identity->type, value,
                      matches ? "matches" : text);
    free(value);
    free(text);
    return r;
}

static int print_head(FILE *out, const struct certname_verdict *verdict)
{
    const struct certname_identity *reference = certname_verdict_reference(verdict);
    char *value;

    if (!reference)
        return 0;
    value = text_escape(reference->value.data, reference->value.len);
    if (!value)
        return -ENOMEM;
    (void)fprintf(out, "compared with %s %s:\n", reference->type, value);
    free(value);
    return 0;
}

/* Prints the presented identities except the nearest miss, which the caller has already printed. */
static int print_others(FILE *out, const struct certname_verdict *verdict,
                        const struct certname_identity *nearest)
{
    const struct certname_identity *identity;
    bool skipped = nearest == NULL;
    int r = 0;

    for (size_t i = 0; !r && (identity = certname_verdict_presented(verdict, i)) != NULL; i++) {
        if (!skipped && is_same(identity, nearest)) {
            skipped = true;
            continue;
        }
        r = print_row(out, identity);
    }
    return r;
}

int explain_print(FILE *out, const struct certname_verdict *verdict)
{
    const struct certname_identity *nearest = certname_verdict_nearest(verdict);
    unsigned more = certname_verdict_presented_more(verdict);
    int r = verdict_text_print(out, verdict);

    (void)fputc('\n', out);
    if (!r)
        r = print_head(out, verdict);
    if (!r && nearest)
        r = print_row(out, nearest);
    if (!r)
        r = print_others(out, verdict, nearest);
    if (!r && more > 0)
        (void)fprintf(out, "  and %u more\n", more);
    return r;
}
