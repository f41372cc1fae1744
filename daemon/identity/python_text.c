/* SPDX-License-Identifier: MIT */
#include "daemon/identity/python_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

/* A name is cut there. */
#define SHOWN_BYTES 128
/* The longest form of a name: escapes of ten bytes, quotes, and dots for what is cut. */
#define QUOTED_BYTES (10 * REFERENCE_NAME_BYTES + 16)
/* Room for ", and 18446744073709551615 more". */
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

/* As repr() has it: in double quotes only what holds single ones and no double ones. */
static void put_quoted(struct writer *writer, const uint8_t *text, size_t len, size_t most)
{
    bool single = len > 0 && memchr(text, '\'', len), twice = len > 0 && memchr(text, '"', len);
    char quote = single && !twice ? '"' : '\'';
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

/* An address as OpenSSL prints it. */
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

/* --- which names --- */

static bool is_alternative(const struct identity *presented)
{
    return presented->type == IDENTITY_DNS || presented->type == IDENTITY_IP;
}

static bool is_common(const struct identity *presented)
{
    return presented->type == IDENTITY_CN;
}

typedef bool (*selects)(const struct identity *presented);

static size_t count(const struct identity *presented, size_t n_presented, selects select)
{
    size_t n = 0;

    for (size_t i = 0; i < n_presented; i++)
        n += select(&presented[i]);
    return n;
}

static bool common_names_count(const struct match_rules *rules, const struct identity *presented,
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
    selects select = is_alternative;
    size_t n = count(presented, n_presented, select);

    if (n == 0 && common_names_count(rules, presented, n_presented)) {
        select = is_common;
        n = count(presented, n_presented, select);
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
