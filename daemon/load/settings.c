/* SPDX-License-Identifier: MIT */

/* What the front has to know of a generation: the policy's limits and clients, in its own form. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/ipc/note.h"
#include "daemon/load/epoch.h"

_Static_assert(POLICY_CLASS_NONE == CLIENT_CLASS_NONE &&
                   POLICY_CLASS_UNIDENTIFIED == CLIENT_CLASS_UNIDENTIFIED,
               "the policy and the front call the clients' classes by the same numbers");
_Static_assert(POLICY_ID_UNIDENTIFIED == SETTINGS_OVERFLOW_UID,
               "who cannot be identified is the same to both");
_Static_assert(sizeof(((struct settings *)NULL)->digest) == X509_SHA256_BYTES, "a whole digest");

static struct settings_record get_record(const struct policy *policy)
{
    const struct policy_record *record = policy_record(policy);

    if (!record->file)
        return (struct settings_record){0};
    return (struct settings_record){.one_in = record->sample, .max_bytes = record->max_bytes};
}

static int set_clients(struct settings *settings, const struct policy *policy,
                       struct policy_error *error)
{
    const struct policy_client *clients = policy_clients(policy, &settings->n_clients);

    if (settings->n_clients > SETTINGS_CLIENTS_COUNT) {
        load_error_set(error, 1,
                       "the sections client name %zu users and groups, and there may be %d: "
                       "name groups instead of their members",
                       settings->n_clients, SETTINGS_CLIENTS_COUNT);
        settings->n_clients = 0;
        return 1;
    }
    for (size_t i = 0; i < settings->n_clients; i++)
        settings->clients[i] = (struct settings_client){
            .id = clients[i].id,
            .is_group = clients[i].is_group,
            .client_class = clients[i].class_number,
        };
    return 0;
}

int epoch_settings(const struct epoch *epoch, struct settings *settings, struct policy_error *error)
{
    const struct verify_context *context = epoch_context(epoch);
    const struct epoch_number number = epoch_number(epoch);

    memset(settings, 0, sizeof(*settings));
    settings->epoch = number.epoch;
    settings->generation = number.generation;
    memcpy(settings->digest, context->digest, sizeof(settings->digest));
    settings->limits = *policy_limits(context->policy);
    settings->record = get_record(context->policy);
    return set_clients(settings, context->policy, error);
}

int epoch_check_settings(const struct epoch *epoch, struct policy_error *error)
{
    struct settings *settings = malloc(sizeof(*settings));
    int r = settings ? epoch_settings(epoch, settings, error)
                     : load_error_set(error, -ENOMEM, "cannot be loaded: %s", strerror(ENOMEM));

    free(settings);
    return r;
}

size_t epoch_n_workers(const struct epoch *epoch)
{
    return (size_t)policy_limits(epoch_context(epoch)->policy)->workers;
}
