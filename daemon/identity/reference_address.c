/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference_internal.h"

#include <arpa/inet.h>
#include <string.h>

/*
 * IP addresses as text. A host is an address only in the form that inet_pton reads. The domain of a
 * mailbox, URI or SPIFFE ID, and a host of an emulated rule set, is kept as it was given, so it can
 * be an address in other forms too: in brackets as in mailboxes (RFC 5321 section 4.1.3), with dots
 * after it, or in the short, octal and hexadecimal forms that inet_aton reads. A policy about that
 * address has to apply to these forms as well, so reference_address_find recognises them.
 */

static bool copy_text(char text[REFERENCE_ADDRESS_TEXT_BYTES + 1], const uint8_t *host, size_t len)
{
    if (len > REFERENCE_ADDRESS_TEXT_BYTES || (len > 0 && memchr(host, '\0', len)))
        return false;
    memcpy(text, host, len);
    text[len] = '\0';
    return true;
}

size_t reference_address_read(const uint8_t *host, size_t len, uint8_t address[static 16])
{
    char text[REFERENCE_ADDRESS_TEXT_BYTES + 1];

    if (!copy_text(text, host, len))
        return 0;
    if (inet_pton(AF_INET, text, address) == 1)
        return 4;
    return inet_pton(AF_INET6, text, address) == 1 ? 16 : 0;
}

/*
 * Removes the brackets of an address literal, and the tag "IPv6:" that RFC 5321 puts before an IPv6
 * address.
 */
static void strip_brackets(const uint8_t **hostp, size_t *lenp)
{
    static const char tag[] = "ipv6:";
    const size_t n_tag = sizeof(tag) - 1;

    if (*lenp < 2 || (*hostp)[0] != '[' || (*hostp)[*lenp - 1] != ']')
        return;
    *hostp += 1;
    *lenp -= 2;
    if (*lenp > n_tag && name_equal(*hostp, n_tag, (const uint8_t *)tag, n_tag)) {
        *hostp += n_tag;
        *lenp -= n_tag;
    }
}

static size_t read_short_form(const uint8_t *host, size_t len, uint8_t address[static 16])
{
    char text[REFERENCE_ADDRESS_TEXT_BYTES + 1];
    struct in_addr number;

    if (!copy_text(text, host, len) || inet_aton(text, &number) == 0)
        return 0;
    memcpy(address, &number, sizeof(number));
    return sizeof(number);
}

size_t reference_address_find(const uint8_t *host, size_t len, uint8_t address[static 16])
{
    size_t n;

    while (len > 0 && host[len - 1] == '.')
        len--;
    strip_brackets(&host, &len);
    n = reference_address_read(host, len, address);
    return n > 0 ? n : read_short_form(host, len, address);
}
