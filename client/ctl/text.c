/* SPDX-License-Identifier: MIT */
#include "client/ctl/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define IPV4_OCTETS 4
#define IPV6_OCTETS 16

/* --- escaping --- */

char *text_escape(const void *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = data;
    size_t n = 0;
    char *text;

    if (len > SIZE_MAX / 4 - 1)
        return NULL;
    text = malloc(len * 4 + 1);
    if (!text)
        return NULL;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] >= 0x20 && bytes[i] < 0x7f) {
            if (bytes[i] == '\\')
                text[n++] = '\\';
            text[n++] = (char)bytes[i];
            continue;
        }
        text[n++] = '\\';
        text[n++] = 'x';
        text[n++] = digits[bytes[i] >> 4];
        text[n++] = digits[bytes[i] & 15];
    }
    text[n] = '\0';
    return text;
}

char *text_identity_value(const struct certname_identity *identity)
{
    size_t len = identity->value.len;
    char address[INET6_ADDRSTRLEN];

    if (strcmp(identity->type, "IP-ID") == 0 && (len == IPV4_OCTETS || len == IPV6_OCTETS) &&
        inet_ntop(len == IPV4_OCTETS ? AF_INET : AF_INET6, identity->value.data, address,
                  sizeof(address)))
        return strdup(address);
    return text_escape(identity->value.data, len);
}

void text_complain(const char *format, ...)
{
    char line[2048];
    va_list arguments;
    char *safe;

    va_start(arguments, format);
    if (vsnprintf(line, sizeof(line), format, arguments) < 0)
        line[0] = '\0';
    va_end(arguments);
    safe = text_escape(line, strlen(line));
    (void)fprintf(stderr, "certnamectl: %s\n", safe ? safe : "no memory");
    free(safe);
}

/* --- a verdict --- */

/* Prints a string, made safe, between two others. */
static int print_text(FILE *out, const char *before, const char *text, const char *after)
{
    char *safe = text_escape(text, strlen(text));

    if (!safe)
        return -ENOMEM;
    (void)fprintf(out, "%s%s%s", before, safe, after);
    free(safe);
    return 0;
}

/* The reference is text already, also that of an address. */
static int print_identity(FILE *out, const char *label, const struct certname_identity *identity,
                          char *value)
{
    if (!value)
        return -ENOMEM;
    (void)fprintf(out, "  %-10s %s %s", label, identity->type, value);
    free(value);
    return 0;
}

static int print_failures(FILE *out, const struct certname_verdict *verdict)
{
    struct certname_failure failure;
    int r = 0;

    for (size_t i = 0; r == 0 && certname_verdict_failure(verdict, i, &failure); i++) {
        r = print_text(out, i == 0 ? "refused: " : "  also       ", failure.message, "");
        if (failure.depth > 0)
            (void)fprintf(out, " (certificate %u above the leaf)", failure.depth);
        (void)fputc('\n', out);
    }
    return r;
}

static int print_presented(FILE *out, const struct certname_verdict *verdict)
{
    unsigned more = certname_verdict_presented_more(verdict);
    struct certname_identity identity;
    size_t n = 0;

    for (; certname_verdict_presented(verdict, n, &identity); n++) {
        if (n > 0)
            (void)fputc('\n', out);
        if (print_identity(out, n == 0 ? "presented" : "", &identity,
                           text_identity_value(&identity)))
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
    struct certname_identity identity;
    const char *why;
    const char *text;
    int r;

    if (!certname_verdict_nearest(verdict, &identity, &why, &text))
        return 0;
    r = print_identity(out, "nearest", &identity, text_identity_value(&identity));
    return r ? r : print_text(out, ": ", *text ? text : why, "\n");
}

static int print_refusal(FILE *out, const struct certname_verdict *verdict)
{
    struct certname_identity reference;
    bool named = certname_verdict_reference(verdict, &reference);
    int r;

    r = print_failures(out, verdict);
    if (!r && named)
        r = print_identity(out, "expected", &reference,
                           text_escape(reference.value.data, reference.value.len));
    if (r)
        return r;
    if (named)
        (void)fputc('\n', out);
    r = print_presented(out, verdict);
    return r ? r : print_nearest(out, verdict);
}

static int print_acceptance(FILE *out, const struct certname_verdict *verdict)
{
    struct certname_identity matched;
    int r;

    (void)fputs(certname_verdict_result(verdict) == CERTNAME_VERIFIED
                    ? "verified\n"
                    : "name matches; chain not validated\n",
                out);
    if (!certname_verdict_matched(verdict, &matched))
        return 0;
    r = print_identity(out, "matched", &matched, text_identity_value(&matched));
    (void)fputc('\n', out);
    return r;
}

static int print_section(FILE *out, const char *before, const struct certname_rule *rule)
{
    int r = print_text(out, before, rule->section, "");

    if (r || !*rule->file)
        return r;
    r = print_text(out, " in ", rule->file, "");
    (void)fprintf(out, ":%u", rule->line);
    return r;
}

static int print_rule(FILE *out, const struct certname_verdict *verdict)
{
    struct certname_rule rule;
    int r;

    certname_verdict_rule(verdict, &rule);
    r = print_section(out, "  decided by ", &rule);
    if (!r && certname_verdict_client_rule(verdict, &rule))
        r = print_section(out, " and ", &rule);
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
    struct certname_failure reported;
    int r = 0;

    for (size_t i = 0; !r && certname_verdict_reported(verdict, i, &reported); i++)
        r = print_text(out, "  reported   ", reported.message, "\n");
    return r;
}

int text_print_verdict(FILE *out, const struct certname_verdict *verdict)
{
    int r;

    if (certname_verdict_result(verdict) == CERTNAME_NOT_VERIFIED)
        r = print_refusal(out, verdict);
    else
        r = print_acceptance(out, verdict);
    if (!r)
        r = print_rule(out, verdict);
    if (!r)
        r = print_reported(out, verdict);
    if (!r)
        print_checked(out, verdict);
    return r;
}
