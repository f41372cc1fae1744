/* SPDX-License-Identifier: MIT */
#include "daemon/load/material.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/x509/revocation/crl.h"

/* The trust stores, which material that differs in its CRLs alone shares. */
struct anchors {
    unsigned n_references;
    struct store *stores[POLICY_TRUSTS_COUNT];
    char warning[STORE_ERROR_BYTES + 80];
};

struct material {
    struct anchors *anchors;
    struct crl_set *crls[POLICY_TRUSTS_COUNT];
    struct path_engine *engine;
};

/* --- limits that the policy puts on the anchors of a store --- */

/* Returns an allocated array, or NULL without memory. */
static struct bytes *copy_texts(const struct policy_texts *texts)
{
    struct bytes *copies = calloc(texts->n_texts ? texts->n_texts : 1, sizeof(*copies));

    for (size_t i = 0; copies && i < texts->n_texts; i++)
        copies[i] = (struct bytes){
            .data = (const uint8_t *)texts->texts[i],
            .len = strlen(texts->texts[i]),
        };
    return copies;
}

/* Returns an allocated array, or NULL without memory. */
static struct constraints_net *copy_networks(const struct policy_networks *networks)
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
    struct bytes *permitted = copy_texts(&trust->permitted_dns);
    struct bytes *excluded = copy_texts(&trust->excluded_dns);
    struct constraints_net *permitted_nets = copy_networks(&trust->permitted_ip);
    struct constraints_net *excluded_nets = copy_networks(&trust->excluded_ip);
    struct store_limits limits = {
        .names = {.permitted_dns = permitted,
                  .n_permitted_dns = trust->permitted_dns.n_texts,
                  .excluded_dns = excluded,
                  .n_excluded_dns = trust->excluded_dns.n_texts,
                  .permitted_ip = permitted_nets,
                  .n_permitted_ip = trust->permitted_ip.n_networks,
                  .excluded_ip = excluded_nets,
                  .n_excluded_ip = trust->excluded_ip.n_networks},
        .distrusted = trust->distrust_from != POLICY_TIME_MAX,
        .distrust_after = trust->distrust_from - 1,
        .max_lifetime_days = trust->max_lifetime_days,
    };
    int r = permitted && excluded && permitted_nets && excluded_nets
                ? store_set_limits(store, &limits)
                : -ENOMEM;

    free(permitted);
    free(excluded);
    free(permitted_nets);
    free(excluded_nets);
    return r;
}

/* --- stores --- */

/* Turns a failure into a refusal at the section that names the file. -ENOMEM stays a failure, since
 * no file is at fault. */
static int refuse(struct policy_error *error, const struct policy_trust *trust, int r,
                  const char *text)
{
    if (r == 0 || r == -ENOMEM)
        return r;
    *error = (struct policy_error){.line = trust->origin.line};
    snprintf(error->file, sizeof(error->file), "%.255s", trust->origin.file);
    snprintf(error->message, sizeof(error->message), "%.100s: %.400s", trust->origin.section, text);
    return 1;
}

/* Whoever can write a trust store or a CRL can change verdicts, so that these files have to be as
 * safe as the policy's own. */
static int check_path(const struct policy_trust *trust, const char *path,
                      struct policy_error *error)
{
    char text[STORE_ERROR_BYTES];
    struct policy_error found = {0};
    int r = policy_material_check(path, &found);

    snprintf(text, sizeof(text), "%.150s: %.350s", found.file, found.message);
    return refuse(error, trust, r, text);
}

static int load_paths(struct store *store, const struct policy_trust *trust,
                      const struct policy_texts *paths, struct policy_error *error)
{
    struct store_error what = {0};
    int r = 0;

    for (size_t i = 0; !r && i < paths->n_texts; i++) {
        r = check_path(trust, paths->texts[i], error);
        if (r)
            return r;
        r = store_load(store, paths->texts[i], &what);
    }
    return refuse(error, trust, r, what.text);
}

static int load_system(struct anchors *anchors, struct store *store)
{
    const char *path = store_find_system();
    struct policy_error unsafe = {0};
    struct store_error what = {0};
    int r = path ? policy_material_check(path, &unsafe) : 0;

    if (r > 0)
        snprintf(what.text, sizeof(what.text), "%.150s: %.350s", unsafe.file, unsafe.message);
    else if (r == 0)
        r = store_load_system(store, &what);
    if (r == 0 || r == -ENOMEM)
        return r;
    snprintf(anchors->warning, sizeof(anchors->warning),
             "the system has no trust store: %s: paths that need it are refused", what.text);
    return 0;
}

