/* SPDX-License-Identifier: MIT */
#include "daemon/load/generation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "daemon/load/epoch.h"
#include "daemon/load/material.h"
#include "daemon/verify/selftest.h"

static int open_suffixes(struct suffix_list **listp, struct policy_error *error)
{
    int r = suffix_list_open(listp);

    if (r)
        return generation_error_set(
            error, r,
            "no public suffix list: %s: install the package publicsuffix, or a libpsl with a "
            "built-in list",
            strerror(-r));
    return 0;
}

/* Of the effective policy as it is printed. */
static int take_digest(struct basis *basis)
{
    char *text = NULL;
    size_t len = 0;
    int r = policy_print(basis->policy, &text, &len);

    if (!r)
        r = x509_sha256(basis->x509, (const uint8_t *)text, len, basis->digest);
    free(text);
    return r;
}

/* A generation that judges a few names otherwise than it ought to is not to judge any. */
static int test_itself(const struct basis *basis, struct policy_error *error)
{
    const char *what = "";
    int row = selftest_run(basis->suffixes, &what);

    if (row == 0)
        return 0;
    return generation_error_set(
        error, -EIO,
        "self-test: row %d (%s) goes wrong: the build or a library (libidn2, libpsl) is broken: "
        "nothing is served",
        row, what);
}

static int load_libraries(struct basis *basis, struct policy_error *error)
{
    int r = open_suffixes(&basis->suffixes, error);

    if (!r)
        r = test_itself(basis, error);
    if (r)
        return r;
    r = x509_context_new(&basis->x509);
    if (r)
        return generation_error_set(error, r, "cannot set up libcrypto (%s): %s",
                                    x509_library_version(), strerror(-r));
    return 0;
}

/* A change on disk while it is read is a change since. */
static int load_policy(struct basis *basis, const struct sources *sources,
                       struct policy_error *error)
{
    int r = watch_new(&basis->files);

    if (!r)
        r = sources_watch(sources, basis->files);
    if (!r)
        r = sources_load(sources, &basis->policy, basis->suffixes, error);
    if (!r)
        r = material_watch_stores(basis->files, basis->policy);
    if (!r)
        r = take_digest(basis);
    if (r < 0)
        return generation_error_set(error, r, "cannot read the configuration: %s", strerror(-r));
    return r;
}

struct basis *basis_ref(struct basis *basis)
{
    basis->n_users++;
    return basis;
}

struct basis *basis_unref(struct basis *basis)
{
    if (!basis || --basis->n_users > 0)
        return NULL;
    policy_free(basis->policy);
    x509_context_free(basis->x509);
    suffix_list_close(basis->suffixes);
    watch_free(basis->files);
    free(basis);
    return NULL;
}

int basis_load(struct basis **basisp, const struct sources *sources, struct policy_error *error)
{
    struct basis *basis = calloc(1, sizeof(*basis));
    int r;

    if (!basis)
        return generation_error_set(error, -ENOMEM, "cannot be loaded: %s", strerror(ENOMEM));
    basis->n_users = 1;
    basis->when_s = clock_now_s();
    r = load_libraries(basis, error);
    if (!r)
        r = load_policy(basis, sources, error);
    if (r) {
        basis_unref(basis);
        return r;
    }
    *basisp = basis;
    return 0;
}
