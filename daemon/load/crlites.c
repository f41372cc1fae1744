/* SPDX-License-Identifier: MIT */
#include "daemon/load/crlites.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/policy/trust.h"
#include "daemon/policy/userdb.h"
#include "daemon/x509/revocation/revocation_limits.h"

/* --- loading --- */

/*
 * Checks that only root, the daemon's user and the owner of the filters can have written them.
 * Returns 0; 1 with a problem; or -ENOMEM.
 */
static int check_owner(const struct policy_trust *trust, const char *path,
                       char problem[static CRLITE_PROBLEM_BYTES])
{
    const char *owner = trust->crlite_owner ? trust->crlite_owner : POLICY_CRLITE_OWNER;
    struct policy_error error = {0};
    const char *fault = NULL;
    uint32_t uid = 0;
    int r = policy_userdb_find(owner, false, &uid, &fault);

    if (r)
        return r;
    r = policy_material_check_owner(path, fault ? 0 : uid, &error);
    if (r > 0)
        snprintf(problem, CRLITE_PROBLEM_BYTES, "%.200s: %.300s", error.file, error.message);
    return r;
}

/* Returns whether the folder is upki's, which nobody named, and does not exist. */
static bool is_not_installed(const struct policy_trust *trust, const char *path)
{
    return !trust->crlite && access(path, F_OK) < 0 && errno == ENOENT;
}

static int warn(struct crlites *crlites, const char *problem, bool are_kept)
{
    if (crlites->n_unusable++ == 0)
        snprintf(crlites->warning, sizeof(crlites->warning), "the filters of CRLite %s: %s",
                 are_kept ? "on disk cannot be used, those in force stay"
                          : "cannot be used, nothing is judged by them",
                 problem);
    return 0;
}

static int load_set(struct crlites *crlites, size_t i, const struct crlites *old,
                    const struct policy_trust *trust)
{
    const char *path = policy_trust_crlite(trust);
    char problem[CRLITE_PROBLEM_BYTES] = "";
    struct crlite_set *in_force = old ? old->sets[i] : NULL;
    int r;

    if (!path || is_not_installed(trust, path))
        return 0;
    r = check_owner(trust, path, problem);
    if (r == 0)
        r = crlite_set_load(&crlites->sets[i], path, problem);
    if (r == 0 || r == -ENOMEM)
        return r;
    if (in_force)
        crlites->sets[i] = crlite_set_ref(in_force);
    return warn(crlites, problem, in_force != NULL);
}

int crlites_load(struct crlites *crlites, const struct crlites *old, const struct policy *policy)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    int r = 0;

    for (size_t i = 0; r == 0 && i < n; i++)
        r = load_set(crlites, i, old, &trusts[i]);
    return r;
}

/* --- packing --- */

static void pack_set(const struct crlite_set *set, struct packed_writer *writer)
{
    size_t n = set ? crlite_set_count(set) : 0;

    packed_write_number(writer, n);
    for (size_t i = 0; i < n; i++) {
        const struct bytes bytes = crlite_set_bytes(set, i);

        packed_write_text(writer, crlite_set_name(set, i));
        packed_write_bytes(writer, bytes.data, bytes.len);
    }
}

void crlites_pack(const struct crlites *crlites, const struct policy *policy,
                  struct packed_writer *writer)
{
    size_t n = 0;

    (void)policy_trusts(policy, &n);
    for (size_t i = 0; i < n; i++)
        pack_set(crlites->sets[i], writer);
    packed_write_number(writer, crlites->n_unusable);
    packed_write_text(writer, crlites->warning);
}

static int unpack_filter(struct crlite_set *set, struct packed_reader *reader)
{
    char *name = packed_read_text(reader, CRLITE_NAME_BYTES);
    struct bytes bytes = packed_read_bytes(reader, CRLITE_FILTER_BYTES);
    const char *why;
    int r = reader->failed ? -EBADMSG : crlite_set_add(set, name, bytes, &why);

    free(name);
    return r > 0 ? -EBADMSG : r;
}

static int unpack_set(struct crlite_set **setp, const struct policy_trust *trust,
                      struct packed_reader *reader)
{
    size_t n = (size_t)packed_read_number(reader, CRLITE_FILTERS_COUNT);
    int r;

    if (reader->failed || (n > 0 && !policy_trust_crlite(trust)))
        return -EBADMSG;
    if (n == 0)
        return 0;
    r = crlite_set_new(setp);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = unpack_filter(*setp, reader);
    return r;
}

int crlites_unpack(struct crlites *crlites, const struct policy *policy,
                   struct packed_reader *reader)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    char *warning;
    int r = 0;

    for (size_t i = 0; r == 0 && i < n; i++)
        r = unpack_set(&crlites->sets[i], &trusts[i], reader);
    if (r)
        return r;
    crlites->n_unusable = (size_t)packed_read_number(reader, POLICY_TRUSTS_COUNT);
    warning = packed_read_text(reader, sizeof(crlites->warning) - 1);
    if (!reader->failed)
        snprintf(crlites->warning, sizeof(crlites->warning), "%s", warning);
    free(warning);
    return reader->failed ? -EBADMSG : 0;
}

/* --- comparing and showing --- */

bool crlites_equal(const struct crlites *a, const struct crlites *b)
{
    if (a->n_unusable != b->n_unusable || strcmp(a->warning, b->warning) != 0)
        return false;
    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++) {
        if (!a->sets[i] != !b->sets[i])
            return false;
        if (a->sets[i] && !crlite_set_equal(a->sets[i], b->sets[i]))
            return false;
    }
    return true;
}

static const char *find_state(const struct crlites *crlites, int64_t as_of, int64_t now)
{
    if (crlites->n_unusable > 0)
        return "unusable";
    if (as_of == 0)
        return "absent";
    return now - as_of > REVOCATION_CRLITE_S ? "stale" : "fresh";
}

struct crlites_status crlites_status(const struct crlites *crlites, int64_t now)
{
    struct crlites_status status = {0};

    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++) {
        const struct crlite_set *set = crlites->sets[i];
        uint64_t next;
        int64_t as_of;

        if (!set)
            continue;
        as_of = (int64_t)(crlite_set_as_of(set, (uint64_t)now * 1000, &next) / 1000);
        status.n_filters += crlite_set_count(set);
        if (status.as_of == 0 || as_of < status.as_of)
            status.as_of = as_of;
    }
    status.state = find_state(crlites, status.as_of, now);
    return status;
}

void crlites_deinit(struct crlites *crlites)
{
    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++)
        crlite_set_unref(crlites->sets[i]);
    *crlites = (struct crlites){0};
}
