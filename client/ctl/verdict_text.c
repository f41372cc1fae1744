/* SPDX-License-Identifier: MIT */
#include "client/ctl/verdict_text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/text.h"

/*
 * The number of bytes of a certificate's SHA-256 that are printed: enough to tell the certificates
 * of a path apart.
 */
#define DIGEST_SHOWN_BYTES 8

/*
 * Prints the identity's type and `value`, and frees `value`. If `value` is NULL, because memory ran
 * out, returns -ENOMEM.
 */
static int print_identity(FILE *out, const char *label, const struct certname_identity *identity,
                          char *value)
{
    if (!value)
        return -ENOMEM;
    (void)fprintf(out, "  %-10s %s %s", label, identity->type, value);
    free(value);
    return 0;
}

static int print_failure(FILE *out, const char *before, const struct certname_failure *failure)
{
    int r = text_print(out, before, failure->message, "");

    if (!r && failure->detail[0] != '\0')
        r = text_print(out, ": ", failure->detail, "");
    if (failure->depth > 0)
        (void)fprintf(out, " (certificate %u above the leaf)", failure->depth);
    (void)fputc('\n', out);
    return r;
}

static int print_failures(FILE *out, const struct certname_verdict *verdict)
{
    const struct certname_failure *failure;
    int r = 0;

    for (size_t i = 0; !r && (failure = certname_verdict_failure(verdict, i)) != NULL; i++)
        r = print_failure(out, i == 0 ? "refused: " : "  also       ", failure);
    if (certname_verdict_failures_more(verdict) > 0)
        (void)fprintf(out, "  also       %u more\n", certname_verdict_failures_more(verdict));
    return r;
}

static int print_presented(FILE *out, const struct certname_verdict *verdict)
{
    unsigned more = certname_verdict_presented_more(verdict);
    const struct certname_identity *identity;
    size_t n = 0;

    for (; (identity = certname_verdict_presented(verdict, n)) != NULL; n++) {
        if (n > 0)
            (void)fputc('\n', out);
        if (print_identity(out, n == 0 ? "presented" : "", identity, text_identity_shown(identity)))
            return -ENOMEM;
    }
    if (n == 0)
        (void)fputs("  presented  no identity", out);
    if (more > 0)
        (void)fprintf(out, "  (and %u more)", more);
    (void)fputc('\n', out);
    return 0;
}

static int print_nearest(FILE *out, const struct certname_verdict *verdict)
{
    const struct certname_identity *nearest = certname_verdict_nearest(verdict);
    int r;

    if (!nearest)
        return 0;
    r = print_identity(out, "nearest", nearest, text_identity_shown(nearest));
    return r ? r : text_print(out, ": ", *nearest->text ? nearest->text : nearest->why, "\n");
}

static int print_refusal(FILE *out, const struct certname_verdict *verdict)
{
    const struct certname_identity *reference = certname_verdict_reference(verdict);
    int r;

    r = print_failures(out, verdict);
    if (!r && reference)
        r = print_identity(out, "expected", reference,
                           text_escape(reference->value.data, reference->value.len));
    if (r)
        return r;
    /* If the question had no reference identity, the presented identities cannot be the reason of
     * the refusal. */
    if (!reference)
        return 0;
    (void)fputc('\n', out);
    r = print_presented(out, verdict);
    return r ? r : print_nearest(out, verdict);
}

static const char *describe_acceptance(const struct certname_verdict *verdict, bool named)
{
    if (certname_verdict_result(verdict) != CERTNAME_VERIFIED)
        return "name matches; chain not validated\n";
    return named ? "verified\n" : "chain verified; no name was asked for, and none was checked\n";
}

static int print_acceptance(FILE *out, const struct certname_verdict *verdict)
{
    const struct certname_identity *matched = certname_verdict_matched(verdict);
    int r;

    (void)fputs(describe_acceptance(verdict, matched != NULL), out);
    if (!matched)
        return 0;
    r = print_identity(out, "matched", matched, text_identity_shown(matched));
    (void)fputc('\n', out);
    return r;
}

static int print_step(FILE *out, const char *label, const struct certname_step *step)
{
    int r = 0;

    (void)fprintf(out, "  %-10s ", label);
    for (size_t i = 0; i < step->sha256.len && i < DIGEST_SHOWN_BYTES; i++)
        (void)fprintf(out, "%02x", step->sha256.data[i]);
    if (step->store[0] != '\0')
        r = text_print(out, " anchor from ", step->store, "");
    (void)fputc('\n', out);
    return r;
}

static int print_path(FILE *out, const struct certname_verdict *verdict)
{
    bool accepted = certname_verdict_result(verdict) == CERTNAME_VERIFIED;
    const struct certname_step *step;
    int r = 0;

    for (size_t i = 0; !r && (step = certname_verdict_path(verdict, i)) != NULL; i++)
        r = print_step(out, i > 0 ? "" : accepted ? "path" : "tried path", step);
    return r;
}

static int print_section(FILE *out, const char *before, const struct certname_rule *rule)
{
    int r = text_print(out, before, rule->section, "");

    if (r || !*rule->file)
        return r;
    r = text_print(out, " in ", rule->file, "");
    (void)fprintf(out, ":%u", rule->line);
    return r;
}

static int print_rule(FILE *out, const struct certname_verdict *verdict)
{
    const struct certname_rule *client_rule = certname_verdict_client_rule(verdict);
    int r = print_section(out, "  decided by ", certname_verdict_rule(verdict));

    if (!r && client_rule)
        r = print_section(out, " and ", client_rule);
    (void)fprintf(out, " (generation %" PRIu64 ")\n", certname_verdict_generation(verdict));
    return r;
}

static void print_checked(FILE *out, const struct certname_verdict *verdict)
{
    static const char *const phrases[][2] = {
        {"pins-leaf", "pins (leaf only; path not validated)"},
        {"pins-path", "pins"},
    };
    const char *check;

    (void)fputs("  checked    ", out);
    for (size_t i = 0; (check = certname_verdict_checked(verdict, i)) != NULL; i++) {
        for (size_t j = 0; j < sizeof(phrases) / sizeof(phrases[0]); j++) {
            if (strcmp(check, phrases[j][0]) == 0) {
                check = phrases[j][1];
                break;
            }
        }
        (void)fprintf(out, "%s%s", i > 0 ? ", " : "", check);
    }
    (void)fputc('\n', out);
}

static int print_reported(FILE *out, const struct certname_verdict *verdict)
{
    const struct certname_failure *reported;
    int r = 0;

    for (size_t i = 0; !r && (reported = certname_verdict_reported(verdict, i)) != NULL; i++)
        r = print_failure(out, "  reported   ", reported);
    return r;
}

int verdict_text_print(FILE *out, const struct certname_verdict *verdict)
{
    int r;

    if (certname_verdict_result(verdict) == CERTNAME_NOT_VERIFIED)
        r = print_refusal(out, verdict);
    else
        r = print_acceptance(out, verdict);
    if (!r)
        r = print_path(out, verdict);
    if (!r)
        r = print_rule(out, verdict);
    if (!r)
        r = print_reported(out, verdict);
    if (!r)
        print_checked(out, verdict);
    return r;
}
