/* SPDX-License-Identifier: MIT */
#include "daemon/policy/listen.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/limits.h"
#include "daemon/policy/error.h"
#include "daemon/policy/section.h"
#include "daemon/policy/sections.h"
#include "daemon/policy/values.h"

/* The mode of a socket without the key `mode`: only the daemon's own user and root may connect. */
#define MODE_DEFAULT 0600u

static bool ends_in(const char *name, const char *end)
{
    size_t len = strlen(name), n_end = strlen(end);

    return len >= n_end && strcmp(name + len - n_end, end) == 0;
}

const char *policy_listen_name_fault(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789_.-";
    static const char *const own[] = {"certnamed", "certnamed-admin", "certnamed-metrics",
                                      "unknown"};
    size_t len = strlen(name);

    if (len == 0 || len >= LIMIT_SOCKET_NAME_BYTES || strspn(name, letters) != len)
        return "the name of a socket has 1 to 31 letters, digits, dots, underscores and hyphens";
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        if (strcmp(name, own[i]) == 0)
            return "the daemon's own sockets have this name: give another one";
    }
    return ends_in(name, ".socket") ? "a name that ends in .socket is one of a unit: give the "
                                      "socket a name with FileDescriptorName="
                                    : NULL;
}

static int read_name(const struct policy_check *check, const struct parsed_section *section,
                     struct policy_listen *listen)
{
    const char *fault = policy_listen_name_fault(section->title);
    struct policy_excerpt excerpt;

    if (fault)
        return policy_error_set(check->error, section->file, section->line, "listen \"%s\": %s",
                                policy_excerpt_make(&excerpt, section->title), fault);
    listen->name = policy_memory_copy_text(&check->policy->memory, section->title,
                                           strlen(section->title));
    return listen->name ? 0 : -ENOMEM;
}

static bool is_octal(const char *text)
{
    size_t len = strlen(text);

    return (len == 3 || (len == 4 && text[0] == '0')) && strspn(text, "01234567") == len;
}

static int read_mode(const struct policy_check *check, const struct parsed_section *section,
                     unsigned *modep)
{
    const struct parsed_value *value = parsed_section_value(section, POLICY_KEY_LISTEN_MODE);

    *modep = MODE_DEFAULT;
    if (!value)
        return 0;
    if (!is_octal(value->text))
        return policy_values_refuse(check, section, POLICY_KEY_LISTEN_MODE, value,
                                    "the permissions of a socket are octal digits, as in 0660");
    *modep = 0;
    for (const char *at = value->text; *at; at++)
        *modep = *modep * 8 + (unsigned)(*at - '0');
    return 0;
}

static int check_duplicates(const struct policy_check *check, const struct parsed_section *section,
                            const struct policy_listen *listen)
{
    const struct policy *policy = check->policy;

    for (size_t i = 0; i < policy->n_listens; i++) {
        if (strcmp(policy->listens[i].name, listen->name) == 0)
            return policy_section_refuse_duplicate(check, &listen->origin,
                                                   &policy->listens[i].origin);
        if (strcmp(policy->listens[i].path, listen->path) == 0)
            return policy_values_refuse(
                check, section, POLICY_KEY_LISTEN_PATH,
                parsed_section_value(section, POLICY_KEY_LISTEN_PATH),
                "another section listens there already: give each socket a path of its own");
    }
    return 0;
}

static int check_listen(const struct policy_check *check, const struct parsed_section *section)
{
    struct policy_listen listen = {.name = NULL};
    int r = read_name(check, section, &listen);

    if (r == 0)
        r = policy_section_origin(check, section, POLICY_SECTION_LISTEN, &listen.origin);
    if (r == 0)
        r = policy_values_read_socket_path(check, section, POLICY_SECTION_LISTEN,
                                           POLICY_KEY_LISTEN_PATH, &listen.path);
    if (r == 0)
        r = read_mode(check, section, &listen.mode);
    if (r == 0)
        r = check_duplicates(check, section, &listen);
    if (r == 0)
        check->policy->listens[check->policy->n_listens++] = listen;
    return r;
}

/*
 * Orders sockets by name. Their order in the configuration has no meaning, so that policies that
 * differ only in it are printed alike.
 */
static int compare_names(const void *a, const void *b)
{
    const struct policy_listen *one = a;
    const struct policy_listen *other = b;

    return strcmp(one->name, other->name);
}

int policy_listens_check(const struct policy_check *check)
{
    const struct parsed_list *list = &check->config->lists[POLICY_SECTION_LISTEN];
    struct policy *policy = check->policy;
    int r = 0;

    policy->listens = policy_memory_alloc(&policy->memory, list->n_sections,
                                          sizeof(*policy->listens));
    if (!policy->listens)
        return -ENOMEM;
    for (size_t i = 0; r == 0 && i < list->n_sections; i++)
        r = check_listen(check, &list->sections[i]);
    if (policy->n_listens > 1)
        qsort(policy->listens, policy->n_listens, sizeof(*policy->listens), compare_names);
    return r;
}
