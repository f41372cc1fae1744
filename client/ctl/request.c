/* SPDX-License-Identifier: MIT */
/*
 * Anything that is not understood makes a line no question: a key that this program does not know
 * may stand for a stricter one.
 */
#include "client/ctl/request.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE64_ALPHABET "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

__attribute__((format(printf, 3, 4))) static int refuse(struct request_error *error,
                                                        const char *code, const char *format, ...)
{
    va_list arguments;

    error->code = code;
    va_start(arguments, format);
    if (vsnprintf(error->text, sizeof(error->text), format, arguments) < 0)
        error->text[0] = '\0';
    va_end(arguments);
    return 0;
}

static int refuse_line(struct request_error *error, const char *text)
{
    return refuse(error, "invalid-request", "%s", text);
}

const char *request_host_error(int error)
{
    return error == CERTNAME_ERR_MEMORY ? "no memory" : "the host is longer than 2,048 bytes";
}

const char *request_certificate_error(int error)
{
    if (error == CERTNAME_ERR_TOO_LARGE)
        return "a certificate is larger than 16,384 bytes";
    return error == CERTNAME_ERR_MEMORY ? "no memory" : "there are more than 64 certificates";
}

/* --- values --- */

static int read_host(struct certname_question *question, const json_t *value,
                     struct request_error *error)
{
    int r;

    if (!json_is_string(value))
        return refuse_line(error, "`host` is not a string");
    r = certname_question_set_host(question, json_string_value(value), json_string_length(value));
    if (r == CERTNAME_ERR_MEMORY)
        return -ENOMEM;
    return r ? refuse(error, "invalid-reference", "%s", request_host_error(r)) : 1;
}

/* Four characters make three bytes; only the last four may be padded. 1 or 0. */
static int is_base64(const char *text, size_t len)
{
    size_t n_padding = 0;

    if (len == 0 || len % 4 != 0 || len > INT32_MAX)
        return 0;
    while (n_padding < 2 && text[len - 1 - n_padding] == '=')
        n_padding++;
    return strspn(text, BASE64_ALPHABET) == len - n_padding;
}

static int add_base64(struct certname_question *question, const char *text, size_t len,
                      struct request_error *error)
{
    uint8_t *der;
    size_t n_der;
    int r;

    if (!is_base64(text, len))
        return refuse_line(error,
                           "a certificate is not in base64 (standard alphabet, padded, no spaces)");
    der = malloc(len / 4 * 3);
    if (!der)
        return -ENOMEM;
    r = EVP_DecodeBlock(der, (const unsigned char *)text, (int)len);
    n_der = len / 4 * 3 - (text[len - 1] == '=') - (text[len - 2] == '=');
    if (r < 0 || (size_t)r < n_der)
        r = refuse_line(error, "a certificate is not in base64");
    else
        r = certname_question_add_certificate(question, der, n_der);
    free(der);
    if (r == CERTNAME_ERR_MEMORY)
        return -ENOMEM;
    if (error->code)
        return 0;
    return r ? refuse(error, "too-large", "%s", request_certificate_error(r)) : 1;
}

static int read_certificates(struct certname_question *question, const json_t *value,
                             struct request_error *error)
{
    if (!json_is_array(value) || json_array_size(value) == 0)
        return refuse_line(error, "`certificates` is not a list of one or more strings in base64");
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        int r;

        if (!json_is_string(item))
            return refuse_line(error, "`certificates` holds something that is not a string");
        r = add_base64(question, json_string_value(item), json_string_length(item), error);
        if (r != 1)
            return r;
    }
    return 1;
}

static int read_path(struct certname_question *question, const json_t *value,
                     struct request_error *error)
{
    if (!json_is_boolean(value))
        return refuse_line(error, "`path` is neither true nor false");
    if (json_is_true(value))
        (void)certname_question_require_path(question);
    return 1;
}

static int read_purpose(struct certname_question *question, const json_t *value,
                        struct request_error *error)
{
    const char *purpose = json_is_string(value) ? json_string_value(value) : "";

    if (strcmp(purpose, "server") == 0)
        (void)certname_question_set_purpose(question, CERTNAME_PURPOSE_SERVER);
    else if (strcmp(purpose, "client") == 0)
        (void)certname_question_set_purpose(question, CERTNAME_PURPOSE_CLIENT);
    else
        return refuse_line(error, "`purpose` is neither \"server\" nor \"client\"");
    return 1;
}

static int read_id(struct certname_question *question, const json_t *value,
                   struct request_error *error)
{
    (void)question;
    (void)value;
    (void)error;
    return 1;
}

/* --- the line --- */

static const struct {
    const char *key;
    int (*read)(struct certname_question *, const json_t *, struct request_error *);
} keys[] = {
    {"id", read_id},     {"host", read_host},       {"certificates", read_certificates},
    {"path", read_path}, {"purpose", read_purpose},
};

static int read_key(struct certname_question *question, const char *key, size_t len,
                    const json_t *value, struct request_error *error)
{
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (strlen(keys[i].key) == len && memcmp(keys[i].key, key, len) == 0)
            return keys[i].read(question, value, error);
    }
    return refuse(error, "invalid-request",
                  "unknown key `%.64s`: known are id, host, certificates, path, purpose", key);
}

static int read_object(struct certname_question *question, json_t *object,
                       struct request_error *error)
{
    int r = 1;

    for (void *i = json_object_iter(object); i && r == 1; i = json_object_iter_next(object, i))
        r = read_key(question, json_object_iter_key(i), json_object_iter_key_len(i),
                     json_object_iter_value(i), error);
    if (r != 1)
        return r;
    if (!json_object_get(object, "host"))
        return refuse_line(error, "`host` is missing");
    if (!json_object_get(object, "certificates"))
        return refuse_line(error, "`certificates` is missing");
    return 1;
}

int request_read(struct certname_question *question, const char *line, size_t len, json_t **idp,
                 struct request_error *error)
{
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
        return refuse(error, "invalid-request", "not JSON: %s (at byte %d)", parse_error.text,
                      parse_error.position);
    id = json_is_object(object) ? json_object_get(object, "id") : NULL;
    if (id)
        *idp = json_incref(id);
    if (json_is_object(object))
        r = read_object(question, object, error);
    else
        r = refuse_line(error, "the line is not a JSON object");
    json_decref(object);
    return r;
}
