/* SPDX-License-Identifier: MIT */
#include "daemon/load/epoch.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "daemon/limits.h"
#include "daemon/load/front_settings.h"
#include "daemon/load/generation.h"
#include "daemon/load/material.h"
#include "daemon/x509/parse/allocation.h"

struct epoch {
    struct epoch_number number;
    struct generation *generation;
    struct material *material;
    struct file_watch *crls;
    struct verify_context context;
};

/*
 * Judges one question in the process that forks the verifiers, because libraries initialise
 * themselves at their first use: a verifier in its sandbox could no longer open, fetch or configure
 * anything.
 */
static int initialise_libraries(const struct verify_context *context)
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
    int r = verification_init(&verification, context, &nobody, &request);

    verification_deinit(&verification);
    /* An error reply (r > 0) is expected, since the certificate is empty. */
    return r < 0 ? r : x509_allocation_end();
}

/*
 * Reads the CRLs, and also the trust stores if `old` is NULL; otherwise those of `old` are shared.
 */
static int load_material(struct epoch *epoch, const struct material *old,
                         struct policy_error *error)
{
    const struct generation *generation = epoch->generation;
    int r = file_watch_new(&epoch->crls);

    if (!r)
        r = material_watch_crls(epoch->crls, generation->policy);
    if (!r && old)
        r = material_refresh(&epoch->material, old, generation->policy, generation->x509, error);
    else if (!r)
        r = material_load(&epoch->material, generation->policy, generation->x509, error);
    if (r < 0)
        return load_error_set(error, r, "cannot read trust stores and CRLs: %s", strerror(-r));
    return r;
}

/*
 * Returns free memory to the kernel. Loading leaves the heap fragmented, and a verifier would
 * allocate from holes on many pages, each of which has to be copied after the fork. Measured on one
 * processor: verdicts under 10,000 domains cost 1.00 to 1.12 times those under ten domains, and
 * 1.13 to 1.20 times without this call.
 */
static void trim_heap(void)
{
    (void)malloc_trim(0);
}

/*
 * Gets the epoch ready to serve. Returns 0 or -errno. An epoch during whose loading an allocation
 * failed never serves, because libcrypto may have kept something incomplete, and because a failed
 * allocation may look like a refusal.
 */
static int prepare_to_serve(struct epoch *epoch, struct policy_error *error)
{
    const struct generation *generation = epoch->generation;
    int r;

    epoch->context = (struct verify_context){
        .policy = generation->policy,
        .suffixes = generation->suffixes,
        .x509 = generation->x509,
        .generation = epoch->number.generation,
    };
    memcpy(epoch->context.digest, generation->digest, sizeof(generation->digest));
    material_serve(epoch->material, &epoch->context);
    trim_heap();
    r = initialise_libraries(&epoch->context);
    if (r)
        return load_error_set(error, r,
                              "cannot be served: %s: give certnamed more memory and restart it",
                              strerror(-r));
    return 0;
}

/* --- loading and freeing --- */

/*
 * Makes an epoch without material. Takes over the caller's reference to the generation, also on
 * failure.
 */
static int make(struct epoch **epochp, struct generation *generation, struct epoch_number number,
                struct policy_error *error)
{
    struct epoch *epoch = calloc(1, sizeof(*epoch));

    if (!epoch) {
        generation_unref(generation);
        return load_error_set(error, -ENOMEM, "cannot be loaded: %s", strerror(ENOMEM));
    }
    epoch->generation = generation;
    epoch->number = number;
    *epochp = epoch;
    return 0;
}

int epoch_make(struct epoch **epochp, struct generation *generation, struct epoch_number number,
               struct policy_error *error)
{
    struct epoch *epoch = NULL;
    int r = make(&epoch, generation, number, error);

    if (!r)
        r = load_material(epoch, NULL, error);
    if (!r)
        r = front_settings_check(generation->policy, error);
    if (!r)
        r = prepare_to_serve(epoch, error);
    if (r) {
        epoch_free(epoch);
        return r;
    }
    *epochp = epoch;
    return 0;
}

