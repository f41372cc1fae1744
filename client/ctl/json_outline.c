/* SPDX-License-Identifier: MIT */
#include "client/ctl/json_outline.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/text.h"
#include "client/ctl/unit.h"

/* Values nested deeper than this are printed as JSON. */
#define DEPTH_MAX 4
/*
 * The columns by which each level is indented, and the least number of columns that a label takes.
 */
#define INDENT_COLUMNS 2
#define LABEL_COLUMNS  24
/* A list of pairs that reaches this column continues on the next line. */
#define LINE_COLUMNS 100

/*
 * The keys that are printed first, in this order. The other keys follow in the order of the object.
 */
static const char *const first_keys[] = {
    "version", "generation", "epoch",   "digest", "loaded-at",  "files-in-force", "reload-refused",
    "config",  "files",      "remarks", "facts",  "supervisor", "requests",       "outcomes",
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

/*
 * Returns whether all values of an object or array are scalars, so that it can be printed as "key
 * value" pairs.
 */
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

static int print_scalar(FILE *out, const json_t *value, enum unit unit)
{
    char *text;
    int r;

    if (unit_print(out, unit, value))
        return 0;
    if (json_is_boolean(value)) {
        (void)fputs(json_is_true(value) ? "yes" : "no", out);
        return 0;
    }
    if (json_is_null(value)) {
        (void)fputs("none", out);
        return 0;
    }
    if (json_is_string(value) && json_string_length(value) == 0)
        return fputs("\"\"", out) < 0 ? -ENOMEM : 0;
    if (json_is_string(value))
        return text_print(out, "", json_string_value(value), "");
    text = json_dumps(value,
                      JSON_ENCODE_ANY | JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(6));
    r = text ? 0 : -ENOMEM;
    (void)fputs(text ? text : "", out);
    free(text);
    return r;
}

static int print_list(FILE *out, const json_t *list, enum unit unit)
{
    json_t *item;
    size_t i;
    int r = 0;

    if (json_array_size(list) == 0)
        (void)fputs("none", out);
    json_array_foreach(list, i, item)
    {
        (void)fputs(i > 0 ? ", " : "", out);
        r = print_scalar(out, item, unit);
        if (r)
            break;
    }
    return r;
}

/* Returns "key value", which the caller frees; NULL if memory ran out. */
static char *join_pair(const char *key, const json_t *value, enum unit unit)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    int r;

    if (!out)
        return NULL;
    r = text_print(out, "", *key ? key : "\"\"", " ");
    if (!r)
        r = print_scalar(out, value, unit_of_key(key, unit));
    if (fclose(out) == 0 && !r)
        return text;
    free(text);
    return NULL;
}

/*
 * Prints the pairs of an object one after the other. A pair that does not fit is printed on a new
 * line, below the first pair.
 */
static int print_pairs(FILE *out, json_t *object, size_t column, enum unit unit)
{
    size_t at = column;
    const char *key;
    json_t *item;

    if (json_object_size(object) == 0)
        (void)fputs("none", out);
    json_object_foreach(object, key, item)
    {
        char *pair = join_pair(key, item, unit);

        if (!pair)
            return -ENOMEM;
        if (at > column && at + strlen(pair) + 2 > LINE_COLUMNS) {
            (void)fprintf(out, ",\n%*s", (int)column, "");
            at = column;
        }
        (void)fprintf(out, "%s%s", at > column ? ", " : "", pair);
        at += strlen(pair) + 2;
        free(pair);
    }
    return 0;
}

static int print_flat(FILE *out, const json_t *value, size_t column, enum unit unit)
{
    if (!is_flat(value))
        return print_scalar(out, value, unit);
    if (json_is_array(value))
        return print_list(out, value, unit);
    if (json_is_object(value))
        return print_pairs(out, (json_t *)(uintptr_t)value, column, unit);
    return print_scalar(out, value, unit);
}

/* --- on several lines --- */

static int print_object(FILE *out, json_t *object, int depth, enum unit unit);

static int print_items(FILE *out, const json_t *list, int depth, enum unit unit)
{
    json_t *item;
    size_t i;
    int r = 0;

    (void)fputc('\n', out);
    json_array_foreach(list, i, item)
    {
        (void)fprintf(out, "%*s- ", depth * INDENT_COLUMNS, "");
        r = print_flat(out, item, (size_t)(depth + 1) * INDENT_COLUMNS, unit);
        (void)fputc('\n', out);
        if (r)
            break;
    }
    return r;
}

/* Prints the value that belongs to a label, which has been printed and is `n` columns wide. */
static int print_value(FILE *out, json_t *value, int depth, int n, enum unit unit)
{
    int column = n < LABEL_COLUMNS ? LABEL_COLUMNS : n;
    int r;

    if (json_is_object(value) && !is_flat(value) && depth < DEPTH_MAX) {
        (void)fputc('\n', out);
        return print_object(out, value, depth + 1, unit);
    }
    if (json_is_array(value) && !is_flat(value) && depth < DEPTH_MAX)
        return print_items(out, value, depth + 1, unit);
    (void)fprintf(out, "%*s", column - n + 1, "");
    r = print_flat(out, value, (size_t)column + 1, unit);
    (void)fputc('\n', out);
    return r;
}

static int print_entry(FILE *out, const char *key, json_t *value, int depth, enum unit unit)
{
    char *label = text_escape(key, strlen(key));
    int n;

    if (!label)
        return -ENOMEM;
    n = fprintf(out, "%*s%s", depth * INDENT_COLUMNS, "", label);
    free(label);
    return print_value(out, value, depth, n, unit_of_key(key, unit));
}

static int print_object(FILE *out, json_t *object, int depth, enum unit unit)
{
    const char *key;
    json_t *value;
    int r = 0;

    for (size_t i = 0; !r && i < N_FIRST_KEYS; i++) {
        value = json_object_get(object, first_keys[i]);
        if (value)
            r = print_entry(out, first_keys[i], value, depth, unit);
    }
    json_object_foreach(object, key, value)
    {
        if (r)
            break;
        if (!is_first(key))
            r = print_entry(out, key, value, depth, unit);
    }
    return r;
}

int json_outline_print(FILE *out, const json_t *object)
{
    return print_object(out, (json_t *)(uintptr_t)object, 0, UNIT_NONE);
}
