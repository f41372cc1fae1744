/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/constraints_internal.h"

#include <string.h>

#include "daemon/identity/name.h"

/*
 * A domain name's key is its labels from the right, each between LABEL_START and LABEL_END. A host
 * alone, without those below it, ends in HOST_END, which no label begins with; those below it alone
 * begin with another LABEL_START.
 */
#define LABEL_START 0x01
#define LABEL_END   0x00
#define HOST_END    0x02
#define MAILBOX_END 0x00

/* Of the longer kind of address. */
#define ADDRESS_BITS 128

/* The longest local part, RFC 5321 section 4.5.3.1.1. */
#define LOCAL_BYTES 64

static int put_byte(struct key *key, uint8_t byte)
{
    return key_put(key, &byte, 1);
}

static int put_label(struct key *key, const uint8_t *label, size_t len)
{
    char small[NAME_LABEL_BYTES];
    int r;

    if (len == 0 || len > sizeof(small) || name_classes(label, len) & ~(NAME_LDH | NAME_UNDERSCORE))
        return KEY_MALFORMED;
    memcpy(small, label, len);
    name_lower(small, len);
    r = put_byte(key, LABEL_START);
    if (!r)
        r = key_put(key, small, len);
    return r ? r : put_byte(key, LABEL_END);
}

static int put_host(struct key *key, struct bytes host)
{
    size_t end = host.len;
    int r = 0;

    if (host.len == 0 || host.len > NAME_BYTES)
        return KEY_MALFORMED;
    for (size_t start = end; !r; start--) {
        if (start > 0 && host.data[start - 1] != '.')
            continue;
        r = put_label(key, host.data + start, end - start);
        if (start == 0)
            break;
        end = start - 1;
    }
    return r;
}

static struct bytes behind(struct bytes text, size_t n)
{
    return (struct bytes){.data = text.data + n, .len = text.len - n};
}

static bool has_star(struct bytes name)
{
    return name.len >= 2 && memcmp(name.data, "*.", 2) == 0;
}

int key_dns(struct key *key, struct bytes name, bool *starp)
{
    *starp = has_star(name);
    return put_host(key, *starp ? behind(name, 2) : name);
}

int key_star(struct key *key, struct bytes name)
{
    int r = put_host(key, behind(name, 2));

    return r ? r : put_byte(key, HOST_END);
}

int key_dns_base(struct key *key, struct bytes base)
{
    /* The empty name is every name's parent. */
    return base.len == 0 ? 0 : put_host(key, base);
}

int key_star_base(struct key *key, struct bytes base)
{
    size_t len = 0;
    const uint8_t *parent = name_parent(base.data, base.len, &len);
    int r = len == 0 ? 0 : put_host(key, (struct bytes){.data = parent, .len = len});

    return r ? r : put_byte(key, HOST_END);
}

/* RFC 5322's atext and dots. What quoted strings hide is better not compared. */
static bool is_local(struct bytes local, bool wide)
{
    if (local.len == 0 || local.len > LOCAL_BYTES)
        return false;
    for (size_t i = 0; i < local.len; i++) {
        uint8_t c = local.data[i];

        if (c >= 0x80 ? !wide : c <= ' ' || c == 0x7f || strchr("\"(),:;<>@[\\]", c))
            return false;
    }
    return true;
}

int key_email(struct key *key, struct bytes name, bool wide)
{
    const uint8_t *at = name.len ? memchr(name.data, '@', name.len) : NULL;
    struct bytes local;
    int r;

    if (!at)
        return KEY_MALFORMED;
    local = (struct bytes){.data = name.data, .len = (size_t)(at - name.data)};
    if (!is_local(local, wide))
        return KEY_MALFORMED;
    r = put_host(key, behind(name, local.len + 1));
    if (!r)
        r = put_byte(key, HOST_END);
    if (!r)
        r = key_put(key, local.data, local.len);
    return r ? r : put_byte(key, MAILBOX_END);
}

/* `host`, or `.domain` for the hosts below it. */
static int put_host_base(struct key *key, struct bytes base)
{
    bool below = base.len > 0 && base.data[0] == '.';
    int r = put_host(key, below ? behind(base, 1) : base);

    return r ? r : put_byte(key, below ? LABEL_START : HOST_END);
}

int key_email_base(struct key *key, struct bytes base)
{
    if (base.len > 0 && memchr(base.data, '@', base.len))
        return key_email(key, base, false);
    return put_host_base(key, base);
}

int key_uri_base(struct key *key, struct bytes base)
{
    if (base.len > 0 && name_ends_in_number(base.data, base.len))
        return KEY_MALFORMED;
    return put_host_base(key, base);
}

static bool is_letter(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Section 3.1: the length of a scheme with its colon; 0 if there is none. */
static size_t scheme_len(struct bytes uri)
{
    for (size_t i = 0; i < uri.len; i++) {
        uint8_t c = uri.data[i];

        if (c == ':')
            return i > 0 ? i + 1 : 0;
        if (!is_letter(c) && (i == 0 || !memchr("0123456789+-.", c, 13)))
            return 0;
    }
    return 0;
}

/* Section 3.2: the authority without user and port. Empty where there is none, or two users. */
static struct bytes find_host(struct bytes uri)
{
    struct bytes host = behind(uri, scheme_len(uri));
    const uint8_t *at;
    size_t n = 0;

    if (host.data == uri.data || host.len < 2 || memcmp(host.data, "//", 2) != 0)
        return (struct bytes){0};
    host = behind(host, 2);
    while (n < host.len && !memchr("/?#", host.data[n], 3))
        n++;
    host.len = n;
    at = n ? memchr(host.data, '@', n) : NULL;
    if (at)
        host = behind(host, (size_t)(at - host.data) + 1);
    n = host.len;
    while (n > 0 && host.data[n - 1] >= '0' && host.data[n - 1] <= '9')
        n--;
    if (n > 0 && host.data[n - 1] == ':')
        host.len = n - 1;
    return host;
}

int key_uri(struct key *key, struct bytes name)
{
    struct bytes host = find_host(name);
    int r;

    if (host.len == 0 || name_ends_in_number(host.data, host.len))
        return KEY_MALFORMED;
    r = put_host(key, host);
    return r ? r : put_byte(key, HOST_END);
}

/* A byte for each bit: subtrees of addresses end anywhere. Put at once: a certificate may have
 * thousands. */
int key_ip(struct key *key, struct bytes address, size_t n_bits)
{
    uint8_t text[1 + ADDRESS_BITS];

    if ((address.len != 4 && address.len != 16) || n_bits > address.len * 8)
        return KEY_MALFORMED;
    text[0] = (uint8_t)address.len;
    for (size_t i = 0; i < n_bits; i++)
        text[1 + i] = address.data[i / 8] >> (7 - i % 8) & 1;
    return key_put(key, text, 1 + n_bits);
}

/* An address and its mask, whose ones come first. */
int key_ip_base(struct key *key, struct bytes base)
{
    size_t len = base.len / 2, n_bits = 0;

    if (base.len != 8 && base.len != 32)
        return KEY_MALFORMED;
    while (n_bits < len * 8 && base.data[len + n_bits / 8] >> (7 - n_bits % 8) & 1)
        n_bits++;
    for (size_t i = n_bits; i < len * 8; i++)
        if (base.data[len + i / 8] >> (7 - i % 8) & 1)
            return KEY_MALFORMED;
    return key_ip(key, (struct bytes){.data = base.data, .len = len}, n_bits);
}
