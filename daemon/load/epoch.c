/* SPDX-License-Identifier: MIT */
#include "daemon/load/epoch.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/generation.h"
#include "daemon/load/material.h"

struct generation {
    struct generation_number number;
    struct basis *basis;
    struct material *material;
    struct watch *crls;
    struct verify_context context;
};

/*
 * Goes once through everything that libraries put off until it is first used, so that no verifier
 * has to open, fetch or configure anything in its sandbox.
 */
static void warm_up(const struct verify_context *context)
{
    static const uint8_t host[] = "b\xc3\xbc"
                                  "cher.example";
    static const uint8_t nothing[] = {0x30, 0x00};
    struct verification verification = VERIFICATION_NULL;
    struct request request = {
        .references = {{.kind = REQUEST_HOST, .text = {.data = host, .len = sizeof(host) - 1}}},
        .n_references = 1,
        .certificates = {{.data = nothing, .len = sizeof(nothing)}},
        .n_certificates = 1,
    };
    const struct verify_asker nobody = {0};

    (void)verification_init(&verification, context, &nobody, &request);
    verification_deinit(&verification);
}

/* With the CRLs alone read anew where there is an epoch before it. */
static int load_material(struct generation *generation, const struct material *old,
                         struct policy_error *error)
{
    const struct basis *basis = generation->basis;
    int r = watch_new(&generation->crls);

    if (!r)
        r = material_watch_crls(generation->crls, basis->policy);
    if (!r && old)
        r = material_refresh(&generation->material, old, basis->policy, basis->x509, error);
    else if (!r)
        r = material_load(&generation->material, basis->policy, basis->x509, error);
    if (r < 0)
        return generation_error_set(error, r, "cannot read trust stores and CRLs: %s",
                                    strerror(-r));
    return r;
}

/*
 * What was freed while the configuration was read lies all over the heap, and a verifier would take
 * its memory from there, a piece from each page. Given back to the kernel, it is taken from few
 * pages: on one processor verdicts under 10,000 domains cost 1.00 to 1.12 times those under ten in
 * three runs, before that 1.13 to 1.20.
 */
static void tidy_heap(void)
{
    (void)malloc_trim(0);
}

static void serve(struct generation *generation)
{
    const struct basis *basis = generation->basis;

    generation->context = (struct verify_context){
        .policy = basis->policy,
        .suffixes = basis->suffixes,
        .x509 = basis->x509,
        .generation = generation->number.generation,
    };
    memcpy(generation->context.digest, basis->digest, sizeof(basis->digest));
    material_serve(generation->material, &generation->context);
    tidy_heap();
    warm_up(&generation->context);
}

/* --- life --- */

/* Takes a use of the basis, whatever the outcome. */
static int make(struct generation **generationp, struct basis *basis, const struct material *old,
                struct generation_number number, struct policy_error *error)
{
    struct generation *generation = calloc(1, sizeof(*generation));

    if (!generation) {
        basis_unref(basis);
        return generation_error_set(error, -ENOMEM, "cannot be loaded: %s", strerror(ENOMEM));
    }
    generation->basis = basis;
    generation->number = number;
    *generationp = generation;
    return load_material(generation, old, error);
}

int generation_load(struct generation **generationp, const struct sources *sources,
                    struct generation_number number, struct policy_error *error)
{
    struct generation *generation = NULL;
    struct basis *basis = NULL;
    int r = basis_load(&basis, sources, error);

    if (!r)
        r = make(&generation, basis, NULL, number, error);
    if (!r) {
        serve(generation);
        r = generation_check_settings(generation, error);
    }
    if (r) {
        generation_free(generation);
        return r;
    }
    *generationp = generation;
    return 0;
}

int generation_refresh(struct generation **generationp, struct generation *old,
                       struct policy_error *error)
{
    const struct generation_number next = {old->number.generation, old->number.epoch + 1};
    struct generation *generation = NULL;
    int r = make(&generation, basis_ref(old->basis), old->material, next, error);
    if (r) {
        /* What cannot be helped by reading it again is not read again. */
        if (r > 0) {
            watch_free(old->crls);
            old->crls = generation->crls;
            generation->crls = NULL;
        }
        generation_free(generation);
        return r;
    }
    serve(generation);
    *generationp = generation;
    return 0;
}

struct generation *generation_free(struct generation *generation)
{
    if (!generation)
        return NULL;
    material_free(generation->material);
    watch_free(generation->crls);
    basis_unref(generation->basis);
    free(generation);
    return NULL;
}

/* --- looking --- */

const struct verify_context *generation_context(const struct generation *generation)
{
    return &generation->context;
}

struct generation_number generation_number(const struct generation *generation)
{
    return generation->number;
}

struct policy_texts generation_files(const struct generation *generation)
{
    return policy_files(generation->basis->policy);
}

const char *generation_name(const struct generation *generation, char *text, size_t size)
{
    const struct policy_texts files = generation_files(generation);

    if (files.n_texts == 0)
        snprintf(text, size, "the built-in policy");
    else if (files.n_texts == 1)
        snprintf(text, size, "%s", files.texts[0]);
    else
        snprintf(text, size, "%s and %zu more", files.texts[0], files.n_texts - 1);
    return text;
}

int64_t generation_loaded_s(const struct generation *generation)
{
    return generation->basis->when_s;
}

const char *generation_remark(const struct generation *generation)
{
    return material_remark(generation->material);
}

bool generation_is_outdated(const struct generation *generation)
{
    return watch_has_changed(generation->basis->files);
}

bool generation_is_stale(const struct generation *generation)
{
    return watch_has_changed(generation->crls);
}
