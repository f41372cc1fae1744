/* SPDX-License-Identifier: MIT */
#include "client/ctl/json.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "client/ctl/base64.h"
#include "client/ctl/command.h"
#include "client/ctl/text.h"

static void *take_memory(size_t n)
{
    void *memory = malloc(n);

    if (memory)
        return memory;
    text_complain("no memory");
    exit(COMMAND_UNDECIDED);
}

void json_end_without_memory(void)
{
    json_set_alloc_funcs(take_memory, free);
}

/* A string that has been allocated, which is freed. */
static json_t *take_string(char *string)
{
    json_t *value = string ? json_string(string) : NULL;

    free(string);
    return value;
}

/*
 * A message is UTF-8 and stands to the letter; JSON escapes what is not printable. What is not
 * UTF-8 is escaped.
 */
static json_t *message_value(const char *message)
{
    json_t *value = json_string(message);

    return value ? value : take_string(text_escape(message, strlen(message)));
}

static json_t *integer(uint64_t value)
{
    return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

/* Takes the value. An object that could not be filled is freed, so that the end sees one NULL. */
static void set(json_t **objectp, const char *key, json_t *value)
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

static void append(json_t **arrayp, json_t *value)
{
    if (json_array_append_new(*arrayp, value) < 0) {
        json_decref(*arrayp);
        *arrayp = NULL;
    }
}

static json_t *identity_value(const struct certname_identity *identity, char *text)
{
    json_t *object = json_object();

    set(&object, "type", json_string(identity->type));
    set(&object, "value", take_string(text));
    return object;
}

static json_t *failure_value(const struct certname_failure *failure)
{
    json_t *object = json_object();

    set(&object, "code", json_string(failure->code));
    set(&object, "verify_code", json_integer(failure->verify_code));
    set(&object, "message", message_value(failure->message));
    set(&object, "depth", json_integer(failure->depth));
    if (failure->detail[0] != '\0')
        set(&object, "detail", message_value(failure->detail));
    return object;
}

/* certname_verdict_failure() or certname_verdict_reported(). */
typedef int (*failure_fn)(const struct certname_verdict *, size_t, struct certname_failure *);

static json_t *failures_value(const struct certname_verdict *verdict, failure_fn next)
{
    struct certname_failure failure;
    json_t *list = json_array();

    for (size_t i = 0; list && next(verdict, i, &failure); i++)
        append(&list, failure_value(&failure));
    return list;
}

static json_t *reference_value(const struct certname_verdict *verdict)
{
    struct certname_identity reference;

    if (!certname_verdict_reference(verdict, &reference))
        return json_null();
    return identity_value(&reference, text_escape(reference.value.data, reference.value.len));
}

static json_t *matched_value(const struct certname_verdict *verdict)
{
    struct certname_identity matched;

    if (!certname_verdict_matched(verdict, &matched))
        return json_null();
    return identity_value(&matched, text_identity_value(&matched));
}

static json_t *presented_value(const struct certname_verdict *verdict)
{
    struct certname_identity identity;
    json_t *list = json_array();

    for (size_t i = 0; list && certname_verdict_presented(verdict, i, &identity); i++) {
        json_t *object = identity_value(&identity, text_identity_value(&identity));

        if (identity.why[0] != '\0')
            set(&object, "why", message_value(identity.why));
        append(&list, object);
    }
    return list;
}

static json_t *nearest_value(const struct certname_verdict *verdict)
{
    struct certname_identity identity;
    const char *why;
    const char *text;
    json_t *object;

    if (!certname_verdict_nearest(verdict, &identity, &why, &text))
        return json_null();
    object = identity_value(&identity, text_identity_value(&identity));
    set(&object, "why", message_value(why));
    return object;
}

static json_t *checked_value(const struct certname_verdict *verdict)
{
    json_t *list = json_array();
    const char *check;

    for (size_t i = 0; list && (check = certname_verdict_checked(verdict, i)) != NULL; i++)
        append(&list, json_string(check));
    return list;
}

static json_t *rule_value(const struct certname_rule *rule)
{
    json_t *object = json_object();

    set(&object, "section", message_value(rule->section));
    set(&object, "file", message_value(rule->file));
    set(&object, "line", json_integer(rule->line));
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
    return take_string(hex);
}

static json_t *base64_value(struct certname_bytes bytes)
{
    return take_string(base64_encode(bytes.data, bytes.len));
}

/* RFC 3339, in UTC. */
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
    struct certname_leaf leaf;
    json_t *object;

    if (!certname_verdict_leaf(verdict, &leaf))
        return json_null();
    object = json_object();
    set(&object, "sha256", hex_value(leaf.sha256));
    set(&object, "spki", leaf.spki.len > 0 ? base64_value(leaf.spki) : json_null());
    set(&object, "not_before", leaf.has_validity ? time_value(leaf.not_before) : json_null());
    set(&object, "not_after", leaf.has_validity ? time_value(leaf.not_after) : json_null());
    return object;
}

