/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/listen.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/settings_read.h"
#include "daemon/policy/userdb.h"
#include "daemon/policy/values.h"

#define UNIDENTIFIED "unidentified"

static int refuse_section(const struct policy_check *check, const struct parsed_section *section,
                          const char *why)
{
    return policy_error_set(check->error, section->file, section->line, "client \"%s\": %s",
                            section->title, why);
}

/* Copies a list of users, groups or sockets as it was written; the names are looked up later, by
 * add_ids and add_sockets. */
static int read_texts(const struct policy_check *check, const struct parsed_section *section,
                      enum policy_key key, struct policy_texts *textsp)
{
    const struct parsed_entry *entry = parsed_section_find(section, key);
    struct policy_memory *memory = &check->policy->memory;
    const char **texts;

    if (!entry)
        return 0;
    texts = policy_memory_alloc(memory, entry->n_values, sizeof(*texts));
    if (!texts)
        return -ENOMEM;
    for (size_t i = 0; i < entry->n_values; i++) {
        const struct parsed_value *value = &entry->values[i];

        for (size_t j = 0; j < i; j++)
            if (strcmp(texts[j], value->text) == 0)
                return policy_values_refuse(check, section, key, value, "it occurs twice");
        texts[i] = policy_memory_copy_text(memory, value->text, strlen(value->text));
        if (!texts[i])
            return -ENOMEM;
    }
    *textsp = (struct policy_texts){.texts = texts, .n_texts = entry->n_values};
    return 0;
}

static int check_duplicates(const struct policy_check *check, const struct parsed_section *section,
                            const struct policy_origin *origin)
{
    const struct policy *policy = check->policy;

    for (size_t i = 0; i < policy->n_client_sections; i++)
        if (strcmp(policy->client_sections[i].name, section->title) == 0)
            return policy_section_refuse_duplicate(check, origin,
                                                   &policy->client_sections[i].origin);
    if (policy->unidentified && strcmp(section->title, UNIDENTIFIED) == 0)
        return policy_section_refuse_duplicate(check, origin, &policy->unidentified->origin);
    return 0;
}

static int check_who(const struct policy_check *check, const struct parsed_section *section,
                     const struct policy_client_section *client)
{
    bool is_of_somebody = client->uids.n_texts + client->gids.n_texts + client->sockets.n_texts > 0;

    if (strcmp(client->name, UNIDENTIFIED) == 0)
        return is_of_somebody
                   ? refuse_section(check, section,
                                    "this is the section of those who have no uid here: take "
                                    "\"uid\", \"gid\" and \"socket\" out, or give it another name")
                   : 0;
    return is_of_somebody
               ? 0
               : refuse_section(
                     check, section,
                     "no client belongs to it: give \"uid\" or \"gid\", users and groups by "
                     "name or number, or \"socket\", sockets by name");
}

static int read_client(const struct policy_check *check, const struct parsed_section *section,
                       struct policy_client_section *client)
{
    int r = policy_section_check_title(check, section, POLICY_SECTION_CLIENT);

    if (r != 0)
        return r;
    client->name = policy_memory_copy_text(&check->policy->memory, section->title,
                                           strlen(section->title));
    if (!client->name)
        return -ENOMEM;
    r = policy_section_origin(check, section, POLICY_SECTION_CLIENT, &client->origin);
    if (r == 0)
        r = check_duplicates(check, section, &client->origin);
    if (r == 0)
        r = read_texts(check, section, POLICY_KEY_UID, &client->uids);
    if (r == 0)
        r = read_texts(check, section, POLICY_KEY_GID, &client->gids);
    if (r == 0)
        r = read_texts(check, section, POLICY_KEY_CLIENT_SOCKET, &client->sockets);
    if (r == 0)
        r = check_who(check, section, client);
    client->settings = check->policy->default_settings;
    return r == 0 ? policy_settings_read(check, section, false, &client->settings) : r;
}

static int check_client(const struct policy_check *check, const struct parsed_section *section)
{
    struct policy *policy = check->policy;
    struct policy_client_section client = {.name = NULL};
    struct policy_client_section *unidentified;
    int r = read_client(check, section, &client);

    if (r != 0)
        return r;
    if (strcmp(client.name, UNIDENTIFIED) != 0) {
        policy->client_sections[policy->n_client_sections++] = client;
        return 0;
    }
    unidentified = policy_memory_alloc(&policy->memory, 1, sizeof(*unidentified));
    if (!unidentified)
        return -ENOMEM;
    *unidentified = client;
    policy->unidentified = unidentified;
    return 0;
}

/* Returns what policy_userdb_find returns. A value that was looked up before is not looked up. */
static int find_id(const struct parsed_value *value, bool is_group, uint32_t *idp,
                   const char **faultp)
{
    if (!value->has_id)
        return policy_userdb_find(value->text, is_group, idp, faultp);
    *idp = value->id;
    *faultp = NULL;
    return 0;
}

/*
 * Adds the uids or gids of client section number `index` to the table of classes. They are read
 * from the parsed section, whose values have line numbers for errors. policy->client_sections has
 * the same order as the parsed sections.
 */
