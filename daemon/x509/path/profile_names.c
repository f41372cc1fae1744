/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/profile_internal.h"

#include <arpa/inet.h>
#include <string.h>

#include "daemon/identity/name.h"
#include "daemon/x509/parse/asn1_bytes.h"

/*
 * Returns whether the name, or the part after its `*.`, is in the preferred syntax of RFC 1034
 * section 3.5, as changed by RFC 1123 section 2.1.
 */
static bool is_preferred(struct bytes name)
{
    const uint8_t *rest = name.data;
    size_t len = name.len;

    if (len >= 2 && memcmp(rest, "*.", 2) == 0)
        rest = name_parent(rest, len, &len);
    if (name.len > NAME_BYTES || len == 0 || name_ends_in_number(rest, len))
        return false;
    for (size_t n = name_count_labels(rest, len); n > 0; n--) {
        if (!name_label_is_ldh(rest, name_label_len(rest, len)))
            return false;
        rest = name_parent(rest, len, &len);
    }
    return true;
}

static const GENERAL_NAME *get_name(const struct facts *facts, int i)
{
    return sk_GENERAL_NAME_value(facts->alternative, i);
}

bool profile_dns_bad(const struct facts *facts)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(facts->alternative); i++)
        if (get_name(facts, i)->type == GEN_DNS &&
            !is_preferred(bytes_of_string(get_name(facts, i)->d.dNSName)))
            return true;
    return false;
}

bool profile_ip_bad(const struct facts *facts)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(facts->alternative); i++) {
        int len = get_name(facts, i)->type == GEN_IPADD
                      ? ASN1_STRING_length(get_name(facts, i)->d.iPAddress)
                      : 4;

        if (len != 4 && len != 16)
            return true;
    }
    return false;
}

static bool has_dns(const struct facts *facts, struct bytes name, bool exactly)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(facts->alternative); i++) {
        struct bytes dns;

        if (get_name(facts, i)->type != GEN_DNS)
            continue;
        dns = bytes_of_string(get_name(facts, i)->d.dNSName);
        if (exactly ? bytes_equal(dns, name) : name_equal(dns.data, dns.len, name.data, name.len))
            return true;
    }
    return false;
}

/*
 * Returns whether `text` is the canonical form of one of the iPAddresses, RFC 3986 section 3.2.2 or
 * RFC 5952 section 4.
 */
static bool has_ip(const struct facts *facts, struct bytes text)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(facts->alternative); i++) {
        char canonical[INET6_ADDRSTRLEN];
        struct bytes address;

        if (get_name(facts, i)->type != GEN_IPADD)
            continue;
        address = bytes_of_string(get_name(facts, i)->d.iPAddress);
        if (address.len != 4 && address.len != 16)
            continue;
        if (inet_ntop(address.len == 4 ? AF_INET : AF_INET6, address.data, canonical,
                      sizeof(canonical)) &&
            text.len == strlen(canonical) && memcmp(text.data, canonical, text.len) == 0)
            return true;
    }
    return false;
}

static bool is_among(struct bytes text, const char *bytes)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] == 0 || !strchr(bytes, text.data[i]))
            return false;
    return true;
}

static bool is_canonical_ip(struct bytes text)
{
    static const int families[] = {AF_INET, AF_INET6};
    char given[INET6_ADDRSTRLEN] = "", canonical[INET6_ADDRSTRLEN];
    uint8_t address[16];

    if (text.len >= sizeof(given))
        return false;
    memcpy(given, text.data, text.len);
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
        if (inet_pton(families[i], given, address) == 1 &&
            inet_ntop(families[i], address, canonical, sizeof(canonical)) &&
            text.len == strlen(canonical) && memcmp(given, canonical, text.len) == 0)
            return true;
    return false;
}

/*
 * Returns whether some programs would read the text as an address although it is not in canonical
 * form: shortened, octal or hexadecimal.
 */
static bool is_odd_ip(struct bytes text)
{
    struct bytes last = text;

    if (is_canonical_ip(text))
        return false;
    if (memchr(text.data, ':', text.len))
        return is_among(text, "0123456789abcdefABCDEF:.");
    for (size_t i = text.len; i > 0 && text.data[i - 1] != '.'; i--)
        last = (struct bytes){.data = text.data + i - 1, .len = text.len - i + 1};
    if (last.len > 2 && last.data[0] == '0' && (last.data[1] | 0x20) == 'x')
        return is_among((struct bytes){.data = last.data + 2, .len = last.len - 2},
                        "0123456789abcdefABCDEF");
    return name_ends_in_number(text.data, text.len);
}

static bool has_a_label(struct bytes name)
{
    const uint8_t *rest = name.data;
    size_t len = name.len;

    while (len > 0) {
        if (name_label_is_xn(rest, name_label_len(rest, len)))
            return true;
        rest = name_parent(rest, len, &len);
    }
    return false;
}

/*
 * Returns whether the name could be a domain name with a U-label: it has bytes beyond ASCII and a
 * dot, but no blank.
 */
static bool has_u_label(struct bytes name)
{
    bool dotted = false, wide = false;

    for (size_t i = 0; i < name.len; i++) {
        dotted |= name.data[i] == '.';
        wide |= name.data[i] >= 0x80;
        if (name.data[i] == ' ')
            return false;
    }
    return dotted && wide;
}

static bool is_bad_copy(const struct facts *facts, struct bytes name)
{
    if (!name.data || name.len == 0 || has_dns(facts, name, true) || has_ip(facts, name))
        return false;
    return has_dns(facts, name, false) || is_odd_ip(name) || has_a_label(name) || has_u_label(name);
}

bool profile_common_name_bad(const struct facts *facts)
{
    if (!facts->alternative_state.present)
        return false;
    for (size_t i = 0; i < facts->n_common && i < FACTS_COMMON_NAMES_COUNT; i++)
        if (is_bad_copy(facts, facts->common[i]))
            return true;
    return false;
}
