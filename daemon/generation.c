/* SPDX-License-Identifier: MIT */
#include "daemon/generation.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/host/clock.h"
#include "daemon/material.h"
#include "daemon/verify/selftest.h"

/* Shared by the epochs of one generation. */
struct loaded {
    unsigned n_users;
    struct policy *policy;
    struct suffix_list *suffixes;
    struct x509_context *x509;
    struct watch *files; /* what it was read from, and the trust stores */
    uint8_t digest[X509_SHA256_BYTES];
    size_t n_domains;
    int64_t when_s;
};

struct generation {
    struct generation_number number;
    struct loaded *loaded;
    struct material *material;
    struct watch *crls;
    struct verify_context context;
};

/* What is no file's fault. Returns r. */
__attribute__((format(printf, 3, 4))) static int fail(struct policy_error *error, int r,
                                                      const char *format, ...)
{
    va_list arguments;

    *error = (struct policy_error){0};
    va_start(arguments, format);
    vsnprintf(error->message, sizeof(error->message), format, arguments);
    va_end(arguments);
    return r;
}

static int open_suffixes(struct suffix_list **listp, struct policy_error *error)
{
    int r = suffix_list_open(listp);

    if (r)
        return fail(error, r,
                    "no public suffix list: %s: install the package publicsuffix, or a libpsl with "
                    "a built-in list",
                    strerror(-r));
    return 0;
}

static size_t count_domains(const char *text)
{
    static const char beginning[] = "\ndomain \"";
    size_t n = 0;

    for (text = strstr(text, beginning); text; text = strstr(text + 1, beginning))
        n++;
    return n;
}

/* Of the effective policy as it is printed, which begins with `defaults`. */
static int take_digest(struct loaded *loaded)
{
    char *text = NULL;
    size_t len = 0;
    int r = policy_print(loaded->policy, &text, &len);

    if (!r)
        r = x509_sha256(loaded->x509, (const uint8_t *)text, len, loaded->digest);
    if (!r)
        loaded->n_domains = count_domains(text);
    free(text);
    return r;
}

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

/* A generation that judges a few names otherwise than it ought to is not to judge any. */
static int test_itself(const struct loaded *loaded, struct policy_error *error)
{
    const char *what = "";
    int row = selftest_run(loaded->suffixes, &what);

    if (row == 0)
        return 0;
    return fail(error, -EIO,
                "self-test: row %d (%s) goes wrong: the build or a library (libidn2, libpsl) is "
                "broken: nothing is served",
                row, what);
}

/* --- what the epochs of a generation share --- */

static int load_libraries(struct loaded *loaded, struct policy_error *error)
{
    int r = open_suffixes(&loaded->suffixes, error);

    if (!r)
        r = test_itself(loaded, error);
    if (r)
        return r;
    r = x509_context_new(&loaded->x509);
    if (r)
        return fail(error, r, "cannot set up libcrypto (%s): %s", x509_library_version(),
                    strerror(-r));
    return 0;
}

static int watch_texts(struct watch *watch, const struct policy_texts *paths)
{
    int r = 0;

    for (size_t i = 0; !r && i < paths->n_texts; i++)
        r = watch_add_whole(watch, paths->texts[i], NULL);
    return r;
}

static int watch_trusts(struct watch *watch, const struct policy *policy)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = 0;

    for (size_t i = 0; !r && i < n; i++) {
        r = watch_texts(watch, &trusts[i].files);
        if (!r)
            r = watch_texts(watch, &trusts[i].directories);
    }
    return r;
}

/* A change on disk while it is read is a change since. */
static int load_policy(struct loaded *loaded, const struct sources *sources,
                       struct policy_error *error)
{
    int r = watch_new(&loaded->files);

    if (!r)
        r = sources_watch(sources, loaded->files);
    if (!r)
        r = sources_load(sources, &loaded->policy, loaded->suffixes, error);
    if (!r)
        r = watch_trusts(loaded->files, loaded->policy);
    if (!r)
        r = take_digest(loaded);
    if (r < 0)
        return fail(error, r, "cannot read the configuration: %s", strerror(-r));
    return r;
}