int epoch_load(struct epoch **epochp, const struct sources *sources, struct epoch_number number,
               struct policy_error *error)
{
    struct generation *generation = NULL;
    int r = generation_load(&generation, sources, error);

    return r ? r : epoch_make(epochp, generation, number, error);
}

int epoch_refresh(struct epoch **epochp, const struct epoch *old, struct policy_error *error)
{
    const struct epoch_number next = {old->number.generation, old->number.epoch + 1};
    struct epoch *epoch = NULL;
    int r = make(&epoch, generation_ref(old->generation), next, error);

    if (!r)
        r = load_material(epoch, old->material, error);
    if (!r)
        r = prepare_to_serve(epoch, error);
    if (r) {
        epoch_free(epoch);
        return r;
    }
    *epochp = epoch;
    return 0;
}

/* --- packing --- */

static void pack_crls(const struct epoch *epoch, struct packed_writer *writer)
{
    material_pack_crls(epoch->material, epoch->generation->policy, writer);
    file_watch_pack(epoch->crls, writer);
}

void epoch_pack(const struct epoch *epoch, struct packed_writer *writer)
{
    packed_write_bytes(writer, epoch->generation->digest, sizeof(epoch->generation->digest));
    generation_pack(epoch->generation, writer);
    material_pack_stores(epoch->material, epoch->generation->policy, writer);
    pack_crls(epoch, writer);
}

void epoch_pack_crls(const struct epoch *epoch, struct packed_writer *writer)
{
    packed_write_bytes(writer, epoch->generation->digest, sizeof(epoch->generation->digest));
    pack_crls(epoch, writer);
}

static int check_digest(struct bytes digest, const struct generation *generation,
                        struct policy_error *error)
{
    const struct bytes expected = {.data = generation->digest, .len = sizeof(generation->digest)};

    if (bytes_equal(digest, expected))
        return 0;
    return load_error_set(error, 1,
                          "the configuration is not the same after it was handed over: is there "
                          "too little memory? Reload again");
}

/*
 * Reads the material, of which the trust stores are shared with `old` unless that is NULL, and gets
 * the epoch ready to serve.
 */
static int unpack_material(struct epoch *epoch, const struct material *old,
                           struct packed_reader *reader, struct policy_error *error)
{
    const struct generation *generation = epoch->generation;
    int r = file_watch_new(&epoch->crls);

    if (!r)
        r = material_unpack(&epoch->material, old, generation->policy, generation->x509, reader);
    if (!r)
        r = file_watch_unpack(epoch->crls, reader);
    if (!r && reader->len != 0)
        r = -EBADMSG;
    if (!r)
        r = front_settings_check(generation->policy, error);
    if (r < 0)
        return load_error_set(error, r, "cannot take over trust stores and CRLs: %s", strerror(-r));
    return r ? r : prepare_to_serve(epoch, error);
}

/*
 * Makes an epoch of the generation and the rest of the packed bytes. Takes over the caller's
 * reference to the generation, also on failure.
 */
static int unpack_rest(struct epoch **epochp, struct generation *generation,
                       const struct material *old, struct epoch_number number,
                       struct packed_reader *reader, struct policy_error *error)
{
    struct epoch *epoch = NULL;
    int r = make(&epoch, generation, number, error);

    if (!r)
        r = unpack_material(epoch, old, reader, error);
    if (r)
        epoch_free(epoch);
    else
        *epochp = epoch;
    return r;
}

int epoch_unpack(struct epoch **epochp, struct bytes packed, struct epoch_number number,
                 struct policy_error *error)
{
    struct packed_reader reader = {.data = packed.data, .len = packed.len};
    struct bytes digest = packed_read_bytes(&reader, DIGEST_BYTES);
    struct generation *generation = NULL;
    int r = generation_unpack(&generation, &reader, error);

    if (!r)
        r = check_digest(digest, generation, error);
    if (r) {
        generation_unref(generation);
        return r;
    }
    return unpack_rest(epochp, generation, NULL, number, &reader, error);
}

struct bytes epoch_packed_policy(struct bytes packed, uint8_t digest[static DIGEST_BYTES])
{
    struct packed_reader reader = {.data = packed.data, .len = packed.len};
    const struct bytes found = packed_read_bytes(&reader, DIGEST_BYTES);
    const struct bytes policy = packed_read_bytes(&reader, LIMIT_PACKED_EPOCH_BYTES);

