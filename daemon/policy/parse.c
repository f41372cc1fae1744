/* SPDX-License-Identifier: MIT */
#include "daemon/policy/parse.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/text.h"

/*
 * libconfuse is used as a stream: a callback takes every value as it is read, with its line, and
 * another takes every section as it is closed and drops libconfuse's copy. So no section is ever
 * compared with all those before it, nothing is silently replaced, and only a draft is left.
 *
 * libconfuse hands its callbacks no pointer of ours. A hidden option in every section holds it; its
 * name begins with a control character, which no scrubbed text has.
 */

#define READER_OPTION "\001reader"

struct reader {
    struct draft *draft;
    struct draft_section section; /* the one being read */
    struct policy_text_cursor cursor;
    unsigned end_line;
    const char *file;
    struct policy_error *error;
    int result; /* 0, or 1 or -ENOMEM after the first failure */
    bool whole; /* the end option was read where it belongs */
};

static const struct {
    const char *name;
    size_t n_max;
} kinds[DRAFT_KINDS] = {
    [DRAFT_DEFAULTS] = {"defaults", 1},
    [DRAFT_PINSET] = {"pinset", POLICY_SECTIONS_COUNT},
    [DRAFT_DOMAIN] = {"domain", POLICY_SECTIONS_COUNT},
};

static const char *const keys[DRAFT_KEYS] = {
    [DRAFT_RULES] = "rules",
    [DRAFT_COMMON_NAME] = "common-name",
    [DRAFT_WILDCARDS] = "wildcards",
    [DRAFT_PUBLIC_SUFFIX_WILDCARDS] = "public-suffix-wildcards",
    [DRAFT_RULES_REPORT] = "rules-report",
    [DRAFT_SUBDOMAINS] = "subdomains",
    [DRAFT_PINSET_NAME] = "pinset",
};

static struct reader *reader_of(cfg_t *cfg)
{
    cfg_opt_t *option = cfg_getopt(cfg, READER_OPTION);

    return (struct reader *)(void *)option->simple_value.number;
}

/* Always -1, libconfuse's word for failure. */
static int reader_fail(struct reader *reader, int result)
{
    if (reader->result == 0)
        reader->result = result;
    return -1;
}

/* Keeps the first fault. One that stands on the line of the end option is the text's end itself. */
__attribute__((format(printf, 3, 4))) static int reader_refuse(struct reader *reader, unsigned line,
                                                               const char *format, ...)
{
    va_list arguments;

    if (reader->result != 0)
        return -1;
    if (line >= reader->end_line) {
        line = policy_text_next(&reader->cursor).line;
        policy_error_set(reader->error, reader->file, line,
                         "the text ends within the section that begins here: is a closing brace "
                         "missing, or was the file cut off?");
        return reader_fail(reader, 1);
    }
    va_start(arguments, format);
    policy_error_set_va(reader->error, reader->file, line, format, arguments);
    va_end(arguments);
    return reader_fail(reader, 1);
}

/* "a, b, c": what stands in a section instead of what was read. */
static void options_list(cfg_t *cfg, char *text, size_t size)
{
    size_t len = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < cfg_num(cfg) && len < size; i++) {
        const char *name = cfg_opt_name(cfg_getnopt(cfg, i));
        int n = 0;

        if ((unsigned char)name[0] > ' ')
            n = snprintf(text + len, size - len, "%s%s", len == 0 ? "" : ", ", name);
        len += n > 0 ? (size_t)n : 0;
    }
}

/* libconfuse's faults of grammar. */
__attribute__((format(printf, 2, 0))) static void fault_take(cfg_t *cfg, const char *format,
                                                             va_list arguments)
{
    struct reader *reader = reader_of(cfg);
    struct policy_excerpt excerpt;
    char text[256], known[256];

    if (vsnprintf(text, sizeof(text), format, arguments) < 0)
        text[0] = '\0';
    policy_excerpt_make(&excerpt, text);
    options_list(cfg, known, sizeof(known));
    if (strncmp(text, "no such option", strlen("no such option")) == 0)
        (void)reader_refuse(reader, (unsigned)cfg->line, "%s: known here are %s", excerpt.text,
                            known);
    else
        (void)reader_refuse(reader, (unsigned)cfg->line,
                            "%s: write it as in domain \"bank.example\" { subdomains = all }",
                            excerpt.text);
}

static int pin_take(struct reader *reader, cfg_opt_t *option, const char *value, unsigned line)
{
    struct draft_section *section = &reader->section;

    if (cfg_opt_size(option) == 1 && section->n_pins > 0)
        return reader_refuse(reader, line,
                             "%s is given twice in this section: put all pins into "
                             "one list",
                             cfg_opt_name(option));
    if (section->n_pins == POLICY_PINS_COUNT)
        return reader_refuse(reader, line, "a pinset has at most %u pins: take some out",
                             POLICY_PINS_COUNT);
    if (draft_section_add_pin(section, value, line) < 0)
        return reader_fail(reader, -ENOMEM);
    return 0;
}

static int value_take(struct reader *reader, const char *name, const char *value, unsigned line)
{
    struct draft_value *slot;
    size_t key = 0;

    while (key < DRAFT_KEYS && strcmp(keys[key], name) != 0)
        key++;
    if (key == DRAFT_KEYS)
        return reader_fail(reader, -EINVAL);
    slot = &reader->section.values[key];
    if (slot->text != NULL)
        return reader_refuse(reader, line,
                             "%s is given twice in this section, first in line %u: keep one", name,
                             slot->line);
    slot->text = strdup(value);
    slot->line = line;
    return slot->text == NULL ? reader_fail(reader, -ENOMEM) : 0;
}

