/* SPDX-License-Identifier: MIT */
#include "daemon/policy/packed_config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "daemon/policy/check.h"
#include "daemon/policy/internal.h"
#include "daemon/policy/userdb.h"

/* --- writing --- */

static size_t find_file(const struct policy_texts *files, const char *file)
{
    size_t i = 0;

    while (i < files->n_texts && files->texts[i] != file)
        i++;
    return i;
}

static bool is_of_userdb(enum policy_key key)
{
    return key == POLICY_KEY_UID || key == POLICY_KEY_GID;
}

/* Writes the number of a user or group. If it cannot be looked up, writer->failed is set. */
static void write_id(struct packed_writer *writer, const struct parsed_value *value, bool is_group)
{
    const char *fault = NULL;
    uint32_t id = value->id;

    if (!value->has_id && policy_userdb_find(value->text, is_group, &id, &fault) < 0)
        writer->failed = true;
    writer->failed |= fault != NULL;
    packed_write_number(writer, id);
}

static void write_entry(struct packed_writer *writer, const struct parsed_entry *entry)
{
    packed_write_number(writer, entry->key);
    packed_write_number(writer, entry->n_values);
    for (size_t i = 0; i < entry->n_values; i++) {
        packed_write_number(writer, entry->values[i].line);
        packed_write_text(writer, entry->values[i].text);
        if (is_of_userdb(entry->key))
            write_id(writer, &entry->values[i], entry->key == POLICY_KEY_GID);
    }
}

static void write_section(struct packed_writer *writer, const struct parsed_section *section,
                          const struct policy_texts *files)
{
    packed_write_number(writer, find_file(files, section->file));
    packed_write_number(writer, section->line);
    packed_write_text(writer, section->title);
    packed_write_number(writer, section->n_entries);
    for (size_t i = 0; i < section->n_entries; i++)
        write_entry(writer, &section->entries[i]);
}

void packed_config_write(struct packed_writer *writer, const struct parsed_config *config,
                         const struct policy_texts *files)
{
    for (size_t kind = 0; kind < POLICY_SECTION_KINDS_COUNT; kind++) {
        const struct parsed_list *list = &config->lists[kind];

        packed_write_number(writer, list->n_sections);
        for (size_t i = 0; i < list->n_sections; i++)
            write_section(writer, &list->sections[i], files);
    }
}

/* --- reading --- */

/*
 * Reads a text and checks what the grammar promises: UTF-8 without control characters. Returns NULL
 * for any other text, and the reader has failed.
 */
static char *read_text(struct packed_reader *reader)
{
    char *text = packed_read_text(reader, POLICY_VALUE_BYTES);

    if (!text)
        return NULL;
    reader->failed |= !utf8_is_valid((const uint8_t *)text, strlen(text));
    for (const char *c = text; *c; c++)
        reader->failed |= (unsigned char)*c < 0x20 || *c == 0x7f;
    return text;
}

static int read_value(struct packed_reader *reader, struct parsed_section *section,
                      enum policy_key key)
{
    unsigned line = (unsigned)packed_read_number(reader, UINT_MAX);
    char *text = read_text(reader);
    uint32_t id = is_of_userdb(key) ? (uint32_t)packed_read_number(reader, UINT32_MAX) : 0;
    int r = -EBADMSG;

    if (!reader->failed)
        r = parsed_section_add(section, key, text, line);
    if (!r && is_of_userdb(key))
        parsed_section_set_id(section, key, id);
    free(text);
    return r;
}

static int read_entry(struct packed_reader *reader, struct parsed_section *section,
                      enum policy_section_kind kind)
{
    enum policy_key key = (enum policy_key)packed_read_number(reader, POLICY_KEYS_COUNT - 1);
    size_t n_max = policy_key_schemas[key].n_max ? policy_key_schemas[key].n_max : 1;
    size_t n = (size_t)packed_read_number(reader, n_max);
    int r = 0;