static struct loaded *loaded_unref(struct loaded *loaded)
{
    if (!loaded || --loaded->n_users > 0)
        return NULL;
    policy_free(loaded->policy);
    x509_context_free(loaded->x509);
    suffix_list_close(loaded->suffixes);
    watch_free(loaded->files);
    free(loaded);
    return NULL;
}

static int loaded_new(struct loaded **loadedp, const struct sources *sources,
                      struct policy_error *error)
{
    struct loaded *loaded = calloc(1, sizeof(*loaded));
    int r;

    if (!loaded)
        return fail(error, -ENOMEM, "cannot be loaded: %s", strerror(ENOMEM));
    loaded->n_users = 1;
    loaded->when_s = clock_now_s();
    r = load_libraries(loaded, error);
    if (!r)
        r = load_policy(loaded, sources, error);
    if (r) {
        loaded_unref(loaded);
        return r;
    }
    *loadedp = loaded;
    return 0;
}

/* --- the material of an epoch --- */

static int watch_crls(struct watch **watchp, const struct policy *policy)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = watch_new(watchp);

    for (size_t i = 0; !r && i < n; i++)
        r = watch_texts(*watchp, &trusts[i].crls);
    return r;
}

/* With the CRLs alone read anew where there is an epoch before it. */
static int load_material(struct generation *generation, const struct material *old,
                         struct policy_error *error)
{
    const struct loaded *loaded = generation->loaded;
    int r = watch_crls(&generation->crls, loaded->policy);

    if (!r && old)
        r = material_refresh(&generation->material, old, loaded->policy, loaded->x509, error);
    else if (!r)
        r = material_load(&generation->material, loaded->policy, loaded->x509, error);
    if (r < 0)
        return fail(error, r, "cannot read trust stores and CRLs: %s", strerror(-r));
    return r;
}

static void serve(struct generation *generation)
{
    const struct loaded *loaded = generation->loaded;

    generation->context = (struct verify_context){
        .policy = loaded->policy,
        .suffixes = loaded->suffixes,
        .x509 = loaded->x509,
        .generation = generation->number.generation,
    };
    memcpy(generation->context.digest, loaded->digest, sizeof(loaded->digest));
    material_serve(generation->material, &generation->context);
    warm_up(&generation->context);
}

/* --- life --- */

/* Takes a use of what is loaded, whatever the outcome. */
static int make(struct generation **generationp, struct loaded *loaded, const struct material *old,
                struct generation_number number, struct policy_error *error)
{
    struct generation *generation = calloc(1, sizeof(*generation));

    if (!generation) {
        loaded_unref(loaded);
        return fail(error, -ENOMEM, "cannot be loaded: %s", strerror(ENOMEM));
    }
    generation->loaded = loaded;
    generation->number = number;
    *generationp = generation;
    return load_material(generation, old, error);
}

int generation_load(struct generation **generationp, const struct sources *sources,
                    struct generation_number number, struct policy_error *error)
{
    struct generation *generation = NULL;
    struct loaded *loaded = NULL;
    int r = loaded_new(&loaded, sources, error);

    if (!r)
        r = make(&generation, loaded, NULL, number, error);
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
    int r;

    old->loaded->n_users++;
    r = make(&generation, old->loaded, old->material, next, error);
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
    loaded_unref(generation->loaded);
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
    return policy_files(generation->loaded->policy);
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
    return generation->loaded->when_s;
}

size_t generation_n_domains(const struct generation *generation)
{
    return generation->loaded->n_domains;
}

const char *generation_remark(const struct generation *generation)
{
    return material_remark(generation->material);
}

bool generation_is_outdated(const struct generation *generation)
{
    return watch_has_changed(generation->loaded->files);
}

bool generation_is_stale(const struct generation *generation)
{
    return watch_has_changed(generation->crls);
}

const char *generation_error_text(const struct policy_error *error, char *text, size_t size)
{
    if (error->file[0] == '\0')
        snprintf(text, size, "%s", error->message);
    else if (error->line == 0)
        snprintf(text, size, "%s: %s", error->file, error->message);
    else
        snprintf(text, size, "%s:%u: %s", error->file, error->line, error->message);
    return text;
}
