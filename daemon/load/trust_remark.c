/* SPDX-License-Identifier: MIT */
#include "daemon/load/trust_remark.h"

#include <stdio.h>

#include "daemon/x509/parse/certificate.h"

static bool is_host_and_authority(const struct x509_context *x509, const struct anchor *anchor)
{
    struct certificate *certificate = NULL;
    struct bytes der = anchor->outline.der;
    bool result;

    if (certificate_parse(&certificate, x509, der.data, der.len) != 0)
        return false;
    result = certificate_is_host_and_authority(certificate);
    certificate_free(certificate);
    return result;
}

/*
 * Returns how many certificates of a trust section are those of a host and of an authority at the
 * same time.
 */
static size_t count_hosts(const struct verify_context *context, size_t section)
{
    const struct store *store = context->stores[section];
    const struct anchor *const *anchors = store ? store_anchors(store) : NULL;
    size_t n = 0;

    for (size_t i = 0; store && i < store_n_anchors(store); i++)
        n += is_host_and_authority(context->x509, anchors[i]);
    return n;
}

bool trust_remark(const struct verify_context *context, size_t index, char *text, size_t size)
{
    size_t n;
    const struct policy_trust *trusts = policy_trusts(context->policy, &n);

    for (size_t i = 0; i < n; i++) {
        const struct policy_origin *origin = &trusts[i].origin;
        size_t n_hosts;

        if (trusts[i].end_entities != POLICY_END_ENTITIES_YES)
            continue;
        n_hosts = count_hosts(context, i);
        if (n_hosts == 0 || index-- > 0)
            continue;
        snprintf(text, size,
                 "%s:%u: %s: %zu of its certificates are those of hosts, and also authorities that "
                 "vouch for every other host: set end-entities = only, or no (end-entities)",
                 origin->file, origin->line, origin->section, n_hosts);
        return true;
    }
    return false;
}
