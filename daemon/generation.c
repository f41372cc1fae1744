/* SPDX-License-Identifier: MIT */
#include "daemon/generation.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/host/log.h"
#include "daemon/material.h"
#include "daemon/verify/selftest.h"
#include "proto/limits.h"

struct generation {
    struct policy *policy;
    struct suffix_list *suffixes;
    struct x509_context *x509;
    struct material *material;
    struct verify_context context;
};

static int open_suffixes(struct suffix_list **listp)
{
    int r = suffix_list_open(listp);

    if (r)
        log_error("no public suffix list: %s: install the package publicsuffix, or a libpsl with a "
                  "built-in list",
                  strerror(-r));
    return r;
}

/* Verdicts name the file to programs elsewhere: by its whole path, and a short one. As policy_load.
 */
static int load_file(struct policy **policyp, const char *path, const struct suffix_list *suffixes,
                     struct policy_error *error)
{
    char whole[PATH_MAX];

    /* What cannot be found is for policy_load to say. */
    if (path[0] == '/' || !realpath(path, whole))
        snprintf(whole, sizeof(whole), "%s", path);
    if (strlen(whole) <= LIMIT_CONFIG_PATH_BYTES)
        return policy_load(policyp, whole, suffixes, error);
    snprintf(error->file, sizeof(error->file), "%.200s...", path);
    snprintf(error->message, sizeof(error->message),
             "its path has more than %d bytes, and every verdict has to name it: move it",
             LIMIT_CONFIG_PATH_BYTES);
    return 1;
}

static int load_policy(struct generation *generation, const char *path)
{
    struct policy_error error = {0};
    int r;

    if (!path)
        return policy_builtin(&generation->policy);
    r = load_file(&generation->policy, path, generation->suffixes, &error);
    if (r <= 0)
        return r;
    if (error.line > 0)
        log_error("%s:%u: %s", error.file, error.line, error.message);
    else
        log_error("%s: %s", error.file, error.message);
    return -EINVAL;
}

static int take_digest(struct generation *generation)
{
    char *text = NULL;
    size_t len = 0;
    int r = policy_print(generation->policy, &text, &len);

    if (!r)
        r = x509_sha256(generation->x509, (const uint8_t *)text, len, generation->context.digest);
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
static int test_itself(const struct generation *generation)
{
    const char *what = "";
    int row = selftest_run(generation->suffixes, &what);

    if (row == 0)
        return 0;
    log_error(
        "self-test: row %d (%s) goes wrong: the build or a library (libidn2, libpsl) is broken: "
        "nothing is served",
        row, what);
    return -EIO;
}

static int load(struct generation *generation, const char *path)
{
    int r = open_suffixes(&generation->suffixes);

    if (!r)
        r = test_itself(generation);
    if (r)
        return r;
    r = x509_context_new(&generation->x509);
    if (r) {
        log_error("cannot set up libcrypto (%s): %s", x509_library_version(), strerror(-r));
        return r;
    }
    r = load_policy(generation, path);
    if (!r)
        r = take_digest(generation);
    if (!r)
        r = material_load(&generation->material, generation->policy, generation->x509);
    return r;
}

int generation_load(struct generation **generationp, const char *path, uint64_t number)
{
    struct generation *generation = calloc(1, sizeof(*generation));
    int r;

    if (!generation)
        return -ENOMEM;
    r = load(generation, path);
    if (r) {
        generation_free(generation);
        return r;
    }
    generation->context.policy = generation->policy;
    generation->context.suffixes = generation->suffixes;
    generation->context.x509 = generation->x509;
    generation->context.generation = number;
    material_serve(generation->material, &generation->context);
    warm_up(&generation->context);
    *generationp = generation;
    return 0;
}

struct generation *generation_free(struct generation *generation)
{
    if (!generation)
        return NULL;
    material_free(generation->material);
    policy_free(generation->policy);
    x509_context_free(generation->x509);
    suffix_list_close(generation->suffixes);
    free(generation);
    return NULL;
}

const struct verify_context *generation_context(const struct generation *generation)
{
    return &generation->context;
}

int generation_check(const char *path, struct policy_error *error)
{
    struct suffix_list *suffixes = NULL;
    struct policy *policy = NULL;
    int r = open_suffixes(&suffixes);

    if (!r)
        r = load_file(&policy, path, suffixes, error);
    policy_free(policy);
    suffix_list_close(suffixes);
    return r;
}
