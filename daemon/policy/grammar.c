/* SPDX-License-Identifier: MIT */
#include "daemon/policy/grammar.h"

#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/policy/error.h"
#include "daemon/policy/schema.h"
#include "daemon/policy/text.h"

/*
 * libconfuse is used as a stream. One callback copies each value with its line as soon as it is
 * read. Another callback moves each section into the parsed_config when it is closed, and frees
 * libconfuse's copy. So libconfuse never compares a section with all those before it and never
 * replaces one silently. libconfuse passes no pointer of the caller to its callbacks. A hidden
 * option in every section holds the pointer to the grammar_reader. Its name begins with a control
 * character, so that no configuration can name it: policy_text_scrub refuses control characters.
 */

#define READER_OPTION "\001reader"

/*
 * The size of the text that lists the known keys in an error message; all keys of a domain section
 * fit.
 */
#define POLICY_KNOWN_BYTES 400

struct grammar_reader {
    struct parsed_config *config;
    struct parsed_section section; /* the section being read */
    struct policy_text_cursor cursor;
    unsigned end_line;
    const char *file;
    struct policy_error *error;
    int result; /* 0, or the first failure: 1 or -ENOMEM */
    bool whole; /* POLICY_TEXT_END was read outside of all sections, so the text is complete */
};

static struct grammar_reader *find_reader(cfg_t *cfg)
{
    cfg_opt_t *option = cfg_getopt(cfg, READER_OPTION);

    return (struct grammar_reader *)(void *)option->simple_value.number;
}

/*
 * Records the result unless an earlier failure is recorded. Returns -1, which makes libconfuse
 * stop.
 */
static int record_failure(struct grammar_reader *reader, int result)
{
    if (reader->result == 0)
        reader->result = result;
    return -1;
}

/*
 * Refuses the text; only the first refusal counts. policy_text_scrub appends a last line with
 * POLICY_TEXT_END to the text. A fault in that line means that a section is still open where the
 * text ends.
 */
__attribute__((format(printf, 3, 4))) static int refuse_line(struct grammar_reader *reader,
                                                             unsigned line, const char *format, ...)
{
    va_list arguments;

    if (reader->result != 0)
        return -1;
    if (line >= reader->end_line) {
        line = policy_text_next(&reader->cursor).line;
        policy_error_set(reader->error, reader->file, line,
                         "the text ends within the section that begins here: is a closing brace "
                         "missing, or was the file cut off?");
        return record_failure(reader, 1);
    }
    va_start(arguments, format);
    policy_error_set_va(reader->error, reader->file, line, format, arguments);
    va_end(arguments);
    return record_failure(reader, 1);
}

/* Finds the kind of section with this name. Returns 0, or -1 if no kind has it. */
static int find_kind(const char *name, enum policy_section_kind *kindp)
{
    for (size_t kind = 0; kind < POLICY_SECTION_KINDS_COUNT; kind++) {
        if (strcmp(policy_section_schemas[kind].name, name) == 0) {
            *kindp = (enum policy_section_kind)kind;
            return 0;
        }
    }
    return -1;
}

/* Lists the keys that the section may have as "a, b, c". */
static void list_options(cfg_t *cfg, char *text, size_t size)
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

/*
 * The callback for libconfuse's own errors. Turns libconfuse's message into one that says what to
 * write instead.
 */
__attribute__((format(printf, 2, 0))) static void take_fault(cfg_t *cfg, const char *format,
                                                             va_list arguments)
{
    struct grammar_reader *reader = find_reader(cfg);
    struct policy_excerpt excerpt;
    char text[256], known[POLICY_KNOWN_BYTES];

    if (vsnprintf(text, sizeof(text), format, arguments) < 0)
        text[0] = '\0';
    policy_excerpt_make(&excerpt, text);
    list_options(cfg, known, sizeof(known));
    if (strncmp(text, "no such option", strlen("no such option")) == 0)
        (void)refuse_line(reader, (unsigned)cfg->line, "%s: known here are %s", excerpt.text,
                          known);
    else if (strncmp(text, "missing opening brace", strlen("missing opening brace")) == 0)
        (void)refuse_line(reader, (unsigned)cfg->line,
                          "%s: it follows the title (defaults, limits, record and metrics have "
                          "none), as in domain \"bank.example\" { subdomains = all }",
                          excerpt.text);
    else
        (void)refuse_line(reader, (unsigned)cfg->line,
                          "%s: write it as in domain \"bank.example\" { subdomains = all }",
                          excerpt.text);
}