/* Called for each value, and for each one of a list. */
static int option_take(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    struct reader *reader = reader_of(cfg);
    unsigned line = (unsigned)cfg->line;
    const char **textp = result;
    int r;

    if ((option->flags & CFGF_LIST) != 0)
        r = pin_take(reader, option, value, line);
    else
        r = value_take(reader, cfg_opt_name(option), value, line);
    *textp = value;
    return r;
}

static int end_take(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    const char **textp = result;

    (void)option;
    reader_of(cfg)->whole = true;
    *textp = value;
    return 0;
}

static int section_add(struct reader *reader, enum draft_kind kind, size_t n_assigned)
{
    const struct draft_list *list = &reader->draft->lists[kind];
    unsigned line = reader->section.line;

    /* an empty list reaches no callback */
    if (kind == DRAFT_PINSET && n_assigned > 1)
        return reader_refuse(reader, line,
                             "a key is given twice in this section: put all pins "
                             "into one list");
    if (kind == DRAFT_DEFAULTS && list->n_sections > 0)
        return reader_refuse(reader, line,
                             "a second section \"defaults\", after that in line %u: keep one",
                             list->sections[0].line);
    if (list->n_sections == kinds[kind].n_max)
        return reader_refuse(reader, line,
                             "more than %zu sections \"%s\": this version takes no "
                             "more",
                             kinds[kind].n_max, kinds[kind].name);
    if (draft_add(reader->draft, kind, &reader->section) < 0)
        return reader_fail(reader, -ENOMEM);
    return 0;
}

/* Called at the closing brace of each section. */
static int section_take(cfg_t *cfg, cfg_opt_t *option)
{
    struct reader *reader = reader_of(cfg);
    struct policy_text_section bounds = policy_text_next(&reader->cursor);
    const char *title = cfg_title(cfg_opt_getnsec(option, cfg_opt_size(option) - 1));
    size_t kind = 0;
    int r;

    while (kind < DRAFT_KINDS && strcmp(kinds[kind].name, cfg_opt_name(option)) != 0)
        kind++;
    if (kind == DRAFT_KINDS)
        return reader_fail(reader, -EINVAL);
    reader->section.line = bounds.line;
    if (title != NULL) {
        reader->section.title = strdup(title);
        if (reader->section.title == NULL)
            return reader_fail(reader, -ENOMEM);
    }
    r = section_add(reader, (enum draft_kind)kind, bounds.n_assigned);
    cfg_free_value(option);
    return r;
}

static int reader_run(struct reader *reader, cfg_t *cfg, const char *text)
{
    int r;

    (void)cfg_set_error_function(cfg, fault_take);
    for (size_t kind = 0; kind < DRAFT_KINDS; kind++)
        (void)cfg_set_validate_func(cfg, kinds[kind].name, section_take);
    errno = 0;
    r = cfg_parse_buf(cfg, text);
    if (r != CFG_SUCCESS && reader->result == 0 && errno == ENOMEM)
        (void)reader_fail(reader, -ENOMEM);
    if (r != CFG_SUCCESS)
        (void)reader_refuse(reader, (unsigned)cfg->line,
                            "a key without a name: write one, or take it out");
    if (!reader->whole)
        (void)reader_refuse(reader, reader->end_line, "%s", "");
    return reader->result;
}

static int reader_parse(struct reader *reader, const char *text)
{
#define KEY(name)      CFG_STR_CB(name, NULL, CFGF_NODEFAULT, option_take)
#define KEY_LIST(name) CFG_STR_LIST_CB(name, NULL, CFGF_NODEFAULT, option_take)
#define READER         CFG_SIMPLE_INT(READER_OPTION, (long *)(void *)reader)
#define RULE_KEYS                                                                                  \
    KEY("rules"), KEY("common-name"), KEY("wildcards"), KEY("public-suffix-wildcards"),            \
        KEY("rules-report")
    cfg_opt_t defaults[] = {RULE_KEYS, READER, CFG_END()};
    cfg_opt_t pinset[] = {KEY_LIST("spki-sha256"), READER, CFG_END()};
    cfg_opt_t domain[] = {KEY("subdomains"), RULE_KEYS, KEY("pinset"), READER, CFG_END()};
    cfg_opt_t root[] = {
        CFG_SEC("defaults", defaults, CFGF_MULTI),
        CFG_SEC("pinset", pinset, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
        CFG_SEC("domain", domain, CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
        CFG_STR_CB(POLICY_TEXT_END, NULL, CFGF_NODEFAULT, end_take),
        READER,
        CFG_END(),
    };
#undef KEY
#undef KEY_LIST
#undef READER
#undef RULE_KEYS
    cfg_t *cfg = cfg_init(root, CFGF_NONE);
    int r;

    if (cfg == NULL)
        return -ENOMEM;
    r = reader_run(reader, cfg, text);
    cfg_free(cfg);
    return r;
}

int draft_parse(struct draft *draft, const char *file, const char *raw, size_t len,
                struct policy_error *error)
{
    struct reader reader = {.draft = draft, .file = file, .error = error};
    char *text = NULL;
    int r;

    r = policy_text_scrub(&text, &reader.end_line, file, raw, len, error);
    if (r != 0)
        return r;
    reader.cursor = (struct policy_text_cursor){.at = text, .line = 1};
    r = reader_parse(&reader, text);
    draft_section_deinit(&reader.section);
    free(text);
    return r;
}
