/* SPDX-License-Identifier: MIT */
/*
 * Anything that is not understood makes a line no question: a key that this program does not know
 * may stand for a stricter one. An empty list is not taken for an absent one either: whoever wrote
 * "no trust anchors" did not mean "the usual ones".
 */
#include "client/ctl/request.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/ctl/base64.h"
#include "client/ctl/material.h"
#include "client/ctl/moment.h"

/* A line that is being read. */
struct reading {
    struct certname_question *question;
    struct request_error *error;
    const char *path_key; /* a key that is there and says something of paths alone */
    bool path;
    bool no_identity;
    bool has_reference;
    bool has_certificates;
};

struct key;

/* 1 if the value is taken; 0, and the error says why not; -ENOMEM. */
typedef int (*read_fn)(struct reading *reading, const struct key *key, const json_t *value);

struct key {
    const char *name;
    read_fn read;
    int kind; /* enum certname_reference or enum material_kind */
    bool needs_path;
};

__attribute__((format(printf, 3, 4))) static int
refuse_as(struct request_error *error, const char *code, const char *format, ...)
{
    va_list arguments;

    error->code = code;
    va_start(arguments, format);
    if (vsnprintf(error->text, sizeof(error->text), format, arguments) < 0)
        error->text[0] = '\0';
    va_end(arguments);
    return 0;
}

#define refuse(reading, ...) refuse_as((reading)->error, "invalid-request", __VA_ARGS__)

/* --- lists --- */

typedef int (*item_fn)(struct reading *reading, const struct key *key, const char *text,
                       size_t len);

static int read_item(struct reading *reading, const struct key *key, const json_t *item,
                     item_fn take)
{
    if (!json_is_string(item))
        return refuse(reading, "`%s` holds something that is not a string", key->name);
    return take(reading, key, json_string_value(item), json_string_length(item));
}

static int read_list(struct reading *reading, const struct key *key, const json_t *value,
                     item_fn take)
{
    int r = 1;

    if (json_array_size(value) == 0)
        return refuse(reading, "`%s` is an empty list: leave it out if there are none", key->name);
    for (size_t i = 0; r == 1 && i < json_array_size(value); i++)
        r = read_item(reading, key, json_array_get(value, i), take);
    return r;
}

/* --- references --- */

static int take_reference(struct reading *reading, const struct key *key, const char *text,
                          size_t len)
{
    int r = certname_question_add_reference(reading->question, (enum certname_reference)key->kind,
                                            text, len);

    reading->has_reference = true;
    if (r == CERTNAME_ERR_MEMORY)
        return -ENOMEM;
    return r ? refuse_as(reading->error, "invalid-reference", "%s",
                         material_reference_error(r, len))
             : 1;
}

static int read_reference(struct reading *reading, const struct key *key, const json_t *value)
{
    if (json_is_string(value))
        return read_item(reading, key, value, take_reference);
    if (json_is_array(value))
        return read_list(reading, key, value, take_reference);
    return refuse(reading, "`%s` is neither a string nor a list of strings", key->name);
}

/* --- what is in base64 --- */

static int take_material(struct reading *reading, const struct key *key, const char *text,
                         size_t len)
{
    enum material_kind kind = (enum material_kind)key->kind;
    uint8_t *der;
    size_t n_der;
    int r = base64_decode(text, len, &der, &n_der);

    if (r < 0)
        return r;
    if (r)
        return refuse(reading,
                      "`%s`: the %s is not in base64 (standard alphabet, padded, no spaces)",
                      key->name, material_name(kind));
    r = material_add(reading->question, kind, der, n_der);
    free(der);
    if (r == CERTNAME_ERR_MEMORY)
        return -ENOMEM;
    return r ? refuse_as(reading->error, "too-large", "%s", material_error(kind, r)) : 1;
}

static int read_materials(struct reading *reading, const struct key *key, const json_t *value)
{
    if (!json_is_array(value))
        return refuse(reading, "`%s` is not a list of strings in base64", key->name);
    reading->has_certificates = reading->has_certificates || key->kind == MATERIAL_CERTIFICATE;
    return read_list(reading, key, value, take_material);
}

static int read_material(struct reading *reading, const struct key *key, const json_t *value)
{
    if (!json_is_string(value))
        return refuse(reading, "`%s` is not a string in base64", key->name);
    return read_item(reading, key, value, take_material);
}

/* --- the rest --- */

static int read_identity(struct reading *reading, const struct key *key, const json_t *value)
{
    if (!json_is_boolean(value))
        return refuse(reading, "`%s` is neither true nor false", key->name);
    reading->no_identity = json_is_false(value);
    return 1;
}

static int read_path(struct reading *reading, const struct key *key, const json_t *value)
{
    if (!json_is_boolean(value))
        return refuse(reading, "`%s` is neither true nor false", key->name);
    reading->path = json_is_true(value);
    if (reading->path)
        (void)certname_question_require_path(reading->question);
    return 1;
}

static int read_explain(struct reading *reading, const struct key *key, const json_t *value)
{
    if (!json_is_boolean(value))
        return refuse(reading, "`%s` is neither true nor false", key->name);
    if (json_is_true(value))
        (void)certname_question_explain(reading->question);
    return 1;
}

