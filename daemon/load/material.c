/* SPDX-License-Identifier: MIT */
#include "daemon/load/material.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/anchors.h"
#include "daemon/load/crlites.h"
#include "daemon/load/material_path.h"
#include "daemon/x509/revocation/crl.h"
#include "daemon/x509/revocation/revocation_limits.h"

/*
 * The size of the warning about CRLs: a count, and the problem of one file (CRL_PROBLEM_BYTES in
 * crl_set.h).
 */
#define CRL_WARNING_BYTES 640

struct material {
    struct anchors *anchors;
    struct crl_set *crls[POLICY_TRUSTS_COUNT];
    struct crlites crlites;
    struct path_engine *engine;
    size_t n_crls_left_out; /* the number of CRL files that could not be used */
    char crl_warning[CRL_WARNING_BYTES];
};

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

        r = material_path_check(trust, path, error);
        if (r)
            return r;
        r = crl_set_load_path(*crlsp, path);
        r = material_path_refuse(error, trust, r, crl_set_problem(*crlsp));
    }
    return r;
}

/* Writes the warning about CRL files that could not be used. */
static void warn_of_crls(struct material *material)
{
    const struct crl_set *first = NULL;
    size_t n = 0;

    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++) {
        const struct crl_set *set = material->crls[i];

        if (!set || crl_set_n_left_out(set) == 0)
            continue;
        first = first ? first : set;
        n += crl_set_n_left_out(set);
    }
    material->n_crls_left_out = n;
    if (first)
        snprintf(material->crl_warning, sizeof(material->crl_warning),
                 "%zu of the files of CRLs cannot be used and are left out: %s", n,
                 crl_set_left_out(first));
}

/*
 * If files of the new CRLs could not be used, adds the CRLs that were in force to the new ones.
 * Such a file may be one that is just being written, and what its CRL revoked must stay revoked.
 */
static int keep_old_crls(struct crl_set *crls, const struct crl_set *old)
{
    size_t n = old && crls && crl_set_n_left_out(crls) > 0 ? crl_set_count(old) : 0;
    int r = 0;

    for (size_t i = 0; r >= 0 && i < n; i++) {
        const struct bytes der = crl_set_der(old, i);

        r = crl_set_load_from(crls, der.data, der.len, crl_set_origin(old, i));
    }
    return r < 0 ? r : 0;
}

/* Loads the CRLs and filters of all trust sections. `old` is the material in force, or NULL. */
static int load_all_crls(struct material *material, const struct material *old,
                         const struct policy *policy, const struct x509_context *x509,
                         struct policy_error *error)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = 0;

    for (size_t i = 0; !r && i < n; i++) {
        r = load_crls(&material->crls[i], &trusts[i], x509, error);
        if (!r && old)
            r = keep_old_crls(material->crls[i], old->crls[i]);
    }
    warn_of_crls(material);
    if (!r)
        r = crlites_load(&material->crlites, old ? &old->crlites : NULL, policy);
    return r;
}

/* --- packing --- */

static void pack_crls(const struct crl_set *set, struct packed_writer *writer)
{
    size_t n = set ? crl_set_count(set) : 0;

    packed_write_number(writer, n);
    for (size_t i = 0; i < n; i++) {
        const struct bytes der = crl_set_der(set, i);

        packed_write_text(writer, crl_set_origin(set, i));
        packed_write_bytes(writer, der.data, der.len);
    }
}

static int unpack_crl(struct crl_set *set, struct packed_reader *reader)
{
    char *origin = packed_read_text(reader, CRL_ORIGIN_BYTES);
    struct bytes der = packed_read_bytes(reader, CRL_FILE_BYTES);
    int r = reader->failed ? -EBADMSG : crl_set_load_from(set, der.data, der.len, origin);

    free(origin);
    return r > 0 ? -EBADMSG : r;
}

static int unpack_crls(struct crl_set **setp, const struct policy_trust *trust,
                       const struct x509_context *x509, struct packed_reader *reader)
{
    size_t n = (size_t)packed_read_number(reader, CRL_FILE_COUNT);
    int r;

    if (reader->failed || (n > 0 && trust->crls.n_texts == 0))
        return -EBADMSG;
    if (trust->crls.n_texts == 0)
        return 0;
    r = crl_set_new(setp, x509);
    for (size_t i = 0; !r && i < n; i++)
        r = unpack_crl(*setp, reader);
    if (!r && crl_set_count(*setp) != n)
        r = -EBADMSG;
    return r;
}

static int unpack_crl_warning(struct material *material, struct packed_reader *reader)
{
    size_t n = (size_t)packed_read_number(reader, SIZE_MAX);
    char *text = packed_read_text(reader, sizeof(material->crl_warning) - 1);
    int r = reader->failed ? -EBADMSG : 0;

    if (!r) {
        material->n_crls_left_out = n;
        snprintf(material->crl_warning, sizeof(material->crl_warning), "%s", text);
    }
    free(text);
    return r;
}

