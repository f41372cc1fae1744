/* SPDX-License-Identifier: MIT */
#include "daemon/load/front_settings.h"

#include <assert.h>
#include <stdio.h>

#include "daemon/ipc/note.h"
#include "daemon/load/load_error.h"
#include "daemon/verify/context.h"

_Static_assert(POLICY_CLASS_NONE == CLIENT_CLASS_NONE &&
                   POLICY_CLASS_UNIDENTIFIED == CLIENT_CLASS_UNIDENTIFIED,
               "the policy and the front call the clients' classes by the same numbers");
_Static_assert(POLICY_ID_UNIDENTIFIED == SETTINGS_OVERFLOW_UID,
               "the policy and the front give unidentifiable clients the same uid");

static struct settings_record make_record(const struct policy *policy)
{
    const struct policy_record *record = policy_record(policy);

    if (!record->file)
        return (struct settings_record){0};
    return (struct settings_record){.one_in = record->sample, .max_bytes = record->max_bytes};
}

static void set_clients(struct settings *settings, const struct policy *policy)
{
    const struct policy_client *clients = policy_clients(policy, &settings->n_clients);

    assert(settings->n_clients <= SETTINGS_CLIENTS_COUNT);
    for (size_t i = 0; i < settings->n_clients; i++)
        settings->clients[i] = (struct settings_client){
            .id = clients[i].id,
            .is_group = clients[i].is_group,
            .client_class = clients[i].class_number,
        };
}

static void set_sockets(struct settings *settings, const struct policy *policy)
{
    const struct policy_client_socket *sockets = policy_client_sockets(policy,
                                                                       &settings->n_sockets);

    assert(settings->n_sockets <= LIMIT_NAMED_SOCKETS_COUNT);
    for (size_t i = 0; i < settings->n_sockets; i++) {
        settings->sockets[i].client_class = sockets[i].class_number;
        snprintf(settings->sockets[i].name, sizeof(settings->sockets[i].name), "%s",
                 sockets[i].name);
    }
}

int front_settings_check(const struct policy *policy, struct policy_error *error)
{
    size_t n = 0;

    (void)policy_clients(policy, &n);
    if (n <= SETTINGS_CLIENTS_COUNT)
        return 0;
    return load_error_set(error, 1,
                          "the sections client name %zu users and groups, and there may be %d: "
                          "name groups instead of their members",
                          n, SETTINGS_CLIENTS_COUNT);
}

void front_settings_fill(struct settings *settings, const struct policy *policy)
{
    settings->limits = *policy_limits(policy);
    settings->record = make_record(policy);
    set_clients(settings, policy);
    set_sockets(settings, policy);
}
