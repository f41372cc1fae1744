/* SPDX-License-Identifier: MIT */
#include "client/ctl/text.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>

#define IPV4_OCTETS 4
#define IPV6_OCTETS 16

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

/* Returns whether a blank would be overlooked: any blank in a name, else one at either end. */
static bool is_hidden_blank(const struct certname_identity *identity, const char *text, size_t i)
{
    bool is_name = strcmp(identity->type, "DNS-ID") == 0;

    return text[i] == ' ' && (is_name || i == 0 || text[i + 1] == '\0');
}

char *text_identity_shown(const struct certname_identity *identity)
{
    char *text = text_identity_value(identity);
    size_t n = 0, len = text ? strlen(text) : 0;
    char *shown = text && len < SIZE_MAX / 4 - 1 ? malloc(len * 4 + 1) : NULL;

    for (size_t i = 0; shown && i < len; i++) {
        if (is_hidden_blank(identity, text, i)) {
            memcpy(shown + n, "\\x20", 4);
            n += 4;
        } else {
            shown[n++] = text[i];
        }
    }
    if (shown)
        shown[n] = '\0';
    free(text);
    return shown;
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

void text_drop_output(void)
{
    __fpurge(stdout);
}

int text_print(FILE *out, const char *before, const char *text, const char *after)
{
    char *safe = text_escape(text, strlen(text));

    if (!safe)
        return -ENOMEM;
    (void)fprintf(out, "%s%s%s", before, safe, after);
    free(safe);
    return 0;
}