    if (reader.failed || found.len != DIGEST_BYTES)
        return (struct bytes){0};
    memcpy(digest, found.data, DIGEST_BYTES);
    return policy;
}

int epoch_unpack_crls(struct epoch **epochp, const struct epoch *old, struct bytes packed,
                      struct policy_error *error)
{
    const struct epoch_number next = {old->number.generation, old->number.epoch + 1};
    struct packed_reader reader = {.data = packed.data, .len = packed.len};
    struct bytes digest = packed_read_bytes(&reader, DIGEST_BYTES);
    int r = check_digest(digest, old->generation, error);

    if (r)
        return r;
    return unpack_rest(epochp, generation_ref(old->generation), old->material, next, &reader,
                       error);
}

bool epoch_goes_on(struct epoch *epoch, struct epoch *next)
{
    struct file_watch *watch = epoch->crls;

    if (!material_has_same_crls(epoch->material, next->material, epoch->generation->policy))
        return false;
    epoch->crls = next->crls;
    next->crls = watch;
    return true;
}

struct epoch *epoch_free(struct epoch *epoch)
{
    if (!epoch)
        return NULL;
    material_free(epoch->material);
    file_watch_free(epoch->crls);
    generation_unref(epoch->generation);
    free(epoch);
    return NULL;
}

/* --- reading an epoch's fields --- */

const struct verify_context *epoch_context(const struct epoch *epoch)
{
    return &epoch->context;
}

struct epoch_number epoch_number(const struct epoch *epoch)
{
    return epoch->number;
}

struct policy_texts epoch_files(const struct epoch *epoch)
{
    return policy_files(epoch->generation->policy);
}

const char *epoch_name(const struct epoch *epoch, char *text, size_t size)
{
    const struct policy_texts files = epoch_files(epoch);

    if (files.n_texts == 0)
        snprintf(text, size, "the built-in policy");
    else if (files.n_texts == 1)
        snprintf(text, size, "%s", files.texts[0]);
    else
        snprintf(text, size, "%s and %zu more", files.texts[0], files.n_texts - 1);
    return text;
}

int64_t epoch_loaded_s(const struct epoch *epoch)
{
    return epoch->generation->loaded_s;
}

const char *epoch_material_warning(const struct epoch *epoch)
{
    return material_warning(epoch->material);
}

const char *epoch_crl_warning(const struct epoch *epoch)
{
    return material_crl_warning(epoch->material);
}

size_t epoch_n_crls_left_out(const struct epoch *epoch)
{
    return material_n_crls_left_out(epoch->material);
}

const struct crlites *epoch_crlites(const struct epoch *epoch)
{
    return material_crlites(epoch->material);
}

bool epoch_policy_has_changed(const struct epoch *epoch)
{
    return file_watch_has_changed(epoch->generation->files);
}

bool epoch_crls_have_changed(const struct epoch *epoch)
{
    return file_watch_has_changed(epoch->crls);
}

int epoch_crls_state(const struct epoch *epoch, uint64_t *statep)
{
    struct file_watch *watch = NULL;
    int r = file_watch_new(&watch);

    if (!r)
        r = material_watch_crls(watch, epoch->generation->policy);
    if (!r)
        *statep = file_watch_state(watch);
    file_watch_free(watch);
    return r;
}

void epoch_settings(const struct epoch *epoch, struct settings *settings)
{
    static_assert(sizeof(settings->digest) == sizeof(epoch->context.digest), "whole digests");

    memset(settings, 0, sizeof(*settings));
    settings->epoch = epoch->number.epoch;
    settings->generation = epoch->number.generation;
    memcpy(settings->digest, epoch->context.digest, sizeof(settings->digest));
    front_settings_fill(settings, epoch->generation->policy);
}

size_t epoch_n_workers(const struct epoch *epoch)
{
    return (size_t)policy_limits(epoch->generation->policy)->workers;
}

bool epoch_memory_has_failed(void)
{
    return x509_allocation_end() == -ENOMEM;
}
