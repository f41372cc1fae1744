/* SPDX-License-Identifier: MIT */
#include "daemon/identity/reference.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "daemon/identity/reference_internal.h"

/*
 * Reads a host: an IP address or a name. The order of the checks decides which fault is reported
 * for a text with several: size, NUL, whether the text is an address, characters, dots, and the
 * labels one by one. Among several bad characters, the one whose fault comes first in enum
 * reference_fault is reported.
 *
 * `given` is built first, label by label; `value` is `given` in lower case without its last dot.
 */

_Static_assert(REFERENCE_NAME_BYTES >= REFERENCE_ADDRESS_TEXT_BYTES, "an address fits in `given`");
_Static_assert(REFERENCE_DOMAIN_BYTES >= REFERENCE_NAME_BYTES,
               "the value of a host fits in `domain`");

static int read_name(struct reference *reference, const uint8_t *host, size_t len)
{
    uint8_t address[16];
    int r;

    r = reference_labels_characters_fault(host, len);
    if (r == 0)
        r = reference_labels_dots_fault(host, len);
    if (r == 0)
        r = reference_labels_append(reference, host, len);
    if (r != 0)
        return r;

    reference->value_len = reference->given_len;
    if (reference->given[reference->given_len - 1] == '.')
        reference->value_len--;
    memcpy(reference->value, reference->given, reference->value_len);
    name_lower(reference->value, reference->value_len);

    /* The text is not an address for inet_pton, but other programs would read it as one (RFC 1123
     * section 2.1). */
    if (name_ends_in_number((const uint8_t *)reference->value, reference->value_len) ||
        reference_address_find(host, len, address) > 0)
        return REFERENCE_NUMERIC;
    reference->type = IDENTITY_DNS;
    return REFERENCE_OK;
}

static int take_address(struct reference *reference, const uint8_t *host, size_t len)
{
    int family = reference->address_len == 4 ? AF_INET : AF_INET6;

    if (!inet_ntop(family, reference->address, reference->value, sizeof(reference->value)))
        return -errno;
    reference->value_len = strlen(reference->value);
    memcpy(reference->given, host, len);
    reference->given_len = len;
    reference->type = IDENTITY_IP;
    return REFERENCE_OK;
}

static int read_host(struct reference *reference, const uint8_t *host, size_t len)
{
    if (len == 0)
        return REFERENCE_EMPTY;
    if (len > REFERENCE_INPUT_BYTES)
        return REFERENCE_TOO_LONG;
    /* inet_pton would stop at a NUL and ignore the rest. */
    if (memchr(host, '\0', len))
        return REFERENCE_NUL;

    reference->address_len = reference_address_read(host, len, reference->address);
    if (reference->address_len > 0)
        return take_address(reference, host, len);
    return reference->set == RULES_RFC9525 ? read_name(reference, host, len)
                                           : reference_emulated_read(reference, host, len);
}

int reference_host_parse(struct reference *reference, enum rule_set set, const uint8_t *host,
                         size_t len)
{
    int r;

    *reference = (struct reference){.kind = REFERENCE_HOST, .set = set};
    r = read_host(reference, host, len);
    if (r != 0) {
        *reference = (struct reference){0};
        return r;
    }
    memcpy(reference->domain, reference->value, reference->value_len);
    reference->domain_len = reference->value_len;
    if (reference->type == IDENTITY_DNS)
        reference->address_len = reference_address_find(host, len, reference->address);
    reference->domain_is_address = reference->address_len > 0;
    return REFERENCE_OK;
}
