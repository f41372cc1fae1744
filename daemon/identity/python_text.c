/* SPDX-License-Identifier: MIT */
#include "daemon/identity/python_text.h"

#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

/* The most bytes of a name that are shown; a longer name is cut. */
#define SHOWN_BYTES 128
/*
 * The size of a name in quotes: ten bytes for each character that is escaped, the quotation marks,
 * and "..." if the name was cut.
 */
#define QUOTED_BYTES (10 * REFERENCE_NAME_BYTES + 16)
/* Room for ", and 18446744073709551615 more" at the end of a list. */
#define MORE_BYTES 32

static void put_character(struct text *out, uint32_t code, char quote)
{
    if (code == '\n')
        text_add_fitting(out, "\\n");
    else if (code == '\r')
        text_add_fitting(out, "\\r");
    else if (code == '\t')
        text_add_fitting(out, "\\t");
    else if (code == '\\' || code == (uint32_t)quote)
        text_add_fitting(out, "\\%c", (int)code);
    else if (code >= 0x20 && code < 0x7f)
        text_add_fitting(out, "%c", (int)code);
    else if (code <= 0xff)
        text_add_fitting(out, "\\x%02x", (unsigned)code);
    else if (code <= 0xffff)
        text_add_fitting(out, "\\u%04x", (unsigned)code);
    else
        text_add_fitting(out, "\\U%08x", (unsigned)code);
}

/*
 * Writes a text in quotes as Python's repr() does: in double quotes if it contains single quotes
 * and no double ones, else in single quotes.
 */
static void put_quoted(struct text *out, const uint8_t *text, size_t len, size_t most)
{
    bool has_single = len > 0 && memchr(text, '\'', len),
         has_double = len > 0 && memchr(text, '"', len);
    char quote = has_single && !has_double ? '"' : '\'';
    size_t n;

    text_add_fitting(out, "%c", quote);
    for (size_t at = 0; at < len && at < most; at += n) {
        uint32_t code = text[at];

        n = utf8_next(text + at, len - at, &code);
        if (n == 0)
            n = 1;
        put_character(out, code, quote);
    }
    text_add_fitting(out, len > most ? "...%c" : "%c", quote);
}

/* Writes an address as OpenSSL does, which is how Python shows it. */
static void put_address(struct text *out, const uint8_t *octets, size_t len)
{
    if (len == 4) {
        text_add_fitting(out, "'%u.%u.%u.%u'", octets[0], octets[1], octets[2], octets[3]);
    } else if (len == 16) {
        for (size_t i = 0; i < len; i += 2)
            text_add_fitting(out, "%c%X", i == 0 ? '\'' : ':',
                             (unsigned)octets[i] << 8 | octets[i + 1]);
        text_add_fitting(out, "'");
    } else {
        text_add_fitting(out, "'<invalid>'");
    }
}

static void put_identity(struct text *out, const struct identity *presented)
{
    if (presented->type == IDENTITY_IP)
        put_address(out, presented->data, presented->len);
    else
        put_quoted(out, presented->data, presented->len, SHOWN_BYTES);
}

/* --- which identities are listed --- */

static bool is_host_in_san(const struct identity *presented)
{
    return presented->type == IDENTITY_DNS || presented->type == IDENTITY_IP;
}

static bool is_common_name(const struct identity *presented)
{
    return presented->type == IDENTITY_CN;
}

typedef bool (*selects)(const struct identity *presented);

static size_t count_selected(const struct identity *presented, size_t n_presented, selects select)
{
    size_t n = 0;

    for (size_t i = 0; i < n_presented; i++)
        n += select(&presented[i]);
    return n;
}

static bool are_common_names_used(const struct match_rules *rules, const struct identity *presented,
                                  size_t n_presented)
{
    for (size_t i = 0; i < n_presented; i++) {
        if (presented[i].type == IDENTITY_MALFORMED)
            return false;
    }
    return rules->rules.common_name == RULE_COMMON_NAME_AS_SET ||
           rules->rules.common_name == RULE_COMMON_NAME_YES;
}

/* --- the messages --- */

static void put_list(struct text *out, const struct identity *presented, size_t n_presented,
                     selects select, size_t n)
{
    size_t n_shown = 0;

    for (size_t i = 0; i < n_presented; i++) {
        char quoted[QUOTED_BYTES];
        struct text one;

        if (!select(&presented[i]))
            continue;
        text_init(&one, quoted, sizeof(quoted));
        put_identity(&one, &presented[i]);
        if (n_shown > 0 && out->len + one.len + MORE_BYTES > out->size) {
            text_add_fitting(out, " and %zu more", n - n_shown);
            return;
        }
        text_add_fitting(out, "%s%s", n_shown > 0 ? ", " : "", quoted);
        n_shown++;
    }
}

static void put_mismatch(struct text *out, const struct match_rules *rules,
                         const struct reference *reference, const struct identity *presented,
                         size_t n_presented)
{
    selects select = is_host_in_san;
    size_t n = count_selected(presented, n_presented, select);

    if (n == 0 && are_common_names_used(rules, presented, n_presented)) {
        select = is_common_name;
        n = count_selected(presented, n_presented, select);
    }
    if (n == 0) {
        text_add_fitting(out, "no appropriate commonName or subjectAltName fields were found");
        return;
    }
    text_add_fitting(out, "hostname ");
    put_quoted(out, (const uint8_t *)reference->given, reference->given_len,
               sizeof(reference->given));
    text_add_fitting(out, n == 1 ? " doesn't match " : " doesn't match either of ");
    put_list(out, presented, n_presented, select, n);
}

void python_text(const struct match_rules *rules, const struct reference *reference,
                 const struct identity *presented, size_t n_presented,
                 const struct match_result *result, char *text, size_t size)
{
    struct text out;

    if (size == 0)
        return;
    text_init(&out, text, size);
    if (!result->ended) {
        put_mismatch(&out, rules, reference, presented, n_presented);
    } else if (result->why == MISS_WILDCARD_SEVERAL) {
        text_add_fitting(&out, "too many wildcards in certificate DNS name: ");
        put_identity(&out, &presented[result->nearest]);
    } else if (result->why == MISS_ADDRESS_LENGTH) {
        text_add_fitting(&out, "'<invalid>' does not appear to be an IPv4 or IPv6 address");
    } else {
        text_add_fitting(&out, "'utf-8' codec can't decode a name of the certificate");
    }
}