/*
 * Refuses a key that is given twice. libconfuse passes the values of a list one by one. If the
 * option holds its first value while the parsed entry has values already, a second list of the same
 * key has begun.
 */
static int check_twice(struct grammar_reader *reader, const cfg_opt_t *option,
                       const struct parsed_entry *entry, unsigned line)
{
    const char *name = option->name;

    if (!entry)
        return 0;
    if ((option->flags & CFGF_LIST) == 0)
        return refuse_line(reader, line,
                           "%s is given twice in this section, first in line %u: keep one", name,
                           entry->values[0].line);
    if (option->nvalues == 1)
        return refuse_line(reader, line,
                           "%s is given twice in this section: put all values into one list", name);
    if (entry->n_values == policy_key_schemas[entry->key].n_max)
        return refuse_line(reader, line, "%s has at most %zu values: take some out", name,
                           policy_key_schemas[entry->key].n_max);
    return 0;
}

/* The callback for each value, also for each value of a list. */
static int take_option(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    struct grammar_reader *reader = find_reader(cfg);
    unsigned line = (unsigned)cfg->line;
    const char **textp = result;
    enum policy_section_kind kind = POLICY_SECTION_DEFAULTS;
    enum policy_key key;
    int r;

    if (find_kind(cfg_name(cfg), &kind) != 0)
        return record_failure(reader, -EINVAL);
    key = policy_key_find(kind, option->name);
    if (key == POLICY_KEYS_COUNT)
        return record_failure(reader, -EINVAL);
    r = check_twice(reader, option, parsed_section_find(&reader->section, key), line);
    if (r == 0 && parsed_section_add(&reader->section, key, value, line) < 0)
        r = record_failure(reader, -ENOMEM);
    *textp = value;
    return r;
}

static int take_end(cfg_t *cfg, cfg_opt_t *option, const char *value, void *result)
{
    const char **textp = result;

    (void)option;
    find_reader(cfg)->whole = true;
    *textp = value;
    return 0;
}

/*
 * Refuses an empty list. libconfuse calls no callback for one, so the number of equal signs in the
 * section is compared with the number of keys that had a value. A pinset with one empty list is
 * accepted here, because pinset.c refuses it with a better message.
 */
static int check_empty(struct grammar_reader *reader, enum policy_section_kind kind,
                       size_t n_assigned)
{
    const struct parsed_section *section = &reader->section;
    bool is_only_list = kind == POLICY_SECTION_PINSET && section->n_entries == 0 && n_assigned == 1;

    if (n_assigned <= section->n_entries || is_only_list)
        return 0;
    return refuse_line(reader, section->line,
                       "a list in this section is empty, or a key is given twice: put all values "
                       "into one list, or take the empty one out");
}

static int check_count(struct grammar_reader *reader, enum policy_section_kind kind)
{
    const struct parsed_list *list = &reader->config->lists[kind];
    const struct policy_section_schema *known = &policy_section_schemas[kind];
    const struct parsed_section *first = list->sections;
    bool elsewhere;

    if (list->n_sections < known->n_max)
        return 0;
    if (known->n_max > 1)
        return refuse_line(reader, reader->section.line,
                           "more than %zu sections \"%s\": this version takes no more",
                           known->n_max, known->name);
    elsewhere = first->file != reader->file;
    return refuse_line(reader, reader->section.line,
                       "a second section \"%s\", after that in %s%sline %u: keep one", known->name,
                       elsewhere ? first->file : "", elsewhere ? ", " : "", first->line);
}

static int add_section(struct grammar_reader *reader, enum policy_section_kind kind,
                       size_t n_assigned)
{
    int r = check_empty(reader, kind, n_assigned);

    if (r == 0)
        r = check_count(reader, kind);
    if (r == 0 && parsed_config_add(reader->config, kind, &reader->section) < 0)
        r = record_failure(reader, -ENOMEM);
    return r;
}

/* The callback for the closing brace of a section. */
static int take_section(cfg_t *cfg, cfg_opt_t *option)
{
    struct grammar_reader *reader = find_reader(cfg);
    struct policy_text_section bounds = policy_text_next(&reader->cursor);
    const char *title = cfg_title(cfg_opt_getnsec(option, cfg_opt_size(option) - 1));
    enum policy_section_kind kind = POLICY_SECTION_DEFAULTS;
    int r;

    if (find_kind(option->name, &kind) != 0)
        return record_failure(reader, -EINVAL);
    reader->section.line = bounds.line;
    reader->section.file = reader->file;
    if (title) {
        reader->section.title = strdup(title);
        if (!reader->section.title)
            return record_failure(reader, -ENOMEM);
    }
    r = add_section(reader, kind, bounds.n_assigned);
    cfg_free_value(option);
    return r;
}

