/* SPDX-License-Identifier: MIT */
#include "daemon/generation.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "daemon/verify/selftest.h"

struct generation {
    struct generation_number number;
    struct policy *policy;
    struct suffix_list *suffixes;
    struct x509_context *x509;
    struct watch *watch; /* what it was read from */
    char *file;
    int64_t loaded_s;
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

    (void)verification_init(&verification, context, &request);
    verification_deinit(&verification);
}

/* A generation that judges a few names otherwise than it ought to is not to judge any. */
static int test_itself(const struct generation *generation, struct policy_error *error)
{
    const char *what = "";
    int row = selftest_run(generation->suffixes, &what);

    if (row == 0)
        return 0;
    return fail(error, -EIO,
                "self-test: row %d (%s) goes wrong: the build or a library (libidn2, libpsl) is "
                "broken: nothing is served",
                row, what);
}

static int load_libraries(struct generation *generation, struct policy_error *error)
{
    int r = open_suffixes(&generation->suffixes, error);

    if (!r)
        r = test_itself(generation, error);
    if (r)
        return r;
    r = x509_context_new(&generation->x509);
    if (r)
        return fail(error, r, "cannot set up libcrypto (%s): %s", x509_library_version(),
                    strerror(-r));
    return 0;
}

/* A change on disk while it is read is a change since. */
static int load_policy(struct generation *generation, const struct sources *sources,
                       struct policy_error *error)
{
    const char *file = sources_main(sources);
    int r = watch_new(&generation->watch);

    if (!r)
        r = sources_watch(sources, generation->watch);
    if (!r && file) {
        generation->file = strdup(file);
        r = generation->file ? 0 : -ENOMEM;
    }
    if (!r)
        r = sources_load(sources, &generation->policy, generation->suffixes, error);
    if (!r)
        r = take_digest(generation);
    if (r < 0)
        return fail(error, r, "cannot read the configuration: %s", strerror(-r));
    return r;
}

int generation_load(struct generation **generationp, const struct sources *sources,
                    struct generation_number number, struct policy_error *error)
{
    struct generation *generation = calloc(1, sizeof(*generation));
    int r;

    if (!generation)
        return fail(error, -ENOMEM, "cannot be loaded: %s", strerror(ENOMEM));
    r = load_libraries(generation, error);
    if (!r)
        r = load_policy(generation, sources, error);
    if (r) {
        generation_free(generation);
        return r;
    }
    generation->number = number;
    generation->loaded_s = time(NULL);
    generation->context.policy = generation->policy;
    generation->context.suffixes = generation->suffixes;
    generation->context.x509 = generation->x509;
    generation->context.generation = number.generation;
    warm_up(&generation->context);
    *generationp = generation;
    return 0;
}

struct generation *generation_free(struct generation *generation)
{
    if (!generation)
        return NULL;
    policy_free(generation->policy);
    x509_context_free(generation->x509);
    suffix_list_close(generation->suffixes);
    watch_free(generation->watch);
    free(generation->file);
    free(generation);
    return NULL;
}

const struct verify_context *generation_context(const struct generation *generation)
{
    return &generation->context;
}

struct generation_number generation_number(const struct generation *generation)
{
    return generation->number;
}

const char *generation_file(const struct generation *generation)
{
    return generation->file;
}

int64_t generation_loaded_s(const struct generation *generation)
{
    return generation->loaded_s;
}

bool generation_is_outdated(const struct generation *generation)
{
    return watch_has_changed(generation->watch);
}

void generation_settings(const struct generation *generation, struct settings *settings)
{
    memset(settings, 0, sizeof(*settings));
    settings->epoch = generation->number.epoch;
    settings->generation = generation->number.generation;
    memcpy(settings->digest, generation->context.digest, sizeof(settings->digest));
    settings_limits_default(&settings->limits);
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