    if (reader->failed || n == 0 || !policy_key_stands_in(key, kind) ||
        parsed_section_find(section, key))
        return -EBADMSG;
    for (size_t i = 0; !r && i < n; i++)
        r = read_value(reader, section, key);
    return r;
}

/* Reads the title. It has to be empty for a kind of section that has no titles. */
static int read_title(struct packed_reader *reader, struct parsed_section *section,
                      enum policy_section_kind kind)
{
    char *title = read_text(reader);

    if (reader->failed || (!policy_section_schemas[kind].has_title && title[0] != '\0')) {
        free(title);
        return -EBADMSG;
    }
    if (policy_section_schemas[kind].has_title)
        section->title = title;
    else
        free(title);
    return 0;
}

static int read_section(struct packed_reader *reader, struct parsed_section *section,
                        enum policy_section_kind kind, const struct policy_texts *files)
{
    size_t file = (size_t)packed_read_number(reader, files->n_texts ? files->n_texts - 1 : 0);
    size_t n;
    int r;

    section->line = (unsigned)packed_read_number(reader, UINT_MAX);
    if (reader->failed || files->n_texts == 0)
        return -EBADMSG;
    section->file = files->texts[file];
    r = read_title(reader, section, kind);
    if (r)
        return r;
    n = (size_t)packed_read_number(reader, POLICY_KEYS_COUNT);
    for (size_t i = 0; !r && i < n; i++)
        r = read_entry(reader, section, kind);
    return reader->failed ? -EBADMSG : r;
}

static int read_list(struct packed_reader *reader, struct parsed_config *config,
                     enum policy_section_kind kind, const struct policy_texts *files)
{
    size_t n = (size_t)packed_read_number(reader, policy_section_schemas[kind].n_max);
    int r = reader->failed ? -EBADMSG : 0;

    for (size_t i = 0; !r && i < n; i++) {
        struct parsed_section section = {0};

        r = read_section(reader, &section, kind, files);
        if (!r)
            r = parsed_config_add(config, kind, &section);
        parsed_section_deinit(&section);
    }
    return r;
}

int packed_config_read(struct packed_reader *reader, struct parsed_config *config,
                       const struct policy_texts *files)
{
    int r = 0;

    for (unsigned kind = 0; !r && kind < POLICY_SECTION_KINDS_COUNT; kind++)
        r = read_list(reader, config, (enum policy_section_kind)kind, files);
    return r;
}

/* --- a whole policy --- */

void policy_pack(const struct policy *policy, struct packed_writer *writer)
{
    packed_write_number(writer, policy->files.n_texts);
    for (size_t i = 0; i < policy->files.n_texts; i++)
        packed_write_text(writer, policy->files.texts[i]);
    packed_config_write(writer, &policy->config, &policy->files);
}

static int read_files(struct packed_reader *reader, struct policy *policy)
{
    size_t n = (size_t)packed_read_number(reader, POLICY_DROP_INS_COUNT + 1);
    const char *file;
    int r = reader->failed ? -EBADMSG : 0;

    for (size_t i = 0; !r && i < n; i++) {
        char *name = packed_read_text(reader, PATH_MAX);

        r = name ? policy_add_file(policy, name, &file) : -EBADMSG;
        free(name);
    }
    return r;
}

static int read_policy(struct packed_reader *reader, struct policy *policy,
                       const struct suffix_list *suffixes, struct policy_error *error)
{
    int r = read_files(reader, policy);

    if (!r)
        r = packed_config_read(reader, &policy->config, &policy->files);
    return r ? r : policy_check_config(policy, &policy->config, suffixes, error);
}

int policy_unpack(struct policy **policyp, struct packed_reader *reader,
                  const struct suffix_list *suffixes, struct policy_error *error)
{
    struct policy *policy = NULL;
    int r = policy_new(&policy);

    if (!r)
        r = read_policy(reader, policy, suffixes, error);
    if (!r && policy->files.n_texts == 0) {
        policy_free(policy);
        return policy_builtin(policyp);
    }
    if (r) {
        policy_free(policy);
        return r;
    }
    *policyp = policy;
    return 0;
}
