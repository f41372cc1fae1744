/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/subtrees.h"

#include <errno.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "daemon/x509/parse/asn1_bytes.h"

/* The most bytes of a domain name in a trust section, RFC 1035 section 2.3.4. */
#define IMPOSED_NAME_BYTES 253

/*
 * Writes the key of a constraint and finds its kind. For a constraint that is not understood the
 * kind is SUBTREES_KINDS_COUNT and no key is written. Returns 0, NAME_KEY_MALFORMED or -ENOMEM.
 */
static int read_base(struct name_key *key, const GENERAL_NAME *base, bool leading_dot,
                     enum subtrees_kind *kindp)
{
    switch (base->type) {
    case GEN_DNS:
        *kindp = SUBTREES_DNS;
        return name_key_dns_base(key, bytes_of_string(base->d.dNSName), leading_dot);
    case GEN_EMAIL:
        *kindp = SUBTREES_EMAIL;
        return name_key_email_base(key, bytes_of_string(base->d.rfc822Name));
    case GEN_URI:
        *kindp = SUBTREES_URI;
        return name_key_uri_base(key, bytes_of_string(base->d.uniformResourceIdentifier));
    case GEN_DIRNAME:
        *kindp = SUBTREES_DIRECTORY;
        return name_key_directory(key, base->d.directoryName);
    case GEN_IPADD:
        *kindp = SUBTREES_IP;
        return name_key_ip_base(key, bytes_of_string(base->d.iPAddress));
    default:
        *kindp = SUBTREES_KINDS_COUNT;
        return 0;
    }
}

static int add(struct subtrees *subtrees, const struct name_key *key, enum subtrees_kind kind,
               bool excluded)
{
    subtrees->n_permitted[kind] += !excluded;
    subtrees->n_excluded[kind] += excluded;
    return name_key_set_add(excluded ? &subtrees->excluded[kind] : &subtrees->permitted[kind], key);
}

static int add_star(struct subtrees *subtrees, struct bytes base)
{
    struct name_key key = {0};
    /* A base that begins with a dot does not exclude a host of its own, which a star could stand
     * for. */
    bool is_host = base.len > 0 && base.data[0] != '.';
    int r = is_host ? name_key_star_base(&key, base) : 0;

    if (!r && is_host)
        r = name_key_set_add(&subtrees->stars, &key);
    name_key_deinit(&key);
    return r;
}

/*
 * Adds an excluded mailbox to `mailboxes`, with its local part folded. A base that is a host is not
 * added.
 */
static int add_mailbox(struct subtrees *subtrees, struct bytes base)
{
    struct name_key key = {0};
    int r;

    if (base.len == 0 || !memchr(base.data, '@', base.len))
        return 0;
    r = name_key_folded_email(&key, base);
    if (!r)
        r = name_key_set_add(&subtrees->mailboxes, &key);
    name_key_deinit(&key);
    return r;
}

static int add_base(struct subtrees *subtrees, const GENERAL_NAME *base, bool excluded,
                    bool leading_dot)
{
    enum subtrees_kind kind = SUBTREES_KINDS_COUNT;
    struct name_key key = {0};
    int r = read_base(&key, base, leading_dot, &kind);

    if (!r && kind == SUBTREES_KINDS_COUNT)
        subtrees->unsupported |= 1U << base->type;
    else if (!r)
        r = add(subtrees, &key, kind, excluded);
    if (!r && kind == SUBTREES_DNS && excluded)
        r = add_star(subtrees, bytes_of_string(base->d.dNSName));
    if (!r && kind == SUBTREES_EMAIL && excluded)
        r = add_mailbox(subtrees, bytes_of_string(base->d.rfc822Name));
    name_key_deinit(&key);
    return r;
}

/*
 * Returns whether the subtree has a minimum other than zero or a maximum, which RFC 5280 section
 * 4.2.1.10 forbids.
 */
static bool has_distance(const GENERAL_SUBTREE *subtree)
{
    int64_t minimum = 0;

    return subtree->maximum ||
           (subtree->minimum &&
            (ASN1_INTEGER_get_int64(&minimum, subtree->minimum) != 1 || minimum != 0));
}

