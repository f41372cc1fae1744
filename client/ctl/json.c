/* SPDX-License-Identifier: MIT */
#include "client/ctl/json.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/base64.h"
#include "client/ctl/command.h"
#include "client/ctl/text.h"

static void *allocate_or_exit(size_t n)
{
    void *memory = malloc(n);

    if (memory)
        return memory;
    text_complain("no memory");
    exit(COMMAND_UNDECIDED);
}

void json_exit_without_memory(void)
{
    json_set_alloc_funcs(allocate_or_exit, free);
}

/* Returns a JSON string with the text, and frees the text. NULL gives NULL. */
static json_t *string_value(char *string)
{
    json_t *value = string ? json_string(string) : NULL;

    free(string);
    return value;
}

/*
 * Returns the message as a JSON string: unchanged if it is UTF-8, because json_line() escapes what
 * is not ASCII; otherwise escaped by text_escape().
 */
static json_t *message_value(const char *message)
{
    json_t *value = json_string(message);

    return value ? value : string_value(text_escape(message, strlen(message)));
}

static json_t *integer_value(uint64_t value)
{
    return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

/*
 * Sets a key of the object and takes over the value. If memory runs out *objectp becomes NULL, and
 * later calls leave it NULL, so that the caller checks only once, at the end.
 */
static void set_key(json_t **objectp, const char *key, json_t *value)
{
    if (!*objectp) {
        json_decref(value);
        return;
    }
    if (json_object_set_new(*objectp, key, value) < 0) {
        json_decref(*objectp);
        *objectp = NULL;
    }
}

static void append_value(json_t **arrayp, json_t *value)
{
    if (json_array_append_new(*arrayp, value) < 0) {
        json_decref(*arrayp);
        *arrayp = NULL;
    }
}

static json_t *identity_value(const struct certname_identity *identity, char *text)
{
    json_t *object = json_object();

    set_key(&object, "type", json_string(identity->type));
    set_key(&object, "value", string_value(text));
    return object;
}

static json_t *failure_value(const struct certname_failure *failure)
{
    json_t *object = json_object();

    set_key(&object, "code", json_string(failure->code));
    set_key(&object, "verify_code", json_integer(failure->verify_code));
    set_key(&object, "message", message_value(failure->message));
    set_key(&object, "depth", json_integer(failure->depth));
    if (failure->detail[0] != '\0')
        set_key(&object, "detail", message_value(failure->detail));
    return object;
}

/* Has the type of certname_verdict_failure() and certname_verdict_reported(). */
typedef const struct certname_failure *(*failure_fn)(const struct certname_verdict *, size_t);

static json_t *failures_value(const struct certname_verdict *verdict, failure_fn next)
{
    const struct certname_failure *failure;
    json_t *list = json_array();

    for (size_t i = 0; list && (failure = next(verdict, i)) != NULL; i++)
        append_value(&list, failure_value(failure));
    return list;
}

static json_t *reference_value(const struct certname_verdict *verdict)
{
    const struct certname_identity *reference = certname_verdict_reference(verdict);

    if (!reference)
        return json_null();
    return identity_value(reference, text_escape(reference->value.data, reference->value.len));
}

static json_t *matched_value(const struct certname_verdict *verdict)
{
    const struct certname_identity *matched = certname_verdict_matched(verdict);

    return matched ? identity_value(matched, text_identity_value(matched)) : json_null();
}

static json_t *presented_value(const struct certname_verdict *verdict)
{
    const struct certname_identity *identity;
    json_t *list = json_array();

    for (size_t i = 0; list && (identity = certname_verdict_presented(verdict, i)) != NULL; i++) {
        json_t *object = identity_value(identity, text_identity_value(identity));

        if (identity->why[0] != '\0')
            set_key(&object, "why", message_value(identity->why));
        append_value(&list, object);
    }
    return list;
}

static json_t *nearest_value(const struct certname_verdict *verdict)
{
    const struct certname_identity *nearest = certname_verdict_nearest(verdict);
    json_t *object;

    if (!nearest)
        return json_null();
    object = identity_value(nearest, text_identity_value(nearest));
    set_key(&object, "why", message_value(nearest->why));
    return object;
}

static json_t *checked_value(const struct certname_verdict *verdict)
{
    json_t *list = json_array();
    const char *check;

    for (size_t i = 0; list && (check = certname_verdict_checked(verdict, i)) != NULL; i++)
        append_value(&list, json_string(check));
    return list;
}

static json_t *rule_value(const struct certname_rule *rule)
{
    json_t *object = json_object();

    set_key(&object, "section", message_value(rule->section));
    set_key(&object, "file", message_value(rule->file));
    set_key(&object, "line", json_integer(rule->line));
    return object;
}

static json_t *hex_value(struct certname_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = malloc(bytes.len * 2 + 1);

    if (!hex)
        return NULL;
    for (size_t i = 0; i < bytes.len; i++) {
        hex[2 * i] = digits[bytes.data[i] >> 4];
        hex[2 * i + 1] = digits[bytes.data[i] & 15];
    }
    hex[bytes.len * 2] = '\0';
    return string_value(hex);
}

static json_t *base64_value(struct certname_bytes bytes)
{
    return string_value(base64_encode_new(bytes.data, bytes.len));
}

/* Returns the time in the format of RFC 3339, in UTC. */
static json_t *time_value(int64_t seconds)
{
    char text[40];
    struct tm parts;
    time_t at = (time_t)seconds;

    if (!gmtime_r(&at, &parts) || strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return json_null();
    return json_string(text);
}

static json_t *leaf_value(const struct certname_verdict *verdict)
{
    const struct certname_leaf *leaf = certname_verdict_leaf(verdict);
    json_t *object;

    if (!leaf)
        return json_null();
    object = json_object();
    set_key(&object, "sha256", hex_value(leaf->sha256));
    set_key(&object, "spki", leaf->spki.len > 0 ? base64_value(leaf->spki) : json_null());
    set_key(&object, "not_before", leaf->has_validity ? time_value(leaf->not_before) : json_null());
    set_key(&object, "not_after", leaf->has_validity ? time_value(leaf->not_after) : json_null());
    return object;
}

static json_t *path_value(const struct certname_verdict *verdict)
{
    const struct certname_step *step;
    json_t *list = json_array();

    for (size_t i = 0; list && (step = certname_verdict_path(verdict, i)) != NULL; i++) {
        json_t *object = json_object();

        set_key(&object, "sha256", hex_value(step->sha256));
        if (step->store[0] != '\0')
            set_key(&object, "store", message_value(step->store));
        append_value(&list, object);
    }
    return list;
}

static json_t *alert_value(const struct certname_verdict *verdict)
{
    return certname_verdict_alert(verdict) ? json_string(certname_verdict_alert_name(verdict))
                                           : json_null();
}

static void set_python_fields(json_t **object, const struct certname_verdict *verdict)
{
    set_key(object, "verify_code", json_integer(certname_verdict_verify_code(verdict)));
    set_key(object, "verify_message", message_value(certname_verdict_message(verdict)));
    set_key(object, "reason", json_string(certname_verdict_reason(verdict)));
    set_key(object, "library", json_string(certname_verdict_library(verdict)));
    set_key(object, "strerror", message_value(certname_verdict_strerror(verdict)));
}

/*
 * Sets the key to the number of entries that a list in the verdict had to leave out. Does nothing
 * if that number is 0.
 */
static void set_count(json_t **object, const char *key, unsigned n)
{
    if (n > 0)
        set_key(object, key, json_integer(n));
}

static void set_identities(json_t **object, const struct certname_verdict *verdict)
{
    set_key(object, "reference", reference_value(verdict));
    set_key(object, "matched", matched_value(verdict));
    set_key(object, "presented", presented_value(verdict));
    set_count(object, "presented_more", certname_verdict_presented_more(verdict));
    set_key(object, "nearest", nearest_value(verdict));
}

static void set_provenance(json_t **object, const struct certname_verdict *verdict)
{
    const struct certname_rule *client_rule = certname_verdict_client_rule(verdict);

    set_key(object, "checked", checked_value(verdict));
    set_key(object, "rule", rule_value(certname_verdict_rule(verdict)));
    if (client_rule)
        set_key(object, "client_rule", rule_value(client_rule));
    set_key(object, "generation", integer_value(certname_verdict_generation(verdict)));
    set_key(object, "digest", hex_value(certname_verdict_digest(verdict)));
}

json_t *json_from_verdict(const struct certname_verdict *verdict)
{
    int result = certname_verdict_result(verdict);
    json_t *object = json_object();

    set_key(&object, "accepted", json_boolean(certname_accepts(result, CERTNAME_NAME_MATCHES)));
    set_python_fields(&object, verdict);
    set_key(&object, "code", json_string(certname_verdict_code(verdict)));
    set_key(&object, "failures", failures_value(verdict, certname_verdict_failure));
    set_count(&object, "failures_more", certname_verdict_failures_more(verdict));
    set_identities(&object, verdict);
    if (certname_verdict_path(verdict, 0))
        set_key(&object, "path", path_value(verdict));
    set_provenance(&object, verdict);
    set_key(&object, "alert", alert_value(verdict));
    set_key(&object, "sni", json_boolean(certname_verdict_sni(verdict)));
    set_key(&object, "leaf", leaf_value(verdict));
    if (certname_verdict_reported(verdict, 0))
        set_key(&object, "reported", failures_value(verdict, certname_verdict_reported));
    set_count(&object, "reported_more", certname_verdict_reported_more(verdict));
    return object;
}

json_t *json_from_error(const char *code, const char *message)
{
    json_t *error = json_object();
    json_t *object = json_object();

    set_key(&error, "code", json_string(code));
    set_key(&error, "message", message_value(message));
    set_key(&object, "error", error);
    return object;
}

char *json_line(json_t *object)
{
    char *line = object ? json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;

    json_decref(object);
    return line;
}
