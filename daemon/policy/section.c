/* SPDX-License-Identifier: MIT */
#include "daemon/policy/section.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/error.h"

int policy_section_origin(const struct policy_check *check, const struct parsed_section *section,
                          enum policy_section_kind kind, struct policy_origin *origin)
{
    struct policy_memory *memory = &check->policy->memory;
    const char *name = policy_section_schemas[kind].name;
    const char *title = section->title ? section->title : "";
    size_t size = strlen(name) + strlen(title) + sizeof(" \"\"");
    char *text = policy_memory_alloc(memory, size, 1);

    if (!text)
        return -ENOMEM;
    if (!section->title)
        snprintf(text, size, "%s", name);
    else
        snprintf(text, size, "%s \"%s\"", name, title);
    *origin = (struct policy_origin){
        .section = text,
        .file = section->file,
        .line = section->line,
    };
    return 0;
}

/*
 * Returns the position of a file among the policy's files. A section's `file` points to the
 * policy's own copy of the name, so pointers are compared.
 */
static size_t find_file_order(const struct policy *policy, const char *file)
{
    size_t order = 0;

    while (order < policy->files.n_texts && policy->files.texts[order] != file)
        order++;
    return order;
}

static bool is_before(const struct policy *policy, const struct policy_origin *one,
                      const struct policy_origin *other)
{
    if (one->file == other->file)
        return one->line < other->line;
    return find_file_order(policy, one->file) < find_file_order(policy, other->file);
}

/*
 * Refuses the later one of two sections. `again` is the part of the message that says how it
 * conflicts with the earlier one, `advice` the part that says what to do.
 */
static int refuse_pair(const struct policy_check *check, const struct policy_origin *one,
                       const struct policy_origin *other, const char *again, const char *advice)
{
    bool in_order = is_before(check->policy, one, other);
    const struct policy_origin *first = in_order ? one : other;
    const struct policy_origin *origin = in_order ? other : one;
    bool elsewhere = origin->file != first->file;
    struct policy_excerpt excerpts[3];

    return policy_error_set(
        check->error, origin->file, origin->line, "%s %s in %s%sline %u, as %s: %s",
        policy_excerpt_make(&excerpts[0], origin->section), again,
        elsewhere ? policy_excerpt_make(&excerpts[2], first->file) : "", elsewhere ? ", " : "",
        first->line, policy_excerpt_make(&excerpts[1], first->section), advice);
}

int policy_section_refuse_duplicate(const struct policy_check *check,
                                    const struct policy_origin *one,
                                    const struct policy_origin *other)
{
    return refuse_pair(check, one, other, "is already defined", "make one section of both");
}

int policy_section_refuse_exemption(const struct policy_check *check,
                                    const struct policy_origin *one,
                                    const struct policy_origin *other)
{
    return refuse_pair(check, one, other, "names the same domain as a section",
                       "a name has a section of its own or is exempt, and either once: take it "
                       "out of one of them");
}

int policy_section_check_title(const struct policy_check *check,
                               const struct parsed_section *section, enum policy_section_kind kind)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789._-";
    struct policy_excerpt excerpt;
    size_t len = strlen(section->title);

    if (len > 0 && len <= POLICY_NAME_BYTES && strspn(section->title, letters) == len)
        return 0;
    return policy_error_set(check->error, section->file, section->line,
                            "%s \"%s\" has no valid name: use 1 to %u letters, digits, dots, "
                            "underscores and hyphens",
                            policy_section_schemas[kind].name,
                            policy_excerpt_make(&excerpt, section->title), POLICY_NAME_BYTES);
}
