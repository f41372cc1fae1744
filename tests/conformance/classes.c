/* SPDX-License-Identifier: MIT */
#include "tests/conformance/classes.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "daemon/identity/name.h"

static bool public_suffix(const struct row *row)
{
    return row_nearest_miss(row) == MISS_WILDCARD_PUBLIC_SUFFIX;
}

static bool underscore_under_star(const struct row *row)
{
    const uint8_t *host = row->host;

    return row_nearest_miss(row) == MISS_WILDCARD_LABEL &&
           (name_classes(host, name_label_len(host, row->host_len)) & NAME_UNDERSCORE);
}

static bool presented_trailing_dot(const struct row *row)
{
    for (size_t i = 0; i < row->n_presented; i++) {
        struct identity identity = row->presented[i];

        if (identity.type != IDENTITY_DNS || identity.len == 0 ||
            identity.data[identity.len - 1] != '.')
            continue;
        identity.len--;
        if (match_one(row->rules, &row->reference, &identity) == MISS_NONE)
            return true;
    }
    return false;
}

/* Returns whether a dNSName equals the text of the reference, except for case. */
static bool presented_as_given(const struct row *row)
{
    for (size_t i = 0; i < row->n_presented; i++) {
        const struct identity *identity = &row->presented[i];

        if (identity->type == IDENTITY_DNS &&
            name_equal(identity->data, identity->len, row->host, row->host_len))
            return true;
    }
    return false;
}

static bool not_a_host_name(const struct row *row)
{
    switch (row->fault) {
    case REFERENCE_PORT:
    case REFERENCE_CHARACTER:
    case REFERENCE_NOT_UTF8:
        return presented_as_given(row);
    default:
        return false;
    }
}

static bool address_as_dns_name(const struct row *row)
{
    return row->reference.type == IDENTITY_IP && presented_as_given(row);
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Returns whether the host has percent-escapes, which RFC 3986 section 3.2.2 allows in a URL, and
 * which hide a name that rfc9525 accepts.
 */
static bool percent_escape(const struct row *row)
{
    uint8_t host[REFERENCE_INPUT_BYTES];
    size_t len = 0;

    if (row->fault != REFERENCE_ZONE || row->host_len > sizeof(host))
        return false;

    for (size_t at = 0; at < row->host_len; at++) {
        bool escape = row->host[at] == '%' && row->host_len - at > 2;
        int high = escape ? hex_digit(row->host[at + 1]) : -1;
        int low = escape ? hex_digit(row->host[at + 2]) : -1;

        host[len] = row->host[at];
        if (high >= 0 && low >= 0) {
            host[len] = (uint8_t)(high << 4 | low);
            at += 2;
        }
        len++;
    }
    return row_accepts(row, host, len);
}

/*
 * Returns whether the host is an IPv4 address as inet_aton and URL parsers read it: with fewer than
 * four numbers, or in another base.
 */
static bool address_in_short(const struct row *row)
{
    char text[REFERENCE_NAME_BYTES + 1], whole[INET_ADDRSTRLEN];
    struct in_addr address;

    if (row->fault != REFERENCE_NUMERIC || row->host_len >= sizeof(text))
        return false;
    memcpy(text, row->host, row->host_len);
    text[row->host_len] = '\0';
    if (!inet_aton(text, &address) || !inet_ntop(AF_INET, &address, whole, sizeof(whole)))
        return false;
    return row_accepts(row, (const uint8_t *)whole, strlen(whole));
}

static bool mail_address(const struct row *row)
{
    return row->about_mail && row->fault == REFERENCE_CHARACTER &&
           memchr(row->host, '@', row->host_len);
}

static bool host_taken_for_mail(const struct row *row)
{
    return row->about_mail && row->fault == REFERENCE_OK;
}

static bool reference_trailing_dot(const struct row *row)
{
    return row->host_len > 1 && row->host[row->host_len - 1] == '.' &&
           row_accepts(row, row->host, row->host_len - 1);
}

/*
 * Returns whether the reference has U-labels, which we convert to A-labels (RFC 9525 section 6.3).
 */
static bool reference_u_label(const struct row *row)
{
    const struct reference *reference = &row->reference;

    return reference->type == IDENTITY_DNS &&
           !name_equal((const uint8_t *)reference->given, reference->given_len, row->host,
                       row->host_len);
}

#define GO        (1U << PEER_GO)
#define CHROMIUM  (1U << PEER_CHROMIUM)
#define MOZILLA   (1U << PEER_MOZILLA)
#define RUSTLS    (1U << PEER_RUSTLS)
#define BORINGSSL (1U << PEER_BORINGSSL)
#define CURL      (1U << PEER_CURL)
#define OPENSSL   (1U << PEER_OPENSSL)

const struct difference_class difference_classes[] = {
    {"wildcard-public-suffix", GO | MOZILLA | RUSTLS, DIRECTION_STRICTER, public_suffix,
     "a star directly under a public suffix: the peer has no list of those"},
    {"underscore-under-star", MOZILLA, DIRECTION_STRICTER, underscore_under_star,
     "a star for a label with an underscore: the peer takes one for a letter"},
    {"presented-trailing-dot", GO | CHROMIUM, DIRECTION_STRICTER, presented_trailing_dot,
     "a dNSName that ends in a dot, which RFC 5280 does not allow: the peer looks past it"},
    {"not-a-host-name", GO | CURL, DIRECTION_STRICTER, not_a_host_name,
     "no host name, but the very text is presented: the peer compares it byte for byte"},
    {"address-as-dns-name", CURL, DIRECTION_STRICTER, address_as_dns_name,
     "an address, presented as a dNSName: for a name only, RFC 9525; the peer's rows ask the "
     "function that compares names"},
    {"percent-escape", CHROMIUM, DIRECTION_STRICTER, percent_escape,
     "a percent-escape: the peer takes the host of a URL and decodes it first"},
    {"address-in-short", CHROMIUM, DIRECTION_STRICTER, address_in_short,
     "an IPv4 address in another form than four decimal numbers: the peer reads it as URLs do"},
    {"mail-address", BORINGSSL, DIRECTION_STRICTER, mail_address,
     "a mail address: the peer was asked for one, and ours is a question for hosts"},
    {"host-taken-for-mail", BORINGSSL, DIRECTION_LAXER, host_taken_for_mail,
     "a host name where the peer was asked for a mail address, which that is not"},
    {"reference-trailing-dot", OPENSSL, DIRECTION_LAXER, reference_trailing_dot,
     "a reference that ends in a dot is the same name without; the peer compares the dot"},
    {"reference-u-label", OPENSSL, DIRECTION_LAXER, reference_u_label,
     "a reference in U-labels is compared as A-labels; the peer compares its bytes"},
};
const size_t n_difference_classes = sizeof(difference_classes) / sizeof(difference_classes[0]);