static int load_store(struct anchors *anchors, size_t index, const struct policy_trust *trust,
                      struct policy_error *error)
{
    bool named = trust->files.n_texts > 0 || trust->directories.n_texts > 0;
    struct store *store = NULL;
    int r = store_new(&store, trust->name, true);

    if (r)
        return r;
    anchors->stores[index] = store;
    if (trust->is_system && !named)
        r = load_system(anchors, store);
    else
        r = load_paths(store, trust, &trust->files, error);
    if (!r)
        r = load_paths(store, trust, &trust->directories, error);
    if (!r && named && store_n_anchors(store) == 0)
        r = refuse(error, trust, 1, "it holds no trust anchor");
    return r ? r : limit_store(store, trust);
}

static struct anchors *anchors_unref(struct anchors *anchors)
{
    if (!anchors)
        return NULL;
    assert(anchors->n_references > 0);
    if (--anchors->n_references > 0)
        return NULL;
    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++)
        store_free(anchors->stores[i]);
    free(anchors);
    return NULL;
}

static struct anchors *anchors_ref(struct anchors *anchors)
{
    assert(anchors->n_references > 0);
    anchors->n_references++;
    return anchors;
}

static int load_anchors(struct anchors **anchorsp, const struct policy *policy,
                        struct policy_error *error)
{
    struct anchors *anchors = calloc(1, sizeof(*anchors));
    const struct policy_trust *trusts;
    size_t n = 0;
    int r = 0;

    if (!anchors)
        return -ENOMEM;
    anchors->n_references = 1;
    trusts = policy_trusts(policy, &n);
    for (size_t i = 0; !r && i < n; i++)
        r = load_store(anchors, i, &trusts[i], error);
    if (r) {
        anchors_unref(anchors);
        return r;
    }
    *anchorsp = anchors;
    return 0;
}

/* --- CRLs --- */

static int load_crls(struct crl_set **crlsp, const struct policy_trust *trust,
                     const struct x509_context *x509, struct policy_error *error)
{
    int r;

    if (trust->crls.n_texts == 0)
        return 0;
    r = crl_set_new(crlsp, x509);
    for (size_t i = 0; !r && i < trust->crls.n_texts; i++) {
        const char *path = trust->crls.texts[i];

        r = check_path(trust, path, error);
        if (r)
            return r;
        r = crl_set_load_path(*crlsp, path);
        r = refuse(error, trust, r, crl_set_problem(*crlsp));
    }
    return r;
}

/* --- trust stores and CRLs together --- */

static int load_rest(struct material *material, const struct policy *policy,
                     const struct x509_context *x509, struct policy_error *error)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = path_engine_new(&material->engine, x509);

    for (size_t i = 0; !r && i < n; i++)
        r = load_crls(&material->crls[i], &trusts[i], x509, error);
    return r;
}

/* Takes over one reference to the anchors, also on failure. */
static int make(struct material **materialp, struct anchors *anchors, const struct policy *policy,
                const struct x509_context *x509, struct policy_error *error)
{
    struct material *material = calloc(1, sizeof(*material));
    int r;

    if (!material) {
        anchors_unref(anchors);
        return -ENOMEM;
    }
    material->anchors = anchors;
    r = load_rest(material, policy, x509, error);
    if (r) {
        material_free(material);
        return r;
    }
    *materialp = material;
    return 0;
}

int material_load(struct material **materialp, const struct policy *policy,
                  const struct x509_context *x509, struct policy_error *error)
{
    struct anchors *anchors = NULL;
    int r = load_anchors(&anchors, policy, error);

    return r ? r : make(materialp, anchors, policy, x509, error);
}

int material_refresh(struct material **materialp, const struct material *old,
                     const struct policy *policy, const struct x509_context *x509,
                     struct policy_error *error)
{
    return make(materialp, anchors_ref(old->anchors), policy, x509, error);
}

struct material *material_free(struct material *material)
{
    if (!material)
        return NULL;
    path_engine_free(material->engine);
    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++)
        crl_set_free(material->crls[i]);
    anchors_unref(material->anchors);
    free(material);
    return NULL;
}

void material_serve(const struct material *material, struct verify_context *context)
{
    context->engine = material->engine;
    context->stores = (const struct store *const *)material->anchors->stores;
    context->crls = (const struct crl_set *const *)material->crls;
}

const char *material_warning(const struct material *material)
{
    return material->anchors->warning;
}