static int add_all(struct subtrees *subtrees, const STACK_OF(GENERAL_SUBTREE) * list, bool excluded,
                   bool leading_dot)
{
    int r = 0;

    for (int i = 0; i < sk_GENERAL_SUBTREE_num(list) && !r; i++) {
        const GENERAL_SUBTREE *subtree = sk_GENERAL_SUBTREE_value(list, i);

        r = has_distance(subtree) ? SUBTREES_DISTANCE
                                  : add_base(subtrees, subtree->base, excluded, leading_dot);
    }
    return r;
}

static void seal(struct subtrees *subtrees)
{
    for (size_t i = 0; i < SUBTREES_KINDS_COUNT; i++) {
        name_key_set_seal(&subtrees->permitted[i]);
        name_key_set_seal(&subtrees->excluded[i]);
    }
    name_key_set_seal(&subtrees->mailboxes);
    name_key_set_seal(&subtrees->stars);
}

int subtrees_read(struct subtrees *subtrees, const NAME_CONSTRAINTS *constraints, bool leading_dot)
{
    int r = add_all(subtrees, constraints->permittedSubtrees, false, leading_dot);

    if (!r)
        r = add_all(subtrees, constraints->excludedSubtrees, true, leading_dot);
    if (!r)
        seal(subtrees);
    return r;
}

/* Excludes mailboxes or URIs in the domain itself and in everything below it. */
static int exclude_elsewhere(struct subtrees *subtrees, struct bytes name, enum subtrees_kind kind)
{
    int (*read)(struct name_key *, struct bytes) = kind == SUBTREES_EMAIL ? name_key_email_base
                                                                          : name_key_uri_base;
    uint8_t below[IMPOSED_NAME_BYTES + 1] = {'.'};
    struct bytes bases[2] = {name, {.data = below, .len = name.len + 1}};
    int r = 0;

    if (name.len > IMPOSED_NAME_BYTES)
        return SUBTREES_MALFORMED;
    memcpy(below + 1, name.data, name.len);
    for (size_t i = 0; i < 2 && !r; i++) {
        struct name_key key = {0};

        r = read(&key, bases[i]);
        if (!r)
            r = add(subtrees, &key, kind, true);
        name_key_deinit(&key);
    }
    return r;
}

static int impose_names(struct subtrees *subtrees, const struct bytes *names, size_t n,
                        bool excluded)
{
    int r = 0;

    for (size_t i = 0; i < n && !r; i++) {
        struct name_key key = {0};

        r = name_key_dns_base(&key, names[i], false);
        if (!r)
            r = add(subtrees, &key, SUBTREES_DNS, excluded);
        name_key_deinit(&key);
        if (!r && excluded)
            r = add_star(subtrees, names[i]);
        if (!r && excluded)
            r = exclude_elsewhere(subtrees, names[i], SUBTREES_EMAIL);
        if (!r && excluded)
            r = exclude_elsewhere(subtrees, names[i], SUBTREES_URI);
    }
    return r;
}

static int impose_net(struct subtrees *subtrees, const struct constraints_net *net, bool excluded)
{
    struct name_key key = {0};
    struct bytes address = {.data = net->address, .len = net->n_bytes};
    int r = name_key_ip(&key, address, net->prefix_bits);

    if (!r)
        r = add(subtrees, &key, SUBTREES_IP, excluded);
    name_key_deinit(&key);
    return r;
}

int subtrees_impose(struct subtrees *subtrees, const struct constraints_options *options)
{
    int r;

    subtrees->is_imposed = true;
    r = impose_names(subtrees, options->permitted_dns, options->n_permitted_dns, false);

    if (!r)
        r = impose_names(subtrees, options->excluded_dns, options->n_excluded_dns, true);
    for (size_t i = 0; i < options->n_permitted_ip && !r; i++)
        r = impose_net(subtrees, &options->permitted_ip[i], false);
    for (size_t i = 0; i < options->n_excluded_ip && !r; i++)
        r = impose_net(subtrees, &options->excluded_ip[i], true);
    if (!r)
        seal(subtrees);
    return r;
}

void subtrees_deinit(struct subtrees *subtrees)
{
    for (size_t i = 0; i < SUBTREES_KINDS_COUNT; i++) {
        name_key_set_deinit(&subtrees->permitted[i]);
        name_key_set_deinit(&subtrees->excluded[i]);
    }
    name_key_set_deinit(&subtrees->mailboxes);
    name_key_set_deinit(&subtrees->stars);
    *subtrees = (struct subtrees){0};
}
