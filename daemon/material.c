/* SPDX-License-Identifier: MIT */
#include "daemon/material.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/host/log.h"
#include "daemon/x509/crl.h"

struct material {
    struct store *stores[POLICY_TRUSTS_COUNT];
    struct crl_set *crls[POLICY_TRUSTS_COUNT];
    struct path_engine *engine;
};

/* --- what is put on a store's anchors from outside --- */

static struct span *spans_of(const struct policy_texts *texts)
{
    struct span *spans = calloc(texts->n_texts ? texts->n_texts : 1, sizeof(*spans));

    for (size_t i = 0; spans && i < texts->n_texts; i++)
        spans[i] = (struct span){
            .data = (const uint8_t *)texts->texts[i],
            .len = strlen(texts->texts[i]),
        };
    return spans;
}

static struct constraints_net *nets_of(const struct policy_networks *networks)
{
    struct constraints_net *nets = calloc(networks->n_networks ? networks->n_networks : 1,
                                          sizeof(*nets));

    for (size_t i = 0; nets && i < networks->n_networks; i++) {
        const struct policy_network *network = &networks->networks[i];

        nets[i].n_bytes = (unsigned)network->address_len;
        nets[i].prefix_bits = network->n_bits;
        memcpy(nets[i].address, network->address, network->address_len);
    }
    return nets;
}

static int limit_store(struct store *store, const struct policy_trust *trust)
{
    struct span *permitted = spans_of(&trust->permitted_dns);
    struct span *excluded = spans_of(&trust->excluded_dns);
    struct constraints_net *nets = nets_of(&trust->permitted_ip);
    struct store_limits limits = {
        .names = {.permitted_dns = permitted,
                  .n_permitted_dns = trust->permitted_dns.n_texts,
                  .excluded_dns = excluded,
                  .n_excluded_dns = trust->excluded_dns.n_texts,
                  .permitted_ip = nets,
                  .n_permitted_ip = trust->permitted_ip.n_networks},
        .distrusted = trust->distrust_from != POLICY_TIME_MAX,
        .distrust_after = trust->distrust_from - 1,
        .max_lifetime_days = trust->max_lifetime_days,
    };
    int r = permitted && excluded && nets ? store_set_limits(store, &limits) : -ENOMEM;

    free(permitted);
    free(excluded);
    free(nets);
    return r;
}

/* --- stores --- */

static int say(const struct policy_trust *trust, int r, const char *text)
{
    if (r == 0 || r == -ENOMEM)
        return r;
    log_error("%s:%u: %s: %s", trust->origin.file, trust->origin.line, trust->origin.section, text);
    return -EINVAL;
}

static int load_paths(struct store *store, const struct policy_trust *trust,
                      const struct policy_texts *paths)
{
    struct store_error error = {0};
    int r = 0;

    for (size_t i = 0; !r && i < paths->n_texts; i++)
        r = store_load(store, paths->texts[i], &error);
    return say(trust, r, error.text);
}

static int load_system(struct store *store)
{
    struct store_error error = {0};
    int r = store_load_system(store, &error);

    if (r == 0 || r == -ENOMEM)
        return r;
    log_warning("no trust store of the system: %s: paths that need it are refused", error.text);
    return 0;
}

static int load_store(struct material *material, size_t index, const struct policy_trust *trust)
{
    bool named = trust->files.n_texts > 0 || trust->directories.n_texts > 0;
    struct store *store = NULL;
    int r = store_new(&store, trust->name, true);

    if (r)
        return r;
    material->stores[index] = store;
    if (trust->is_system && !named)
        r = load_system(store);
    else
        r = load_paths(store, trust, &trust->files);
    if (!r)
        r = load_paths(store, trust, &trust->directories);
    if (!r && named && store_n_anchors(store) == 0)
        r = say(trust, -EINVAL, "it holds no trust anchor");
    return r ? r : limit_store(store, trust);
}

static int load_crls(struct material *material, size_t index, const struct policy_trust *trust,
                     const struct x509_context *x509)
{
    int r;

    if (trust->crls.n_texts == 0)
        return 0;
    r = crl_set_new(&material->crls[index], x509);
    for (size_t i = 0; !r && i < trust->crls.n_texts; i++)
        r = say(trust, crl_set_load_path(material->crls[index], trust->crls.texts[i]),
                crl_set_problem(material->crls[index]));
    return r;
}

/* --- the whole --- */

static int load(struct material *material, const struct policy *policy,
                const struct x509_context *x509)
{
    size_t n;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = path_engine_new(&material->engine, x509);

    for (size_t i = 0; !r && i < n; i++) {
        r = load_store(material, i, &trusts[i]);
        if (!r)
            r = load_crls(material, i, &trusts[i], x509);
    }
    return r;
}

int material_load(struct material **materialp, const struct policy *policy,
                  const struct x509_context *x509)
{
    struct material *material = calloc(1, sizeof(*material));
    int r = material ? load(material, policy, x509) : -ENOMEM;

    if (r) {
        material_free(material);
        return r;
    }
    *materialp = material;
    return 0;
}

struct material *material_free(struct material *material)
{
    if (!material)
        return NULL;
    path_engine_free(material->engine);
    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++) {
        store_free(material->stores[i]);
        crl_set_free(material->crls[i]);
    }
    free(material);
    return NULL;
}

void material_serve(const struct material *material, struct verify_context *context)
{
    context->engine = material->engine;
    context->stores = (const struct store *const *)material->stores;
    context->crls = (const struct crl_set *const *)material->crls;
}
