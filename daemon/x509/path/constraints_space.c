/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/constraints_internal.h"

#include <errno.h>

#include <openssl/x509v3.h>

#include "daemon/x509/parse/asn1_bytes.h"

/* Writes the key of a constraint: as the key_ functions, or SPACE_ for a kind that is not known. */
static int read_base(struct key *key, const GENERAL_NAME *base, enum name_kind *kindp)
{
    switch (base->type) {
    case GEN_DNS:
        *kindp = KIND_DNS;
        return key_dns_base(key, bytes_of_string(base->d.dNSName));
    case GEN_EMAIL:
        *kindp = KIND_EMAIL;
        return key_email_base(key, bytes_of_string(base->d.rfc822Name));
    case GEN_URI:
        *kindp = KIND_URI;
        return key_uri_base(key, bytes_of_string(base->d.uniformResourceIdentifier));
    case GEN_DIRNAME:
        *kindp = KIND_DIRECTORY;
        return key_directory(key, base->d.directoryName);
    case GEN_IPADD:
        *kindp = KIND_IP;
        return key_ip_base(key, bytes_of_string(base->d.iPAddress));
    default:
        *kindp = N_KINDS;
        return 0;
    }
}

static int add(struct space *space, const struct key *key, enum name_kind kind, bool excluded)
{
    space->n_permitted[kind] += !excluded;
    space->n_excluded[kind] += excluded;
    return key_set_add(excluded ? &space->excluded[kind] : &space->permitted[kind], key);
}

static int add_star(struct space *space, struct bytes base)
{
    struct key key = {0};
    int r = base.len == 0 ? 0 : key_star_base(&key, base);

    if (!r && base.len > 0)
        r = key_set_add(&space->stars, &key);
    key_deinit(&key);
    return r;
}

static int add_base(struct space *space, const GENERAL_NAME *base, bool excluded)
{
    enum name_kind kind = N_KINDS;
    struct key key = {0};
    int r = read_base(&key, base, &kind);

    if (!r && kind == N_KINDS)
        space->unsupported |= 1U << base->type;
    else if (!r)
        r = add(space, &key, kind, excluded);
    if (!r && kind == KIND_DNS && excluded)
        r = add_star(space, bytes_of_string(base->d.dNSName));
    key_deinit(&key);
    return r;
}

/* RFC 5280 section 4.2.1.10: the minimum is zero, and there is no maximum. */
static bool is_distant(const GENERAL_SUBTREE *subtree)
{
    int64_t minimum = 0;

    return subtree->maximum ||
           (subtree->minimum &&
            (ASN1_INTEGER_get_int64(&minimum, subtree->minimum) != 1 || minimum != 0));
}

static int add_all(struct space *space, const STACK_OF(GENERAL_SUBTREE) * subtrees, bool excluded)
{
    int r = 0;

    for (int i = 0; i < sk_GENERAL_SUBTREE_num(subtrees) && !r; i++) {
        const GENERAL_SUBTREE *subtree = sk_GENERAL_SUBTREE_value(subtrees, i);

        r = is_distant(subtree) ? SPACE_DISTANCE : add_base(space, subtree->base, excluded);
    }
    return r;
}

static void seal(struct space *space)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        key_set_seal(&space->permitted[i]);
        key_set_seal(&space->excluded[i]);
    }
    key_set_seal(&space->stars);
}

int space_read(struct space *space, const NAME_CONSTRAINTS *constraints)
{
    int r = add_all(space, constraints->permittedSubtrees, false);

    if (!r)
        r = add_all(space, constraints->excludedSubtrees, true);
    if (!r)
        seal(space);
    return r;
}

static int impose_names(struct space *space, const struct bytes *names, size_t n, bool excluded)
{
    int r = 0;

    for (size_t i = 0; i < n && !r; i++) {
        struct key key = {0};

        r = key_dns_base(&key, names[i]);
        if (!r)
            r = add(space, &key, KIND_DNS, excluded);
        key_deinit(&key);
        if (!r && excluded)
            r = add_star(space, names[i]);
    }
    return r;
}

static int impose_net(struct space *space, const struct constraints_net *net, bool excluded)
{
    struct key key = {0};
    struct bytes address = {.data = net->address, .len = net->n_bytes};
    int r = key_ip(&key, address, net->prefix_bits);

    if (!r)
        r = add(space, &key, KIND_IP, excluded);
    key_deinit(&key);
    return r;
}

int space_impose(struct space *space, const struct constraints_options *options)
{
    int r = impose_names(space, options->permitted_dns, options->n_permitted_dns, false);

    if (!r)
        r = impose_names(space, options->excluded_dns, options->n_excluded_dns, true);
    for (size_t i = 0; i < options->n_permitted_ip && !r; i++)
        r = impose_net(space, &options->permitted_ip[i], false);
    for (size_t i = 0; i < options->n_excluded_ip && !r; i++)
        r = impose_net(space, &options->excluded_ip[i], true);
    if (!r)
        seal(space);
    return r;
}

void space_deinit(struct space *space)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        key_set_deinit(&space->permitted[i]);
        key_set_deinit(&space->excluded[i]);
    }
    key_set_deinit(&space->stars);
    *space = (struct space){0};
}
