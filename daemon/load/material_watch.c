/* SPDX-License-Identifier: MIT */

/* Adds the files that a policy's trust stores and CRLs are read from to a watch. */

#include "daemon/load/material.h"

#include "daemon/policy/trust.h"

static int watch_texts(struct file_watch *watch, const struct policy_texts *paths)
{
    int r = 0;

    for (size_t i = 0; !r && i < paths->n_texts; i++)
        r = file_watch_add_whole(watch, paths->texts[i], NULL);
    return r;
}

int material_watch_stores(struct file_watch *watch, const struct policy *policy)
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

int material_watch_crls(struct file_watch *watch, const struct policy *policy)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = 0;

    for (size_t i = 0; !r && i < n; i++) {
        const char *crlite = policy_trust_crlite(&trusts[i]);

        r = watch_texts(watch, &trusts[i].crls);
        if (!r && crlite)
            r = file_watch_add_whole(watch, crlite, NULL);
    }
    return r;
}
