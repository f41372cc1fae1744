/* SPDX-License-Identifier: MIT */
/*
 * An unknown key makes a line an error, because the key may ask for a stricter check than this
 * version makes. An empty list is an error too, because a question without trust anchors is checked
 * with the daemon's own, which nobody means who gives an empty list.
 */
#include "client/ctl/batch_line.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "client/ctl/attachment.h"
#include "client/ctl/der_kind.h"
#include "client/ctl/moment.h"
#include "client/ctl/reference.h"

/* The state of reading one line. */
struct batch_line {
    struct certname_question *question;
    struct batch_line_error *error;
    /* the name of a key in this line that is allowed only if `path` is true; NULL if the line has
     * none */
    const char *path_key;
    bool path;
    bool no_identity;
    bool has_reference;
    bool has_certificates;
};

struct line_key;

/*
 * Reads the value of one key. Returns 1; 0 if the value is refused, and fills in line->error; or
 * -ENOMEM.
 */
typedef int (*line_key_fn)(struct batch_line *line, const struct line_key *key,
                           const json_t *value);

struct line_key {
    const char *name;
    line_key_fn read;
    int kind; /* the argument of `read`: an enum certname_reference or an enum attachment_kind; 0
                 for other keys */
    bool needs_path;
};

__attribute__((format(printf, 3, 4))) static int
refuse_as(struct batch_line_error *error, const char *code, const char *format, ...)
{
    va_list arguments;

    error->code = code;
    va_start(arguments, format);
    if (vsnprintf(error->text, sizeof(error->text), format, arguments) < 0)
        error->text[0] = '\0';
    va_end(arguments);
    return 0;
}

#define refuse(line, ...) refuse_as((line)->error, "invalid-request", __VA_ARGS__)

/* --- lists --- */

typedef int (*item_fn)(struct batch_line *line, const struct line_key *key, const char *text,
                       size_t len);

static int read_item(struct batch_line *line, const struct line_key *key, const json_t *item,
                     item_fn take)
{
    if (!json_is_string(item))
        return refuse(line, "`%s` has an element that is not a string", key->name);
    return take(line, key, json_string_value(item), json_string_length(item));
}

static int read_list(struct batch_line *line, const struct line_key *key, const json_t *value,
                     item_fn take)
{
    int r = 1;

    if (json_array_size(value) == 0)
        return refuse(line, "`%s` is an empty list: leave out the key instead", key->name);
    for (size_t i = 0; r == 1 && i < json_array_size(value); i++)
        r = read_item(line, key, json_array_get(value, i), take);
    return r;
}

/* --- references --- */

static int take_reference(struct batch_line *line, const struct line_key *key, const char *text,
                          size_t len)
{
    const char *why;
    int r = reference_add(line->question, (enum certname_reference)key->kind, text, len, &why);

    line->has_reference = true;
    if (r == CERTNAME_ERR_MEMORY)
        return -ENOMEM;
    return r ? refuse_as(line->error, "invalid-reference", "%s", why) : 1;
}

static int read_reference(struct batch_line *line, const struct line_key *key, const json_t *value)
{
    if (json_is_string(value))
        return read_item(line, key, value, take_reference);
    if (json_is_array(value))
        return read_list(line, key, value, take_reference);
    return refuse(line, "`%s` is neither a string nor a list of strings", key->name);
}

/* --- DER in base64 --- */

static int take_attachment(struct batch_line *line, const struct line_key *key, const char *text,
                           size_t len)
{
    enum attachment_kind kind = (enum attachment_kind)key->kind;
    const char *unfit;
    uint8_t *der;
    size_t n_der;
    int r = base64_decode_new(text, len, &der, &n_der);

    if (r < 0)
        return r;
    if (r)
        return refuse(line, "`%s`: the %s is not in base64 (standard alphabet, padded, no spaces)",
                      key->name, attachment_name(kind));
    unfit = der_kind_unfit(der, n_der);
    r = unfit ? 0 : attachment_add(line->question, kind, der, n_der);
    explicit_bzero(der, n_der);
    free(der);
    if (unfit)
        return refuse(line, "`%s`: this is %s and no %s: it is not sent", key->name, unfit,
                      attachment_name(kind));
    if (r == CERTNAME_ERR_MEMORY)
        return -ENOMEM;
    return r ? refuse_as(line->error, "too-large", "%s", attachment_error(kind, r)) : 1;
}

static int read_attachments(struct batch_line *line, const struct line_key *key,
                            const json_t *value)
{
    if (!json_is_array(value))
        return refuse(line, "`%s` is not a list of strings in base64", key->name);
    line->has_certificates = line->has_certificates || key->kind == ATTACHMENT_CERTIFICATE;
    return read_list(line, key, value, take_attachment);
}

static int read_attachment(struct batch_line *line, const struct line_key *key, const json_t *value)
{
    if (!json_is_string(value))
        return refuse(line, "`%s` is not a string in base64", key->name);
    return read_item(line, key, value, take_attachment);
}

/* --- settings --- */

static int read_identity_switch(struct batch_line *line, const struct line_key *key,
                                const json_t *value)
{
    if (!json_is_boolean(value))
        return refuse(line, "`%s` is neither true nor false", key->name);
    line->no_identity = json_is_false(value);
    return 1;
}

static int read_path(struct batch_line *line, const struct line_key *key, const json_t *value)
{
    if (!json_is_boolean(value))
        return refuse(line, "`%s` is neither true nor false", key->name);
    line->path = json_is_true(value);
    if (line->path)
        (void)certname_question_require_path(line->question);
    return 1;
}

