/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/name_key.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/identity/name.h"

/*
 * The key of a domain name is its labels from right to left, each between LABEL_START and
 * LABEL_END. Such a key is a prefix of the keys of the name itself and of all names below it. With
 * HOST_END appended the key stands for the name alone, since no label begins with HOST_END. With
 * LABEL_START appended it stands only for the names below the name.
 */
#define LABEL_START 0x01
#define LABEL_END   0x00
#define HOST_END    0x02
#define MAILBOX_END 0x00

/* The bits of an IPv6 address, the longer one of the two kinds. */
#define ADDRESS_BITS 128

/* The most bytes of a mailbox's local part, RFC 5321 section 4.5.3.1.1. */
#define LOCAL_BYTES 64

/* The size with which a key is first allocated; most keys never grow beyond it. */
#define FIRST_BYTES 256

int name_key_put(struct name_key *key, const void *data, size_t len)
{
    size_t size = key->size ? key->size : FIRST_BYTES;
    uint8_t *bytes;

    if (len > SIZE_MAX / 4 || key->len > SIZE_MAX / 4)
        return error_origin(-ENOMEM);
    while (size - key->len < len)
        size *= 2;
    if (size != key->size) {
        bytes = realloc(key->data, size);
        if (!bytes)
            return error_origin(-ENOMEM);
        key->data = bytes;
        key->size = size;
    }
    if (len > 0)
        memcpy(key->data + key->len, data, len);
    key->len += len;
    return 0;
}

void name_key_deinit(struct name_key *key)
{
    free(key->data);
    *key = (struct name_key){0};
}

static int put_byte(struct name_key *key, uint8_t byte)
{
    return name_key_put(key, &byte, 1);
}

static int put_label(struct name_key *key, const uint8_t *label, size_t len)
{
    char small[NAME_LABEL_BYTES];
    int r;

    if (len == 0 || len > sizeof(small) || name_classes(label, len) & ~(NAME_LDH | NAME_UNDERSCORE))
        return NAME_KEY_MALFORMED;
    memcpy(small, label, len);
    name_lower(small, len);
    r = put_byte(key, LABEL_START);
    if (!r)
        r = name_key_put(key, small, len);
    return r ? r : put_byte(key, LABEL_END);
}