static json_t *path_value(const struct certname_verdict *verdict)
{
    struct certname_step step;
    json_t *list = json_array();

    for (size_t i = 0; list && certname_verdict_path(verdict, i, &step); i++) {
        json_t *object = json_object();

        set(&object, "sha256", hex_value(step.sha256));
        if (step.store[0] != '\0')
            set(&object, "store", message_value(step.store));
        append(&list, object);
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
    set(object, "verify_code", json_integer(certname_verdict_verify_code(verdict)));
    set(object, "verify_message", message_value(certname_verdict_message(verdict)));
    set(object, "reason", json_string(certname_verdict_reason(verdict)));
    set(object, "library", json_string(certname_verdict_library(verdict)));
    set(object, "strerror", message_value(certname_verdict_strerror(verdict)));
}

static void set_identities(json_t **object, const struct certname_verdict *verdict)
{
    unsigned more = certname_verdict_presented_more(verdict);

    set(object, "reference", reference_value(verdict));
    set(object, "matched", matched_value(verdict));
    set(object, "presented", presented_value(verdict));
    if (more > 0)
        set(object, "presented_more", json_integer(more));
    set(object, "nearest", nearest_value(verdict));
}

static void set_provenance(json_t **object, const struct certname_verdict *verdict)
{
    struct certname_rule rule;

    set(object, "checked", checked_value(verdict));
    certname_verdict_rule(verdict, &rule);
    set(object, "rule", rule_value(&rule));
    if (certname_verdict_client_rule(verdict, &rule))
        set(object, "client_rule", rule_value(&rule));
    set(object, "generation", integer(certname_verdict_generation(verdict)));
    set(object, "digest", hex_value(certname_verdict_digest(verdict)));
}

json_t *json_from_verdict(const struct certname_verdict *verdict)
{
    int result = certname_verdict_result(verdict);
    bool accepted = result == CERTNAME_VERIFIED || result == CERTNAME_NAME_MATCHES;
    struct certname_failure reported;
    struct certname_step step;
    json_t *object = json_object();

    set(&object, "accepted", json_boolean(accepted));
    set_python_fields(&object, verdict);
    set(&object, "code", json_string(certname_verdict_code(verdict)));
    set(&object, "failures", failures_value(verdict, certname_verdict_failure));
    set_identities(&object, verdict);
    if (certname_verdict_path(verdict, 0, &step))
        set(&object, "path", path_value(verdict));
    set_provenance(&object, verdict);
    set(&object, "alert", alert_value(verdict));
    set(&object, "sni", json_boolean(certname_verdict_sni(verdict)));
    set(&object, "leaf", leaf_value(verdict));
    if (certname_verdict_reported(verdict, 0, &reported))
        set(&object, "reported", failures_value(verdict, certname_verdict_reported));
    return object;
}

json_t *json_from_error(const char *code, const char *message)
{
    json_t *error = json_object();
    json_t *object = json_object();

    set(&error, "code", json_string(code));
    set(&error, "message", message_value(message));
    set(&object, "error", error);
    return object;
}

char *json_line(json_t *object)
{
    char *line = object ? json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;

    json_decref(object);
    return line;
}