static int read_purpose(struct reading *reading, const struct key *key, const json_t *value)
{
    const char *purpose = json_is_string(value) ? json_string_value(value) : "";

    if (strcmp(purpose, "server") == 0)
        (void)certname_question_set_purpose(reading->question, CERTNAME_PURPOSE_SERVER);
    else if (strcmp(purpose, "client") == 0)
        (void)certname_question_set_purpose(reading->question, CERTNAME_PURPOSE_CLIENT);
    else
        return refuse(reading, "`%s` is neither \"server\" nor \"client\"", key->name);
    return 1;
}

static int read_time(struct reading *reading, const struct key *key, const json_t *value)
{
    int64_t seconds;

    if (!json_is_string(value) ||
        !moment_parse(json_string_value(value), json_string_length(value), &seconds))
        return refuse(reading, "`%s` is not a string as in \"2026-06-30T12:00:00Z\" (RFC 3339)",
                      key->name);
    (void)certname_question_set_time(reading->question, seconds);
    return 1;
}

static int read_max_depth(struct reading *reading, const struct key *key, const json_t *value)
{
    json_int_t depth = json_is_integer(value) ? json_integer_value(value) : -1;

    if (depth < 0 || depth > UINT32_MAX)
        return refuse(reading, "`%s` is not a number of intermediates, 0 or more", key->name);
    (void)certname_question_set_max_depth(reading->question, (unsigned)depth);
    return 1;
}

static int read_id(struct reading *reading, const struct key *key, const json_t *value)
{
    (void)reading;
    (void)key;
    (void)value;
    return 1;
}

/* --- the line --- */

static const struct key keys[] = {
    {"id", read_id, 0, false},
    {"host", read_reference, CERTNAME_HOST, false},
    {"email", read_reference, CERTNAME_EMAIL, false},
    {"uri", read_reference, CERTNAME_URI, false},
    {"spiffe", read_reference, CERTNAME_SPIFFE, false},
    {"srv", read_reference, CERTNAME_SRV, false},
    {"identity", read_identity, 0, false},
    {"certificates", read_materials, MATERIAL_CERTIFICATE, false},
    {"path", read_path, 0, false},
    {"purpose", read_purpose, 0, false},
    {"explain", read_explain, 0, false},
    {"time", read_time, 0, true},
    {"anchors", read_materials, MATERIAL_ANCHOR, true},
    {"crls", read_materials, MATERIAL_CRL, true},
    {"ocsp", read_material, MATERIAL_OCSP, true},
    {"max_depth", read_max_depth, 0, true},
};

static int read_key(struct reading *reading, const char *name, size_t len, const json_t *value)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strlen(keys[i].name) != len || memcmp(keys[i].name, name, len) != 0)
            continue;
        if (keys[i].needs_path)
            reading->path_key = keys[i].name;
        return keys[i].read(reading, &keys[i], value);
    }
    return refuse(reading,
                  "unknown key `%.64s`: known are id, host, email, uri, spiffe, srv, identity, "
                  "certificates, path, purpose, explain, time, anchors, crls, ocsp, max_depth",
                  name);
}

/* What no key says by itself. */
static int check_whole(struct reading *reading)
{
    if (reading->no_identity && reading->has_reference)
        return refuse(reading, "`identity` is false, and there is a reference: leave out one");
    if (reading->no_identity && !reading->path)
        return refuse(reading, "`identity` is false: that needs `path` to be true");
    if (!reading->no_identity && !reading->has_reference)
        return refuse(reading, "`host` is missing, and so are email, uri, spiffe and srv");
    if (!reading->has_certificates)
        return refuse(reading, "`certificates` is missing");
    if (reading->path_key && !reading->path)
        return refuse(reading, "`%s` is for the path: it needs `path` to be true",
                      reading->path_key);
    if (reading->no_identity)
        (void)certname_question_without_identity(reading->question);
    return 1;
}

static int read_object(struct reading *reading, json_t *object)
{
    int r = 1;

    for (void *i = json_object_iter(object); i && r == 1; i = json_object_iter_next(object, i))
        r = read_key(reading, json_object_iter_key(i), json_object_iter_key_len(i),
                     json_object_iter_value(i));
    return r == 1 ? check_whole(reading) : r;
}

int request_read(struct certname_question *question, const char *line, size_t len, json_t **idp,
                 struct request_error *error)
{
    struct reading reading = {.question = question, .error = error};
    json_error_t parse_error;
    json_t *object;
    json_t *id;
    int r;

    *error = (struct request_error){0};
    *idp = json_null();
    object = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &parse_error);
    if (!object && json_error_code(&parse_error) == json_error_out_of_memory)
        return -ENOMEM;
    if (!object)
        return refuse(&reading, "not JSON: %s (at byte %d)", parse_error.text,
                      parse_error.position);
    id = json_is_object(object) ? json_object_get(object, "id") : NULL;
    if (id)
        *idp = json_incref(id);
    if (json_is_object(object))
        r = read_object(&reading, object);
    else
        r = refuse(&reading, "the line is not a JSON object");
    json_decref(object);
    return r;
}