static int put_host(struct name_key *key, struct bytes host)
{
    size_t end = host.len;
    int r = 0;

    if (host.len == 0 || host.len > NAME_BYTES)
        return NAME_KEY_MALFORMED;
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

/* Returns the text without its first `n` bytes. */
static struct bytes skip(struct bytes text, size_t n)
{
    return (struct bytes){.data = text.data + n, .len = text.len - n};
}

static bool has_star(struct bytes name)
{
    return name.len >= 2 && memcmp(name.data, "*.", 2) == 0;
}

int name_key_dns(struct name_key *key, struct bytes name, bool *starp)
{
    int r;

    *starp = has_star(name);
    if (!*starp)
        return put_host(key, name);
    r = put_host(key, skip(name, 2));
    return r ? r : put_byte(key, LABEL_START);
}

int name_key_star(struct name_key *key, struct bytes name)
{
    int r = put_host(key, skip(name, 2));

    return r ? r : put_byte(key, HOST_END);
}

int name_key_dns_base(struct name_key *key, struct bytes base, bool leading_dot)
{
    int r;

    if (leading_dot && base.len > 1 && base.data[0] == '.') {
        r = put_host(key, skip(base, 1));
        return r ? r : put_byte(key, LABEL_START);
    }

    /* The key of an empty base is empty: it is a prefix of the key of every name. */
    return base.len == 0 ? 0 : put_host(key, base);
}

int name_key_star_base(struct name_key *key, struct bytes base)
{
    size_t len = 0;
    const uint8_t *parent = name_parent(base.data, base.len, &len);
    int r = len == 0 ? 0 : put_host(key, (struct bytes){.data = parent, .len = len});

    return r ? r : put_byte(key, HOST_END);
}

/*
 * Returns whether `local` consists of RFC 5322's atext and dots, or with `wide` also of bytes
 * beyond ASCII. Quoted strings can be written in several ways and are refused.
 */
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

int name_key_email(struct name_key *key, struct bytes name, bool wide)
{
    const uint8_t *at = name.len ? memchr(name.data, '@', name.len) : NULL;
    struct bytes local;
    int r;

    if (!at)
        return NAME_KEY_MALFORMED;
    local = (struct bytes){.data = name.data, .len = (size_t)(at - name.data)};
    if (!is_local(local, wide))
        return NAME_KEY_MALFORMED;
    r = put_host(key, skip(name, local.len + 1));
    if (!r)
        r = put_byte(key, HOST_END);
    if (!r)
        r = name_key_put(key, local.data, local.len);
    return r ? r : put_byte(key, MAILBOX_END);
}

int name_key_folded_email(struct name_key *key, struct bytes name)
{
    size_t start = key->len;
    int r = name_key_email(key, name, false);

    /* The host is in lower case already, so only the rest is folded. */
    if (!r)
        name_lower((char *)key->data + start, key->len - start);
    return r;
}

/*
 * Appends the key of a base that is `host`, for that host alone, or `.domain`, for the hosts below
 * the domain.
 */
static int put_host_base(struct name_key *key, struct bytes base)
{
    bool below = base.len > 0 && base.data[0] == '.';
    int r = put_host(key, below ? skip(base, 1) : base);

    return r ? r : put_byte(key, below ? LABEL_START : HOST_END);
}

int name_key_email_base(struct name_key *key, struct bytes base)
{
    if (base.len > 0 && memchr(base.data, '@', base.len))
        return name_key_email(key, base, false);
    return put_host_base(key, base);
}

int name_key_uri_base(struct name_key *key, struct bytes base)
{
    if (base.len > 0 && name_ends_in_number(base.data, base.len))
        return NAME_KEY_MALFORMED;
    return put_host_base(key, base);
}

static bool is_letter(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/*
 * Returns the length of the URI's scheme with its colon, RFC 3986 section 3.1; 0 if there is none.
 */
static size_t measure_scheme(struct bytes uri)
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

/*
 * Returns the host in the authority of a URI, RFC 3986 section 3.2; empty if there is no authority.
 * If there are two `@`, the result contains one and is no domain name.
 */
static struct bytes find_host(struct bytes uri)
{
    struct bytes host = skip(uri, measure_scheme(uri));
    const uint8_t *at;
    size_t n = 0;

    if (host.data == uri.data || host.len < 2 || memcmp(host.data, "//", 2) != 0)
        return (struct bytes){0};
    host = skip(host, 2);
    while (n < host.len && !memchr("/?#", host.data[n], 3))
        n++;
    host.len = n;
    at = n ? memchr(host.data, '@', n) : NULL;
    if (at)
        host = skip(host, (size_t)(at - host.data) + 1);
    n = host.len;
    while (n > 0 && host.data[n - 1] >= '0' && host.data[n - 1] <= '9')
        n--;
    if (n > 0 && host.data[n - 1] == ':')
        host.len = n - 1;
    return host;
}

int name_key_uri(struct name_key *key, struct bytes name)
{
    struct bytes host = find_host(name);
    int r;

    if (host.len == 0 || name_ends_in_number(host.data, host.len))
        return NAME_KEY_MALFORMED;
    r = put_host(key, host);
    return r ? r : put_byte(key, HOST_END);
}

/*
 * The key has one byte for each bit, since the prefix of a network may end at any bit. All bytes
 * are appended with one call, since a certificate may have thousands of addresses.
 */
int name_key_ip(struct name_key *key, struct bytes address, size_t n_bits)
{
    uint8_t text[1 + ADDRESS_BITS];

    if ((address.len != 4 && address.len != 16) || n_bits > address.len * 8)
        return NAME_KEY_MALFORMED;
    text[0] = (uint8_t)address.len;
    for (size_t i = 0; i < n_bits; i++)
        text[1 + i] = address.data[i / 8] >> (7 - i % 8) & 1;
    return name_key_put(key, text, 1 + n_bits);
}

/*
 * Appends the key of a network: an address followed by its mask, which must not have a one after a
 * zero.
 */
int name_key_ip_base(struct name_key *key, struct bytes base)
{
    size_t len = base.len / 2, n_bits = 0;

    if (base.len != 8 && base.len != 32)
        return NAME_KEY_MALFORMED;
    while (n_bits < len * 8 && base.data[len + n_bits / 8] >> (7 - n_bits % 8) & 1)
        n_bits++;
    for (size_t i = n_bits; i < len * 8; i++)
        if (base.data[len + i / 8] >> (7 - i % 8) & 1)
            return NAME_KEY_MALFORMED;
    return name_key_ip(key, (struct bytes){.data = base.data, .len = len}, n_bits);
}
