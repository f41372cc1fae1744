/* SPDX-License-Identifier: MIT */
#include "client/ctl/report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/text.h"

/* What lies deeper is shown as the JSON that it is. */
#define DEPTH_MAX    4
#define INDENT_COUNT 2
#define LABEL_COUNT  18
/* Of pairs that stand beside their label; longer ones have a line each. */
#define PAIRS_COUNT_MAX 80

/* In this order, then the others in theirs. */
static const char *const first_keys[] = {
    "version", "generation", "epoch",    "digest", "loaded-at",  "files-in-force", "reload-refused",
    "config",  "files",      "warnings", "facts",  "supervisor", "requests",       "outcomes",
};

#define N_FIRST_KEYS (sizeof(first_keys) / sizeof(first_keys[0]))

static bool is_first(const char *key)
{
    for (size_t i = 0; i < N_FIRST_KEYS; i++) {
        if (strcmp(first_keys[i], key) == 0)
            return true;
    }
    return false;
}

static bool is_scalar(const json_t *value)
{
    return !json_is_object(value) && !json_is_array(value);
}

/* Nothing in it that would need lines of its own. */
static bool is_flat(const json_t *value)
{
    const char *key;
    json_t *item;
    size_t i;

    json_array_foreach(value, i, item)
    {
        if (!is_scalar(item))
            return false;
    }
    json_object_foreach((json_t *)(uintptr_t)value, key, item)
    {
        if (!is_scalar(item))
            return false;
    }
    return true;
}

/* --- on one line --- */

static int print_scalar(FILE *out, const json_t *value)
{
    char *text;
    int r;

    if (json_is_boolean(value)) {
        (void)fputs(json_is_true(value) ? "yes" : "no", out);
        return 0;
    }
    if (json_is_null(value)) {
        (void)fputs("none", out);
        return 0;
    }
    if (json_is_string(value))
        return text_print(out, "", json_string_value(value), "");
    text = json_dumps(value,
                      JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6));
    r = text ? 0 : -ENOMEM;
    (void)fputs(text ? text : "", out);
    free(text);
    return r;
}

static int print_list(FILE *out, const json_t *list)
{
    json_t *item;
    size_t i;
    int r = 0;

    if (json_array_size(list) == 0)
        (void)fputs("none", out);
    json_array_foreach(list, i, item)
    {
        (void)fputs(i > 0 ? ", " : "", out);
        r = print_scalar(out, item);
        if (r)
            break;
    }
    return r;
}

static int print_pairs(FILE *out, json_t *object)
{
    const char *between = "";
    const char *key;
    json_t *item;
    int r = 0;

    json_object_foreach(object, key, item)
    {
        r = text_print(out, between, key, " ");
        if (!r)
            r = print_scalar(out, item);
        if (r)
            break;
        between = ", ";
    }
    return r;
}

static int print_flat(FILE *out, const json_t *value)
{
    if (!is_flat(value))
        return print_scalar(out, value);
    if (json_is_array(value))
        return print_list(out, value);
    if (json_is_object(value))
        return print_pairs(out, (json_t *)(uintptr_t)value);
    return print_scalar(out, value);
}

/* --- on lines of their own --- */

static int print_object(FILE *out, json_t *object, int depth);

static int print_items(FILE *out, const json_t *list, int depth)
{
    json_t *item;
    size_t i;
    int r = 0;

    (void)fputc('\n', out);
    json_array_foreach(list, i, item)
    {
        (void)fprintf(out, "%*s- ", depth * INDENT_COUNT, "");
        r = print_flat(out, item);
        (void)fputc('\n', out);
        if (r)
            break;
    }
    return r;
}

/* The pairs of a flat object, if they are short: *textp is the caller's, or NULL. 0 or -ENOMEM. */
static int join_pairs(json_t *object, char **textp)
{
    size_t len = 0;
    FILE *out;
    int r;

    *textp = NULL;
    if (!json_is_object(object) || !is_flat(object))
        return 0;
    out = open_memstream(textp, &len);
    if (!out)
        return -ENOMEM;
    r = json_object_size(object) > 0 ? print_pairs(out, object) : fputs("none", out) < 0;
    if (fclose(out) != 0 || r || len > PAIRS_COUNT_MAX) {
        free(*textp);
        *textp = NULL;
    }
    return r ? -ENOMEM : 0;
}

/* What follows the label; `padding` comes before what stands on the same line. */
static int print_value(FILE *out, json_t *value, int depth, int padding)
{
    char *pairs;
    int r = join_pairs(value, &pairs);

    if (r)
        return r;
    if (!pairs && json_is_object(value) && depth < DEPTH_MAX) {
        (void)fputc('\n', out);
        return print_object(out, value, depth + 1);
    }
    if (json_is_array(value) && !is_flat(value) && depth < DEPTH_MAX)
        return print_items(out, value, depth + 1);
    (void)fprintf(out, "%*s", padding, "");
    if (pairs)
        (void)fputs(pairs, out);
    else
        r = print_flat(out, value);
    (void)fputc('\n', out);
    free(pairs);
    return r;
}

static int print_entry(FILE *out, const char *key, json_t *value, int depth)
{
    char *label = text_escape(key, strlen(key));
    int n;

    if (!label)
        return -ENOMEM;
    n = fprintf(out, "%*s%s", depth * INDENT_COUNT, "", label);
    free(label);
    return print_value(out, value, depth, n < LABEL_COUNT ? LABEL_COUNT - n + 1 : 1);
}

static int print_object(FILE *out, json_t *object, int depth)
{
    const char *key;
    json_t *value;
    int r = 0;

    for (size_t i = 0; !r && i < N_FIRST_KEYS; i++) {
        value = json_object_get(object, first_keys[i]);
        if (value)
            r = print_entry(out, first_keys[i], value, depth);
    }
    json_object_foreach(object, key, value)
    {
        if (r)
            break;
        if (!is_first(key))
            r = print_entry(out, key, value, depth);
    }
    return r;
}

int report_print(FILE *out, const json_t *object)
{
    return print_object(out, (json_t *)(uintptr_t)object, 0);
}

const json_t *report_find(const json_t *object, const char *key)
{
    const json_t *found = json_object_get(object, key);
    const char *name;
    json_t *inner;

    if (found)
        return found;
    json_object_foreach((json_t *)(uintptr_t)object, name, inner)
    {
        found = json_object_get(inner, key);
        if (found)
            return found;
    }
    return NULL;
}