static int run_libconfuse(struct grammar_reader *reader, cfg_t *cfg, const char *text)
{
    int r;

    (void)cfg_set_error_function(cfg, take_fault);
    for (size_t kind = 0; kind < POLICY_SECTION_KINDS_COUNT; kind++)
        (void)cfg_set_validate_func(cfg, policy_section_schemas[kind].name, take_section);
    errno = 0;
    r = cfg_parse_buf(cfg, text);
    if (r != CFG_SUCCESS && reader->result == 0 && errno == ENOMEM)
        (void)record_failure(reader, -ENOMEM);
    if (r != CFG_SUCCESS)
        (void)refuse_line(reader, (unsigned)cfg->line,
                          "a key without a name: write one, or take it out");
    if (!reader->whole)
        (void)refuse_line(reader, reader->end_line, "%s", "");
    return reader->result;
}

/* Returns the hidden option from which find_reader gets the reader in libconfuse's callbacks. */
static cfg_opt_t make_hidden_option(struct grammar_reader *reader)
{
    return (cfg_opt_t)CFG_SIMPLE_INT(READER_OPTION, (long *)(void *)reader);
}

/*
 * Fills in libconfuse's options for all keys of a kind of section, in the order of the schema.
 * libconfuse copies the options.
 */
static void list_keys(struct grammar_reader *reader, enum policy_section_kind kind,
                      cfg_opt_t *options)
{
    size_t n = 0;

    for (unsigned i = 0; i < POLICY_KEYS_COUNT; i++) {
        const struct policy_key_schema *key = &policy_key_schemas[i];

        if (!policy_key_stands_in((enum policy_key)i, kind))
            continue;
        options[n++] = key->n_max > 0
                           ? (cfg_opt_t)CFG_STR_LIST_CB(key->name, NULL, CFGF_NODEFAULT,
                                                        take_option)
                           : (cfg_opt_t)CFG_STR_CB(key->name, NULL, CFGF_NODEFAULT, take_option);
    }
    options[n++] = make_hidden_option(reader);
    options[n] = (cfg_opt_t)CFG_END();
}

static int parse_text(struct grammar_reader *reader, const char *text)
{
    cfg_opt_t keys[POLICY_SECTION_KINDS_COUNT][POLICY_KEYS_COUNT + 2];
    cfg_opt_t root[POLICY_SECTION_KINDS_COUNT + 3];
    cfg_t *cfg;
    int r;

    for (unsigned i = 0; i < POLICY_SECTION_KINDS_COUNT; i++) {
        const struct policy_section_schema *kind = &policy_section_schemas[i];
        cfg_flag_t flags = kind->has_title ? CFGF_TITLE | CFGF_NO_TITLE_DUPES : CFGF_NONE;

        list_keys(reader, (enum policy_section_kind)i, keys[i]);
        root[i] = (cfg_opt_t)CFG_SEC(kind->name, keys[i], CFGF_MULTI | flags);
    }
    root[POLICY_SECTION_KINDS_COUNT] = (cfg_opt_t)CFG_STR_CB(POLICY_TEXT_END, NULL, CFGF_NODEFAULT,
                                                             take_end);
    root[POLICY_SECTION_KINDS_COUNT + 1] = make_hidden_option(reader);
    root[POLICY_SECTION_KINDS_COUNT + 2] = (cfg_opt_t)CFG_END();
    cfg = cfg_init(root, CFGF_NONE);
    if (!cfg)
        return -ENOMEM;
    r = run_libconfuse(reader, cfg, text);
    cfg_free(cfg);
    return r;
}

int policy_grammar_parse(struct parsed_config *config, const char *file, const char *raw,
                         size_t len, struct policy_error *error)
{
    struct grammar_reader reader = {.config = config, .file = file, .error = error};
    char *text = NULL;
    int r;

    r = policy_text_scrub(&text, &reader.end_line, file, raw, len, error);
    if (r != 0)
        return r;
    reader.cursor = (struct policy_text_cursor){.at = text, .line = 1};
    r = parse_text(&reader, text);
    parsed_section_deinit(&reader.section);
    free(text);
    return r;
}