static int add_ids(const struct policy_check *check, const struct parsed_section *section,
                   size_t index, bool is_group)
{
    enum policy_key key = is_group ? POLICY_KEY_GID : POLICY_KEY_UID;
    const struct parsed_entry *entry = parsed_section_find(section, key);
    struct policy *policy = check->policy;

    for (size_t i = 0; entry && i < entry->n_values; i++) {
        struct policy_client *line = &policy->clients[policy->n_clients];
        const char *fault = NULL;
        int r = find_id(&entry->values[i], is_group, &line->id, &fault);

        if (r < 0)
            return r;
        if (!fault && line->id == POLICY_ID_UNIDENTIFIED)
            fault = "this is what the kernel shows for everybody whom it cannot name here: use "
                    "client \"unidentified\"";
        if (fault)
            return policy_values_refuse(check, section, key, &entry->values[i], fault);
        line->is_group = is_group;
        line->class_number = (uint32_t)index + 1;
        line->origin = &policy->client_sections[index].origin;
        policy->n_clients++;
    }
    return 0;
}

static int fill_client_ids(const struct policy_check *check, bool is_group)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_CLIENT];
    size_t index = 0;

    for (size_t i = 0; i < list->n_sections; i++) {
        const struct parsed_section *section = &list->sections[i];
        int r;

        if (strcmp(section->title, UNIDENTIFIED) == 0)
            continue;
        r = add_ids(check, section, index++, is_group);
        if (r != 0)
            return r;
    }
    return 0;
}

/* --- sockets --- */

static void mark_listen(struct policy *policy, const char *name)
{
    for (size_t i = 0; i < policy->n_listens; i++) {
        if (strcmp(policy->listens[i].name, name) == 0)
            policy->listens[i].is_named = true;
    }
}

static const char *find_socket_fault(const struct policy *policy, const char *name)
{
    const char *fault = policy_listen_name_fault(name);

    for (size_t i = 0; !fault && i < policy->n_client_sockets; i++) {
        if (strcmp(policy->client_sockets[i].name, name) == 0)
            fault = "another section is for the clients of this socket already: keep one";
    }
    if (!fault && policy->n_client_sockets == LIMIT_NAMED_SOCKETS_COUNT)
        fault = "there are sections for more sockets than the daemon takes: it takes 8";
    return fault;
}

/* Adds the sockets that section number `index` names to the policy's table of client sockets. */
static int add_sockets(const struct policy_check *check, const struct parsed_section *section,
                       size_t index)
{
    const struct parsed_entry *entry = parsed_section_find(section, POLICY_KEY_CLIENT_SOCKET);
    struct policy *policy = check->policy;
    const struct policy_client_section *client = &policy->client_sections[index];

    for (size_t i = 0; entry && i < entry->n_values; i++) {
        const char *name = client->sockets.texts[i];
        const char *fault = find_socket_fault(policy, name);

        if (fault)
            return policy_values_refuse(check, section, POLICY_KEY_CLIENT_SOCKET, &entry->values[i],
                                        fault);
        mark_listen(policy, name);
        policy->client_sockets[policy->n_client_sockets++] = (struct policy_client_socket){
            .name = name,
            .class_number = (uint32_t)index + 1,
            .origin = &client->origin,
        };
    }
    return 0;
}

static int fill_client_sockets(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_CLIENT];
    size_t index = 0;
    int r = 0;

    for (size_t i = 0; r == 0 && i < list->n_sections; i++) {
        if (strcmp(list->sections[i].title, UNIDENTIFIED) != 0)
            r = add_sockets(check, &list->sections[i], index++);
    }
    return r;
}

/* --- all clients --- */

static int make_table(const struct policy_check *check)
{
    struct policy *policy = check->policy;
    size_t n = 0;
    int r;

    for (size_t i = 0; i < policy->n_client_sections; i++)
        n += policy->client_sections[i].uids.n_texts + policy->client_sections[i].gids.n_texts;
    if (n > POLICY_CLIENT_IDS_COUNT)
        return policy_error_set(
            check->error, policy->client_sections[0].origin.file, 0,
            "more than %u users and groups in sections \"client\": this version "
            "takes no more",
            POLICY_CLIENT_IDS_COUNT);
    policy->clients = policy_memory_alloc(&policy->memory, n, sizeof(*policy->clients));
    if (!policy->clients)
        return -ENOMEM;
    r = fill_client_ids(check, false);
    if (r == 0)
        r = fill_client_ids(check, true);
    return r == 0 ? fill_client_sockets(check) : r;
}

int policy_clients_check(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_CLIENT];
    struct policy *policy = check->policy;
    int r = 0;

    policy->client_sections = policy_memory_alloc(&policy->memory, list->n_sections,
                                                  sizeof(*policy->client_sections));
    if (!policy->client_sections)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < list->n_sections; i++)
        r = check_client(check, &list->sections[i]);
    return r == 0 ? make_table(check) : r;
}
