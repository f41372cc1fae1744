/* SPDX-License-Identifier: MIT */
#include "daemon/identity/python_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* A longer name is cut. */
#define SHOWN_BYTES 128
/* The longest quoted form of a name: escapes of ten bytes each, quotes, and dots where it is cut.
 */
#define QUOTED_BYTES (10 * REFERENCE_NAME_BYTES + 16)
/* Room for ", and 18446744073709551615 more" at the end of a list. */
#define MORE_BYTES 32

/* A text on the way, shorter than its size; what does not fit is left out. */
struct writer {
    char *text;
    size_t size;
    size_t len;
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *writer, const char *format,
                                                      ...)
{
    size_t room = writer->size - writer->len;
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(writer->text + writer->len, room, format, arguments);
    va_end(arguments);
    if (n > 0)
        writer->len += (size_t)n < room ? (size_t)n : room - 1;
}

static void put_character(struct writer *writer, uint32_t code, char quote)
{
    if (code == '\n')
        put(writer, "\\n");
    else if (code == '\r')
        put(writer, "\\r");
    else if (code == '\t')
        put(writer, "\\t");
    else if (code == '\\' || code == (uint32_t)quote)
        put(writer, "\\%c", (int)code);
    else if (code >= 0x20 && code < 0x7f)
        put(writer, "%c", (int)code);
    else if (code <= 0xff)
        put(writer, "\\x%02x", (unsigned)code);
    else if (code <= 0xffff)
        put(writer, "\\u%04x", (unsigned)code);
    else
        put(writer, "\\U%08x", (unsigned)code);
}

/* Quotes as repr() does: in double quotes if the text contains single quotes and no double ones. */
static void put_quoted(struct writer *writer, const uint8_t *text, size_t len, size_t most)
{
    bool has_single = len > 0 && memchr(text, '\'', len),
         has_double = len > 0 && memchr(text, '"', len);
    char quote = has_single && !has_double ? '"' : '\'';
    size_t n;

    put(writer, "%c", quote);
    for (size_t at = 0; at < len && at < most; at += n) {
        uint32_t code = text[at];

        n = utf8_next(text + at, len - at, &code);
        if (n == 0)
            n = 1;
        put_character(writer, code, quote);
    }
    put(writer, len > most ? "...%c" : "%c", quote);
}

/* Prints an address as OpenSSL does. */
static void put_address(struct writer *writer, const uint8_t *octets, size_t len)
{
    if (len == 4) {
        put(writer, "'%u.%u.%u.%u'", octets[0], octets[1], octets[2], octets[3]);
    } else if (len == 16) {
        for (size_t i = 0; i < len; i += 2)
            put(writer, "%c%X", i == 0 ? '\'' : ':', (unsigned)octets[i] << 8 | octets[i + 1]);
        put(writer, "'");
    } else {
        put(writer, "'<invalid>'");
    }
}

static void put_identity(struct writer *writer, const struct identity *presented)
{
    if (presented->type == IDENTITY_IP)
        put_address(writer, presented->data, presented->len);
    else
        put_quoted(writer, presented->data, presented->len, SHOWN_BYTES);
}

/* --- which names are listed --- */

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

static void put_list(struct writer *writer, const struct identity *presented, size_t n_presented,
                     selects select, size_t n)
{
    size_t n_shown = 0;

    for (size_t i = 0; i < n_presented; i++) {
        char quoted[QUOTED_BYTES];
        struct writer one = {.text = quoted, .size = sizeof(quoted)};

        if (!select(&presented[i]))
            continue;
        put_identity(&one, &presented[i]);
        if (n_shown > 0 && writer->len + one.len + MORE_BYTES > writer->size) {
            put(writer, " and %zu more", n - n_shown);
            return;
        }
        put(writer, "%s%s", n_shown > 0 ? ", " : "", quoted);
        n_shown++;
    }
}

static void put_mismatch(struct writer *writer, const struct match_rules *rules,
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
        put(writer, "no appropriate commonName or subjectAltName fields were found");
        return;
    }
    put(writer, "hostname ");
    put_quoted(writer, (const uint8_t *)reference->given, reference->given_len,
               sizeof(reference->given));
    put(writer, n == 1 ? " doesn't match " : " doesn't match either of ");
    put_list(writer, presented, n_presented, select, n);
}

void python_text(const struct match_rules *rules, const struct reference *reference,
                 const struct identity *presented, size_t n_presented,
                 const struct match_result *result, char *text, size_t size)
{
    struct writer writer = {.text = text, .size = size};

    if (size == 0)
        return;
    text[0] = '\0';
    if (!result->ended) {
        put_mismatch(&writer, rules, reference, presented, n_presented);
    } else if (result->why == MISS_WILDCARD_SEVERAL) {
        put(&writer, "too many wildcards in certificate DNS name: ");
        put_identity(&writer, &presented[result->nearest]);
    } else if (result->why == MISS_MALFORMED) {
        put(&writer, "'<invalid>' does not appear to be an IPv4 or IPv6 address");
    } else {
        put(&writer, "'utf-8' codec can't decode a name of the certificate");
    }
}
