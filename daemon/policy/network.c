/* SPDX-License-Identifier: MIT */
#include "daemon/policy/network.h"

#include <arpa/inet.h>
#include <string.h>

#include "daemon/identity/reference.h"

static unsigned get_family_bits(size_t address_len)
{
    return address_len == 4 ? 32 : 128;
}

/* Returns a mask of the bits of octet number `index` that belong to the prefix. */
static uint8_t get_octet_mask(unsigned n_bits, size_t index)
{
    size_t before = 8 * index;

    if (n_bits >= before + 8)
        return 0xff;
    if (n_bits <= before)
        return 0;
    return (uint8_t)(0xffu << (before + 8 - n_bits) & 0xffu);
}

const uint8_t *policy_network_mapped_address(const uint8_t *address, size_t len)
{
    static const uint8_t prefix[12] = {[10] = 0xff, [11] = 0xff};

    return len == 16 && memcmp(address, prefix, sizeof(prefix)) == 0 ? address + 12 : NULL;
}

static const char *read_prefix(const char *text, size_t address_len, unsigned *n_bitsp)
{
    size_t n_digits = strspn(text, "0123456789");
    unsigned value = 0;

    for (size_t i = 0; i < n_digits && i < 3; i++)
        value = value * 10 + (unsigned)(text[i] - '0');
    if (n_digits == 0 || n_digits > 3 || text[n_digits] != '\0' ||
        (n_digits > 1 && text[0] == '0') || value > get_family_bits(address_len))
        return address_len == 4 ? "the prefix after the slash is a number from 0 to 32"
                                : "the prefix after the slash is a number from 0 to 128";
    *n_bitsp = value;
    return NULL;
}

static const char *find_fault(const struct policy_network *network)
{
    for (size_t i = 0; i < network->address_len; i++)
        if ((network->address[i] & ~get_octet_mask(network->n_bits, i) & 0xff) != 0)
            return "it has bits beyond its prefix: end the address in zeros, or give a longer "
                   "prefix";
    if (network->n_bits >= 96 &&
        policy_network_mapped_address(network->address, network->address_len))
        return "this is an IPv4 address as IPv6: write the IPv4 address, both are looked up by it";
    return NULL;
}

int policy_network_parse(struct policy_network *network, const char *text, const char **faultp)
{
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    struct reference reference;
    int r;

    *network = (struct policy_network){0};
    *faultp = NULL;
    r = reference_host_parse(&reference, RULES_RFC9525, (const uint8_t *)text, len);
    if (r < 0)
        return r;
    if (r > 0 || reference.type != IDENTITY_IP) {
        *faultp = "there is no IP address before the slash, and a name cannot have a slash";
        return slash ? POLICY_NETWORK_BAD : POLICY_NETWORK_NONE;
    }
    memcpy(network->address, reference.address, reference.address_len);
    network->address_len = reference.address_len;
    network->n_bits = get_family_bits(network->address_len);
    if (slash)
        *faultp = read_prefix(slash + 1, network->address_len, &network->n_bits);
    if (!*faultp)
        *faultp = find_fault(network);
    return *faultp ? POLICY_NETWORK_BAD : POLICY_NETWORK;
}

bool policy_network_has(const struct policy_network *network, const uint8_t *address, size_t len)
{
    if (len != network->address_len)
        return false;
    for (size_t i = 0; i < len; i++)
        if ((address[i] & get_octet_mask(network->n_bits, i)) != network->address[i])
            return false;
    return true;
}

int policy_network_compare(const struct policy_network *one, const struct policy_network *other)
{
    if (one->address_len != other->address_len)
        return one->address_len < other->address_len ? -1 : 1;
    if (one->n_bits != other->n_bits)
        return one->n_bits > other->n_bits ? -1 : 1;
    return memcmp(one->address, other->address, one->address_len);
}

void policy_network_print(struct memory_text *out, const struct policy_network *network)
{
    char text[INET6_ADDRSTRLEN] = "";
    int family = network->address_len == 4 ? AF_INET : AF_INET6;

    if (inet_ntop(family, network->address, text, sizeof(text)))
        memory_text_append(out, text);
    if (network->n_bits < get_family_bits(network->address_len))
        memory_text_add(out, "/%u", network->n_bits);
}

bool policy_networks_have(const struct policy_networks *networks,
                          const struct policy_subject *subject)
{
    const uint8_t *mapped;

    if (subject->type != POLICY_SUBJECT_IP)
        return false;
    mapped = policy_network_mapped_address(subject->address, subject->address_len);
    for (size_t i = 0; i < networks->n_networks; i++) {
        const struct policy_network *network = &networks->networks[i];

        if (policy_network_has(network, subject->address, subject->address_len) ||
            (mapped && policy_network_has(network, mapped, 4)))
            return true;
    }
    return false;
}
