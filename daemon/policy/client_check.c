/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "daemon/policy/account.h"
#include "daemon/policy/check.h"
#include "daemon/policy/error.h"

#define UNIDENTIFIED "unidentified"

static int section_refuse(const struct check *check, const struct draft_section *section,
                          const char *why)
{
    return policy_error_set(check->error, section->file, section->line, "client \"%s\": %s",
                            section->title, why);
}

/* A list of users or groups as it was written. */
static int accounts_take(const struct check *check, const struct draft_section *section,
                         enum draft_key key, struct policy_texts *textsp)
{
    const struct draft_entry *entry = draft_section_find(section, key);
    struct policy_memory *memory = &check->policy->memory;
    const char **texts;

    if (!entry)
        return 0;
    texts = policy_memory_take(memory, entry->n_values, sizeof(*texts));
    if (!texts)
        return -ENOMEM;
    for (size_t i = 0; i < entry->n_values; i++) {
        const struct draft_value *value = &entry->values[i];

        for (size_t j = 0; j < i; j++)
            if (strcmp(texts[j], value->text) == 0)
                return policy_value_refuse(check, section, key, value, "it is there twice");
        texts[i] = policy_memory_text(memory, value->text, strlen(value->text));
        if (!texts[i])
            return -ENOMEM;
    }
    *textsp = (struct policy_texts){.texts = texts, .n_texts = entry->n_values};
    return 0;
}

static int origin_check(const struct check *check, const struct draft_section *section,
                        const struct policy_origin *origin)
{
    const struct policy *policy = check->policy;

    for (size_t i = 0; i < policy->n_client_sections; i++)
        if (strcmp(policy->client_sections[i].name, section->title) == 0)
            return policy_duplicate_refuse(check, origin, &policy->client_sections[i].origin);
    if (policy->unidentified && strcmp(section->title, UNIDENTIFIED) == 0)
        return policy_duplicate_refuse(check, origin, &policy->unidentified->origin);
    return 0;
}

static int who_check(const struct check *check, const struct draft_section *section,
                     const struct policy_client_section *client)
{
    bool has_ids = client->uids.n_texts + client->gids.n_texts > 0;

    if (strcmp(client->name, UNIDENTIFIED) == 0)
        return has_ids ? section_refuse(check, section,
                                        "this is the section of those who have no uid here: take "
                                        "\"uid\" and \"gid\" out, or give it another name")
                       : 0;
    return has_ids ? 0
                   : section_refuse(check, section,
                                    "it is nobody's: give \"uid\" or \"gid\", users and groups by "
                                    "name or number");
}

static int client_read(const struct check *check, const struct draft_section *section,
                       struct policy_client_section *client)
{
    int r = policy_title_check(check, section, DRAFT_CLIENT);

    if (r != 0)
        return r;
    client->name = policy_memory_text(&check->policy->memory, section->title,
                                      strlen(section->title));
    if (!client->name)
        return -ENOMEM;
    r = policy_origin_make(check, section, DRAFT_CLIENT, &client->origin);
    if (r == 0)
        r = origin_check(check, section, &client->origin);
    if (r == 0)
        r = accounts_take(check, section, DRAFT_UID, &client->uids);
    if (r == 0)
        r = accounts_take(check, section, DRAFT_GID, &client->gids);
    if (r == 0)
        r = who_check(check, section, client);
    client->settings = check->policy->default_settings;
    return r == 0 ? policy_settings_read(check, section, false, &client->settings) : r;
}

static int client_check(const struct check *check, const struct draft_section *section)
{
    struct policy *policy = check->policy;
    struct policy_client_section client = {.name = NULL};
    struct policy_client_section *unidentified;
    int r = client_read(check, section, &client);

    if (r != 0)
        return r;
    if (strcmp(client.name, UNIDENTIFIED) != 0) {
        policy->client_sections[policy->n_client_sections++] = client;
        return 0;
    }
    unidentified = policy_memory_take(&policy->memory, 1, sizeof(*unidentified));
    if (!unidentified)
        return -ENOMEM;
    *unidentified = client;
    policy->unidentified = unidentified;
    return 0;
}

/* The draft still has the lines of the values, and the sections of both are in one order. */
static int ids_add(const struct check *check, const struct draft_section *section, size_t index,
                   bool is_group)
{
    enum draft_key key = is_group ? DRAFT_GID : DRAFT_UID;
    const struct draft_entry *entry = draft_section_find(section, key);
    struct policy *policy = check->policy;

    for (size_t i = 0; entry && i < entry->n_values; i++) {
        struct policy_client *line = &policy->clients[policy->n_clients];
        const char *fault = NULL;
        int r = policy_account_find(entry->values[i].text, is_group, &line->id, &fault);

        if (r < 0)
            return r;
        if (fault)
            return policy_value_refuse(check, section, key, &entry->values[i], fault);
        line->is_group = is_group;
        line->class_number = (uint32_t)index + 1;
        line->origin = &policy->client_sections[index].origin;
        policy->n_clients++;
    }
    return 0;
}

static int table_fill(const struct check *check, bool is_group)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_CLIENT];
    size_t index = 0;

    for (size_t i = 0; i < list->n_sections; i++) {
        const struct draft_section *section = &list->sections[i];
        int r;

        if (strcmp(section->title, UNIDENTIFIED) == 0)
            continue;
        r = ids_add(check, section, index++, is_group);
        if (r != 0)
            return r;
    }
    return 0;
}

static int table_make(const struct check *check)
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
    policy->clients = policy_memory_take(&policy->memory, n, sizeof(*policy->clients));
    if (!policy->clients)
        return -ENOMEM;
    r = table_fill(check, false);
    return r == 0 ? table_fill(check, true) : r;
}

int policy_clients_check(const struct check *check)
{
    const struct draft_list *list = &check->draft->lists[DRAFT_CLIENT];
    struct policy *policy = check->policy;
    int r = 0;

    policy->client_sections = policy_memory_take(&policy->memory, list->n_sections,
                                                 sizeof(*policy->client_sections));
    if (!policy->client_sections)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < list->n_sections; i++)
        r = client_check(check, &list->sections[i]);
    return r == 0 ? table_make(check) : r;
}
