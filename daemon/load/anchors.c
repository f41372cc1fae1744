/* SPDX-License-Identifier: MIT */
#include "daemon/load/anchors.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/load/material_path.h"
#include "daemon/verify/chain.h"
#include "daemon/x509/parse/path_limits.h"

/* --- limits of a trust section on its anchors --- */

/* Returns an allocated array of views of the texts, or NULL if memory ran out. */
static struct bytes *copy_texts(const struct policy_texts *texts)
{
    struct bytes *copies = calloc(texts->n_texts ? texts->n_texts : 1, sizeof(*copies));

    for (size_t i = 0; copies && i < texts->n_texts; i++)
        copies[i] = (struct bytes){
            .data = (const uint8_t *)texts->texts[i],
            .len = strlen(texts->texts[i]),
        };
    return copies;
}

/* Returns an allocated array of the networks, or NULL if memory ran out. */
static struct constraints_net *copy_networks(const struct policy_networks *networks)
{
    struct constraints_net *nets = calloc(networks->n_networks ? networks->n_networks : 1,
                                          sizeof(*nets));

    for (size_t i = 0; nets && i < networks->n_networks; i++) {
        const struct policy_network *network = &networks->networks[i];

        nets[i].n_bytes = (unsigned)network->address_len;
        nets[i].prefix_bits = network->n_bits;
        memcpy(nets[i].address, network->address, network->address_len);
    }
    return nets;
}

static enum store_end_entities translate_end_entities(enum policy_end_entities end_entities)
{
    switch (end_entities) {
    case POLICY_END_ENTITIES_YES:
        return STORE_END_ENTITIES_YES;
    case POLICY_END_ENTITIES_ONLY:
        return STORE_END_ENTITIES_ONLY;
    default:
        return STORE_END_ENTITIES_NO;
    }
}

static int limit_store(struct store *store, const struct policy_trust *trust)
{
    struct bytes *permitted = copy_texts(&trust->permitted_dns);
    struct bytes *excluded = copy_texts(&trust->excluded_dns);
    struct constraints_net *permitted_nets = copy_networks(&trust->permitted_ip);
    struct constraints_net *excluded_nets = copy_networks(&trust->excluded_ip);
    struct store_limits limits = {
        .names = {.permitted_dns = permitted,
                  .n_permitted_dns = trust->permitted_dns.n_texts,
                  .excluded_dns = excluded,
                  .n_excluded_dns = trust->excluded_dns.n_texts,
                  .permitted_ip = permitted_nets,
                  .n_permitted_ip = trust->permitted_ip.n_networks,
                  .excluded_ip = excluded_nets,
                  .n_excluded_ip = trust->excluded_ip.n_networks},
        .distrusted = trust->distrust_from != POLICY_TIME_MAX,
        .distrust_after = trust->distrust_from - 1,
        .max_lifetime_days = trust->max_lifetime_days,
        .has_web_lifetime = trust->has_web_lifetime,
        .end_entities = translate_end_entities(trust->end_entities),
        .profile = trust->has_certificates ? chain_profile(trust->certificates) : 0,
    };
    int r = permitted && excluded && permitted_nets && excluded_nets
                ? store_set_limits(store, &limits)
                : -ENOMEM;

    free(permitted);
    free(excluded);
    free(permitted_nets);
    free(excluded_nets);
    return r;
}

/* --- stores --- */

/* Appends a sentence to the warning, cut to the room that is left. */
__attribute__((format(printf, 2, 3))) static void warn(struct anchors *anchors, const char *format,
                                                       ...)
{
    size_t len = strlen(anchors->warning), size = sizeof(anchors->warning);
    va_list arguments;

    if (len > 0)
        snprintf(anchors->warning + len, size - len, "; ");
    len = strlen(anchors->warning);
    va_start(arguments, format);
    vsnprintf(anchors->warning + len, size - len, format, arguments);
    va_end(arguments);
}

static int load_paths(struct anchors *anchors, struct store *store,
                      const struct policy_trust *trust, const struct policy_texts *paths,
                      struct policy_error *error)
{
    struct store_error what = {0};
    int r = 0;

    for (size_t i = 0; !r && i < paths->n_texts; i++) {
        r = material_path_check(trust, paths->texts[i], error);
        if (r)
            return r;
        r = store_load(store, paths->texts[i], &what);
        if (!r && what.text[0] != '\0')
            warn(anchors, "in trust \"%s\" a block was passed over: %s", trust->name, what.text);
    }
    return material_path_refuse(error, trust, r, what.text);
}

static int load_system(struct anchors *anchors, struct store *store)
{
    const char *path = store_find_system();
    struct policy_error unsafe = {0};
    struct store_error what = {0};
    int r = path ? policy_material_check(path, &unsafe) : 0;

    if (r > 0)
        snprintf(what.text, sizeof(what.text), "%.150s: %.350s", unsafe.file, unsafe.message);
    else if (r == 0)
        r = store_load_system(store, path, &what);
    if (r == 0 && store_n_left_out(store) > 0)
        warn(anchors, "%zu of the system's trust store left out, the first: %s",
             store_n_left_out(store), what.text);
    if (r == 0 || r == -ENOMEM)
        return r;
    warn(anchors, "the system has no trust store: %s: paths that need it are refused", what.text);
    return 0;
}