static int unpack_all_crls(struct material *material, const struct policy *policy,
                           const struct x509_context *x509, struct packed_reader *reader)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = 0;

    for (size_t i = 0; !r && i < n; i++)
        r = unpack_crls(&material->crls[i], &trusts[i], x509, reader);
    if (!r)
        r = unpack_crl_warning(material, reader);
    return r ? r : crlites_unpack(&material->crlites, policy, reader);
}

void material_pack_stores(const struct material *material, const struct policy *policy,
                          struct packed_writer *writer)
{
    anchors_pack(material->anchors, policy, writer);
}

static void pack_all_crls(const struct material *material, const struct policy *policy,
                          struct packed_writer *writer)
{
    size_t n = 0;

    (void)policy_trusts(policy, &n);
    for (size_t i = 0; i < n; i++)
        pack_crls(material->crls[i], writer);
    packed_write_number(writer, material->n_crls_left_out);
    packed_write_text(writer, material->crl_warning);
}

void material_pack_crls(const struct material *material, const struct policy *policy,
                        struct packed_writer *writer)
{
    pack_all_crls(material, policy, writer);
    crlites_pack(&material->crlites, policy, writer);
}

bool material_has_same_crls(const struct material *a, const struct material *b,
                            const struct policy *policy)
{
    struct packed_writer one = {0}, other = {0};
    bool are_same;

    pack_all_crls(a, policy, &one);
    pack_all_crls(b, policy, &other);
    are_same = !one.failed && !other.failed && one.len == other.len &&
               memcmp(one.data, other.data, one.len) == 0 &&
               crlites_equal(&a->crlites, &b->crlites);
    packed_writer_deinit(&one);
    packed_writer_deinit(&other);
    return are_same;
}

/* --- trust stores and CRLs together --- */

/*
 * Makes material without CRLs. Takes over the caller's reference to the anchors, also on failure.
 */
static int make(struct material **materialp, struct anchors *anchors,
                const struct x509_context *x509)
{
    struct material *material = calloc(1, sizeof(*material));
    int r;

    if (!material) {
        anchors_unref(anchors);
        return -ENOMEM;
    }
    material->anchors = anchors;
    r = path_engine_new(&material->engine, x509);
    if (r) {
        material_free(material);
        return r;
    }
    *materialp = material;
    return 0;
}

/* Returns r. If r is 0, *materialp becomes the material; otherwise the material is freed. */
static int finish(struct material **materialp, struct material *material, int r)
{
    if (r)
        material_free(material);
    else
        *materialp = material;
    return r;
}

int material_load(struct material **materialp, const struct policy *policy,
                  const struct x509_context *x509, struct policy_error *error)
{
    struct material *material = NULL;
    struct anchors *anchors = NULL;
    int r = anchors_load(&anchors, policy, error);

    if (!r)
        r = make(&material, anchors, x509);
    if (!r)
        r = load_all_crls(material, NULL, policy, x509, error);
    return finish(materialp, material, r);
}

int material_refresh(struct material **materialp, const struct material *old,
                     const struct policy *policy, const struct x509_context *x509,
                     struct policy_error *error)
{
    struct material *material = NULL;
    int r = make(&material, anchors_ref(old->anchors), x509);

    if (!r)
        r = load_all_crls(material, old, policy, x509, error);
    return finish(materialp, material, r);
}

int material_unpack(struct material **materialp, const struct material *old,
                    const struct policy *policy, const struct x509_context *x509,
                    struct packed_reader *reader)
{
    struct material *material = NULL;
    struct anchors *anchors = NULL;
    int r = 0;

    if (old)
        anchors = anchors_ref(old->anchors);
    else
        r = anchors_unpack(&anchors, policy, reader);
    if (!r)
        r = make(&material, anchors, x509);
    if (!r)
        r = unpack_all_crls(material, policy, x509, reader);
    return finish(materialp, material, r);
}

struct material *material_free(struct material *material)
{
    if (!material)
        return NULL;
    path_engine_free(material->engine);
    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++)
        crl_set_free(material->crls[i]);
    crlites_deinit(&material->crlites);
    anchors_unref(material->anchors);
    free(material);
    return NULL;
}

void material_serve(const struct material *material, struct verify_context *context)
{
    context->engine = material->engine;
    context->stores = (const struct store *const *)material->anchors->stores;
    context->crls = (const struct crl_set *const *)material->crls;
    context->crlites = (const struct crlite_set *const *)material->crlites.sets;
}

const char *material_warning(const struct material *material)
{
    return material->anchors->warning;
}

const char *material_crl_warning(const struct material *material)
{
    return material->crl_warning;
}

const struct crlites *material_crlites(const struct material *material)
{
    return &material->crlites;
}

size_t material_n_crls_left_out(const struct material *material)
{
    return material->n_crls_left_out;
}
