/* SPDX-License-Identifier: MIT */
#include "client/ctl/target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "client/ctl/number.h"

#define PORT_MAX 65535

bool target_is_address(const char *text)
{
    struct in6_addr address;

    return inet_pton(AF_INET, text, &address) == 1 || inet_pton(AF_INET6, text, &address) == 1;
}

/* Returns whether the text consists of printable ASCII without spaces. */
static bool is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] >= 0x7f)
            return false;
    }
    return true;
}

int target_server_name(char out[static TARGET_HOST_BYTES], const char *name)
{
    size_t len = name ? strlen(name) : 0;

    if (len > 0 && name[len - 1] == '.')
        len--;
    if (len >= TARGET_HOST_BYTES || !is_plain(name, len))
        return 1;
    if (len > 0)
        memcpy(out, name, len);
    out[len] = '\0';
    return 0;
}

static const char *set_host(struct target *target, const char *text, size_t len)
{
    if (len == 0)
        return "the host is missing";
    if (len >= sizeof(target->host))
        return "the host is longer than 255 bytes";
    if (!is_plain(text, len))
        return "the host is not in ASCII: write its A-labels (xn--...)";
    if (memchr(text, '%', len))
        return "an address with a zone (%) cannot appear in a certificate";
    memcpy(target->host, text, len);
    target->host[len] = '\0';
    target->is_address = target_is_address(target->host);
    return NULL;
}

static const char *set_port(struct target *target, const char *text)
{
    uint64_t number;

    if (!number_parse(text, PORT_MAX, &number) || number == 0)
        return "the port is not a number from 1 to 65535";
    (void)snprintf(target->port, sizeof(target->port), "%u", (unsigned)number);
    return NULL;
}

static const char *parse_brackets(struct target *target, const char *text, const char *port)
{
    const char *end = strchr(text, ']');
    const char *wrong;

    if (!end || (end[1] != '\0' && end[1] != ':'))
        return "it must be [ADDRESS] or [ADDRESS]:PORT";
    wrong = set_host(target, text + 1, (size_t)(end - text) - 1);
    if (wrong)
        return wrong;
    if (!target->is_address || !strchr(target->host, ':'))
        return "there is no IPv6 address between the brackets";
    return set_port(target, end[1] == ':' ? end + 2 : port);
}

const char *target_parse(struct target *target, const char *text, const char *port)
{
    const char *colon = strchr(text, ':');
    const char *wrong;

    if (*text == '[')
        return parse_brackets(target, text, port);
    /* A text with several colons is an IPv6 address without a port. */
    if (!colon || strchr(colon + 1, ':')) {
        wrong = set_host(target, text, strlen(text));
        if (!wrong && colon && !target->is_address)
            wrong = "it must be HOST[:PORT] or [ADDRESS]:PORT";
        return wrong ? wrong : set_port(target, port);
    }
    wrong = set_host(target, text, (size_t)(colon - text));
    return wrong ? wrong : set_port(target, colon + 1);
}

int target_fail(struct target_error *error, const struct target *target, const char *code,
                const char *format, ...)
{
    va_list arguments;
    int n;

    error->code = code;
    n = snprintf(error->text, sizeof(error->text), "%s port %s: ", target->host, target->port);
    if (n < 0 || (size_t)n >= sizeof(error->text))
        return -1;
    va_start(arguments, format);
    (void)vsnprintf(error->text + n, sizeof(error->text) - (size_t)n, format, arguments);
    va_end(arguments);
    return -1;
}