static int read_explain(struct batch_line *line, const struct line_key *key, const json_t *value)
{
    if (!json_is_boolean(value))
        return refuse(line, "`%s` is neither true nor false", key->name);
    if (json_is_true(value))
        (void)certname_question_explain(line->question);
    return 1;
}

static int read_purpose(struct batch_line *line, const struct line_key *key, const json_t *value)
{
    const char *purpose = json_is_string(value) ? json_string_value(value) : "";

    if (strcmp(purpose, "server") == 0)
        (void)certname_question_set_purpose(line->question, CERTNAME_PURPOSE_SERVER);
    else if (strcmp(purpose, "client") == 0)
        (void)certname_question_set_purpose(line->question, CERTNAME_PURPOSE_CLIENT);
    else
        return refuse(line, "`%s` is neither \"server\" nor \"client\"", key->name);
    return 1;
}

static int read_time(struct batch_line *line, const struct line_key *key, const json_t *value)
{
    int64_t seconds;

    if (!json_is_string(value) ||
        !moment_parse(json_string_value(value), json_string_length(value), &seconds))
        return refuse(line, "`%s` is not a string as in \"2026-06-30T12:00:00Z\" (RFC 3339)",
                      key->name);
    (void)certname_question_set_time(line->question, seconds);
    return 1;
}

static int read_max_depth(struct batch_line *line, const struct line_key *key, const json_t *value)
{
    json_int_t depth = json_is_integer(value) ? json_integer_value(value) : -1;

    if (depth < 0 || depth > UINT32_MAX)
        return refuse(line, "`%s` is not a number of intermediates, 0 or more", key->name);
    (void)certname_question_set_max_depth(line->question, (unsigned)depth);
    return 1;
}

static int read_id(struct batch_line *line, const struct line_key *key, const json_t *value)
{
    (void)line;
    (void)key;
    (void)value;
    return 1;
}

/* --- the line --- */

static const struct line_key keys[] = {
    {"id", read_id, 0, false},
    {"host", read_reference, CERTNAME_HOST, false},
    {"email", read_reference, CERTNAME_EMAIL, false},
    {"uri", read_reference, CERTNAME_URI, false},
    {"spiffe", read_reference, CERTNAME_SPIFFE, false},
    {"srv", read_reference, CERTNAME_SRV, false},
    {"identity", read_identity_switch, 0, false},
    {"certificates", read_attachments, ATTACHMENT_CERTIFICATE, false},
    {"path", read_path, 0, false},
    {"purpose", read_purpose, 0, false},
    {"explain", read_explain, 0, false},
    {"time", read_time, 0, true},
    {"anchors", read_attachments, ATTACHMENT_ANCHOR, true},
    {"crls", read_attachments, ATTACHMENT_CRL, true},
    {"ocsp", read_attachment, ATTACHMENT_OCSP, true},
    {"max_depth", read_max_depth, 0, true},
};

static int read_key(struct batch_line *line, const char *name, size_t len, const json_t *value)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strlen(keys[i].name) != len || memcmp(keys[i].name, name, len) != 0)
            continue;
        if (keys[i].needs_path)
            line->path_key = keys[i].name;
        return keys[i].read(line, &keys[i], value);
    }
    return refuse(line,
                  "unknown key `%.64s`: known are id, host, email, uri, spiffe, srv, identity, "
                  "certificates, path, purpose, explain, time, anchors, crls, ocsp, max_depth",
                  name);
}

/*
 * Checks the rules between keys: some exclude each other, some need another one. Returns 1; or 0
 * and fills in the error.
 */
static int check_whole(struct batch_line *line)
{
    if (line->no_identity && line->has_reference)
        return refuse(line, "`identity` is false, which excludes host, email, uri, spiffe and srv");
    if (line->no_identity && !line->path)
        return refuse(line, "`identity` is false, which needs `path` to be true");
    if (!line->no_identity && !line->has_reference)
        return refuse(line, "a reference is missing: `host`, `email`, `uri`, `spiffe` or `srv`");
    if (!line->has_certificates)
        return refuse(line, "`certificates` is missing");
    if (line->path_key && !line->path)
        return refuse(line, "`%s` needs `path` to be true", line->path_key);
    if (line->no_identity)
        (void)certname_question_without_identity(line->question);
    return 1;
}

static int read_object(struct batch_line *line, json_t *object)
{
    int r = 1;

    for (void *i = json_object_iter(object); i && r == 1; i = json_object_iter_next(object, i))
        r = read_key(line, json_object_iter_key(i), json_object_iter_key_len(i),
                     json_object_iter_value(i));
    return r == 1 ? check_whole(line) : r;
}

int batch_line_read(struct certname_question *question, const char *line, size_t len, json_t **idp,
                    struct batch_line_error *error)
{
    struct batch_line whole = {.question = question, .error = error};
    json_error_t parse_error;
    json_t *object;
    json_t *id;
    int r;

    *error = (struct batch_line_error){0};
    *idp = json_null();
    object = json_loadb(line, len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &parse_error);
    if (!object && json_error_code(&parse_error) == json_error_out_of_memory)
        return -ENOMEM;
    if (!object)
        return refuse(&whole, "not JSON: %s (at byte %d)", parse_error.text, parse_error.position);
    id = json_is_object(object) ? json_object_get(object, "id") : NULL;
    if (id)
        *idp = json_incref(id);
    if (json_is_object(object))
        r = read_object(&whole, object);
    else
        r = refuse(&whole, "the line is not a JSON object");
    json_decref(object);
    return r;
}
