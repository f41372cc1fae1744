/* SPDX-License-Identifier: MIT */
#include "daemon/load/generation.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/limits.h"
#include "daemon/load/load_error.h"
#include "daemon/load/material.h"
#include "daemon/verify/selftest.h"

static int open_suffixes(struct suffix_list **listp, struct policy_error *error)
{
    int r = suffix_list_open(listp);

    if (r)
        return load_error_set(
            error, r,
            "no public suffix list: %s: install the package publicsuffix, or a libpsl with a "
            "built-in list",
            strerror(-r));
    return 0;
}

/* Computes the digest of the effective policy. */
static int compute_digest(struct generation *generation)
{
    char *text = NULL;
    size_t len = 0;
    int r = policy_print(generation->policy, &text, &len);

    if (!r)
        r = x509_sha256(generation->x509, (const uint8_t *)text, len, generation->digest);
    free(text);
    return r;
}

/*
 * Runs the self-test of the matching engine: a build or a library that judges one known name
 * wrongly must not judge any name.
 */
static int test_libraries(const struct generation *generation, struct policy_error *error)
{
    const char *what = "";
    int row = selftest_run(generation->suffixes, &what);

    if (row == 0)
        return 0;
    return load_error_set(error, -EIO,
                          "self-test: row %d (%s) has the wrong result: the build or a library "
                          "(libidn2, libpsl) is broken: "
                          "nothing is served",
                          row, what);
}

static int load_libraries(struct generation *generation, struct policy_error *error)
{
    int r = open_suffixes(&generation->suffixes, error);

    if (!r)
        r = test_libraries(generation, error);
    if (r)
        return r;
    r = x509_context_new(&generation->x509);
    if (r)
        return load_error_set(error, r, "cannot set up libcrypto (%s): %s", x509_library_version(),
                              strerror(-r));
    return 0;
}

/* The watch starts before anything is read, so that an edit during the load is noticed. */
static int load_policy(struct generation *generation, const struct sources *sources,
                       struct policy_error *error)
{
    int r = file_watch_new(&generation->files);

    if (!r)
        r = sources_watch(sources, generation->files);
    if (!r)
        r = sources_load(sources, &generation->policy, generation->suffixes, error);
    if (!r)
        r = material_watch_stores(generation->files, generation->policy);
    if (!r)
        r = compute_digest(generation);
    if (r < 0)
        return load_error_set(error, r, "cannot read the configuration: %s", strerror(-r));
    return r;
}

struct generation *generation_ref(struct generation *generation)
{
    assert(generation->n_references > 0);
    generation->n_references++;
    return generation;
}

struct generation *generation_unref(struct generation *generation)
{
    if (!generation)
        return NULL;
    assert(generation->n_references > 0);
    if (--generation->n_references > 0)
        return NULL;
    policy_free(generation->policy);
    free(generation->packed);
    x509_context_free(generation->x509);
    suffix_list_close(generation->suffixes);
    file_watch_free(generation->files);
    free(generation);
    return NULL;
}

static int keep_packed(struct generation *generation, struct bytes packed)
{
    generation->packed = malloc(packed.len + 1);
    if (!generation->packed)
        return -ENOMEM;
    memcpy(generation->packed, packed.data, packed.len);
    generation->n_packed = packed.len;
    return 0;
}

static int unpack_policy(struct generation *generation, struct packed_reader *reader,
                         struct policy_error *error)
{
    const struct bytes packed = packed_read_bytes(reader, LIMIT_PACKED_EPOCH_BYTES);
    struct packed_reader policy = {.data = packed.data, .len = packed.len};
    int r = policy_unpack(&generation->policy, &policy, generation->suffixes, error);

    if (!r && policy.len != 0)
        r = -EBADMSG;
    if (!r)
        r = keep_packed(generation, packed);
    if (!r)
        policy_drop_config(generation->policy);
    if (!r)
        r = file_watch_new(&generation->files);
    if (!r)
        r = file_watch_unpack(generation->files, reader);
    if (!r)
        r = compute_digest(generation);
    if (r < 0)
        return load_error_set(error, r, "cannot take over the configuration: %s", strerror(-r));
    return r;
}

/* Makes a generation without a policy. Returns 0 or -errno, and *error has the reason. */
static int make(struct generation **generationp, struct policy_error *error)
{
    struct generation *generation = calloc(1, sizeof(*generation));
    int r;

    if (!generation)
        return load_error_set(error, -ENOMEM, "cannot be loaded: %s", strerror(ENOMEM));
    generation->n_references = 1;
    generation->loaded_s = clock_now_s();
    r = load_libraries(generation, error);
    if (r) {
        generation_unref(generation);
        return r;
    }
    *generationp = generation;
    return 0;
}

int generation_load(struct generation **generationp, const struct sources *sources,
                    struct policy_error *error)
{
    struct generation *generation = NULL;
    int r = make(&generation, error);

    if (!r)
        r = load_policy(generation, sources, error);
    if (r)
        generation_unref(generation);
    else
        *generationp = generation;
    return r;
}

int generation_pack_policy(struct generation *generation)
{
    struct packed_writer policy = {0};
    int r = -ENOMEM;

    policy_pack(generation->policy, &policy);
    if (!policy.failed)
        r = keep_packed(generation, (struct bytes){.data = policy.data, .len = policy.len});
    packed_writer_deinit(&policy);
    return r;
}

void generation_pack(const struct generation *generation, struct packed_writer *writer)
{
    struct packed_writer policy = {0};

    if (generation->packed) {
        packed_write_bytes(writer, generation->packed, generation->n_packed);
    } else {
        policy_pack(generation->policy, &policy);
        packed_write_bytes(writer, policy.data, policy.len);
    }
    writer->failed |= policy.failed;
    packed_writer_deinit(&policy);
    file_watch_pack(generation->files, writer);
}

int generation_unpack(struct generation **generationp, struct packed_reader *reader,
                      struct policy_error *error)
{
    struct generation *generation = NULL;
    int r = make(&generation, error);

    if (!r)
        r = unpack_policy(generation, reader, error);
    if (r)
        generation_unref(generation);
    else
        *generationp = generation;
    return r;
}