static int load_store(struct anchors *anchors, size_t index, const struct policy_trust *trust,
                      struct policy_error *error)
{
    bool named = trust->files.n_texts > 0 || trust->directories.n_texts > 0;
    struct store *store = NULL;
    int r = store_new(&store, trust->name, true);

    if (r)
        return r;
    anchors->stores[index] = store;
    if (trust->is_system && !named)
        r = load_system(anchors, store);
    else
        r = load_paths(anchors, store, trust, &trust->files, error);
    if (!r)
        r = load_paths(anchors, store, trust, &trust->directories, error);
    if (!r && named && store_n_anchors(store) == 0)
        r = material_path_refuse(error, trust, 1, "it holds no trust anchor");
    return r ? r : limit_store(store, trust);
}

struct anchors *anchors_unref(struct anchors *anchors)
{
    if (!anchors)
        return NULL;
    assert(anchors->n_references > 0);
    if (--anchors->n_references > 0)
        return NULL;
    for (size_t i = 0; i < POLICY_TRUSTS_COUNT; i++)
        store_free(anchors->stores[i]);
    free(anchors);
    return NULL;
}

struct anchors *anchors_ref(struct anchors *anchors)
{
    assert(anchors->n_references > 0);
    anchors->n_references++;
    return anchors;
}

int anchors_load(struct anchors **anchorsp, const struct policy *policy, struct policy_error *error)
{
    struct anchors *anchors = calloc(1, sizeof(*anchors));
    const struct policy_trust *trusts;
    size_t n = 0;
    int r = 0;

    if (!anchors)
        return -ENOMEM;
    anchors->n_references = 1;
    trusts = policy_trusts(policy, &n);
    for (size_t i = 0; !r && i < n; i++)
        r = load_store(anchors, i, &trusts[i], error);
    if (r) {
        anchors_unref(anchors);
        return r;
    }
    *anchorsp = anchors;
    return 0;
}

/* --- packing --- */

static void pack_store(const struct store *store, struct packed_writer *writer)
{
    const struct anchor *const *anchors = store_anchors(store);
    size_t n = store_n_anchors(store);

    packed_write_number(writer, store_n_left_out(store));
    packed_write_number(writer, n);
    for (size_t i = 0; i < n; i++)
        packed_write_bytes(writer, anchors[i]->outline.der.data, anchors[i]->outline.der.len);
}

void anchors_pack(const struct anchors *anchors, const struct policy *policy,
                  struct packed_writer *writer)
{
    size_t n = 0;

    (void)policy_trusts(policy, &n);
    packed_write_number(writer, n);
    for (size_t i = 0; i < n; i++)
        pack_store(anchors->stores[i], writer);
    packed_write_text(writer, anchors->warning);
}

static int unpack_anchor(struct store *store, struct packed_reader *reader)
{
    struct bytes der = packed_read_bytes(reader, PATH_CERTIFICATE_BYTES);
    int fault = 0;
    int r = reader->failed ? -EBADMSG : store_add(store, der.data, der.len, &fault);

    return r > 0 ? -EBADMSG : r;
}

static int unpack_store(struct store **storep, const struct policy_trust *trust,
                        struct packed_reader *reader)
{
    size_t n_left_out = (size_t)packed_read_number(reader, STORE_FILE_BYTES);
    size_t n = (size_t)packed_read_number(reader, STORE_ANCHORS_COUNT);
    int r = store_new(storep, trust->name, true);

    for (size_t i = 0; !r && !reader->failed && i < n_left_out; i++)
        store_leave_out(*storep);
    for (size_t i = 0; !r && i < n; i++)
        r = unpack_anchor(*storep, reader);
    if (!r && (reader->failed || store_n_anchors(*storep) != n))
        r = -EBADMSG;
    return r ? r : limit_store(*storep, trust);
}

static int unpack_stores(struct anchors *anchors, const struct policy *policy,
                         struct packed_reader *reader)
{
    size_t n = 0;
    const struct policy_trust *trusts = policy_trusts(policy, &n);
    char *warning;
    int r = packed_read_number(reader, POLICY_TRUSTS_COUNT) == n ? 0 : -EBADMSG;

    for (size_t i = 0; !r && i < n; i++)
        r = unpack_store(&anchors->stores[i], &trusts[i], reader);
    if (r)
        return r;
    warning = packed_read_text(reader, sizeof(anchors->warning) - 1);
    if (!warning)
        return -EBADMSG;
    snprintf(anchors->warning, sizeof(anchors->warning), "%s", warning);
    free(warning);
    return 0;
}

int anchors_unpack(struct anchors **anchorsp, const struct policy *policy,
                   struct packed_reader *reader)
{
    struct anchors *anchors = calloc(1, sizeof(*anchors));
    int r;

    if (!anchors)
        return -ENOMEM;
    anchors->n_references = 1;
    r = unpack_stores(anchors, policy, reader);
    if (r) {
        anchors_unref(anchors);
        return r;
    }
    *anchorsp = anchors;
    return 0;
}
