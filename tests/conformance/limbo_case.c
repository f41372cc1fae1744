/* SPDX-License-Identifier: MIT */
#include "tests/conformance/limbo_case.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/calendar.h"
#include "daemon/x509/parse/pem.h"

static const char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text ? text : "";
}

static int decode(struct bytes *der, const json_t *text)
{
    size_t len = json_string_length(text);
    uint8_t *bytes = malloc(len + 1);
    struct pem pem;
    struct pem_block block;

    if (!bytes)
        return -ENOMEM;
    pem_init(&pem, (const uint8_t *)json_string_value(text), len);
    if (len == 0 || pem_read(&pem, &block, bytes, len) != PEM_BLOCK) {
        free(bytes);
        return 1;
    }
    *der = (struct bytes){.data = bytes, .len = block.len};
    return 0;
}

/* Decodes the PEM texts of a list into *listp, after `first` if that is not NULL. */
static int decode_list(struct bytes **listp, size_t *np, const json_t *texts, const json_t *first)
{
    size_t i;
    json_t *text;
    int r = 0;

    *listp = calloc(json_array_size(texts) + 1, sizeof(**listp));
    if (!*listp)
        return -ENOMEM;
    if (first && (r = decode(&(*listp)[(*np)++], first)) != 0)
        return r;
    json_array_foreach(texts, i, text)
    {
        if ((r = decode(&(*listp)[(*np)++], text)) != 0)
            return r;
    }
    return 0;
}

static int read_name(struct limbo_name *name, const json_t *json)
{
    const char *kind = text_of(json, "kind");
    const json_t *value = json_object_get(json, "value");

    if (strcmp(kind, "DNS") != 0 && strcmp(kind, "IP") != 0 && strcmp(kind, "RFC822") != 0)
        return 1;
    name->kind = strcmp(kind, "RFC822") == 0 ? LIMBO_NAME_MAILBOX : LIMBO_NAME_HOST;
    name->value.data = (const uint8_t *)json_string_value(value);
    name->value.len = json_string_length(value);
    return name->value.data ? 0 : 1;
}

static int read_names(struct limbo_case *limbo, const json_t *json)
{
    const json_t *one = json_object_get(json, "expected_peer_name");
    const json_t *several = json_object_get(json, "expected_peer_names");
    size_t i;
    json_t *name;

    limbo->names = calloc(json_array_size(several) + 1, sizeof(*limbo->names));
    if (!limbo->names)
        return -ENOMEM;
    if (json_is_object(one) && read_name(&limbo->names[limbo->n_names++], one) != 0)
        return 1;
    json_array_foreach(several, i, name)
    {
        if (read_name(&limbo->names[limbo->n_names++], name) != 0)
            return 1;
    }
    return 0;
}

/* Reads a time in ISO 8601 and UTC, as the suite writes it; `now` if there is none. */
static int read_time(int64_t *timep, const json_t *json, int64_t now)
{
    const char *text = json_string_value(json);
    struct calendar_date date;
    unsigned hour, minute, second;

    *timep = now;
    if (!text)
        return 0;
    if (sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2u", &date.year, &date.month, &date.day, &hour, &minute,
               &second) != 6 ||
        !calendar_has(date))
        return 1;
    *timep = calendar_to_days(date) * CALENDAR_DAY_S + hour * 3600 + minute * 60 + second;
    return 0;
}

int limbo_case_init(struct limbo_case *limbo, const json_t *json, int64_t now)
{
    const json_t *depth = json_object_get(json, "max_chain_depth");
    int r;

    *limbo = (struct limbo_case){0};
    limbo->id = text_of(json, "id");
    limbo->expects_success = strcmp(text_of(json, "expected_result"), "SUCCESS") == 0;
    limbo->purpose = strcmp(text_of(json, "validation_kind"), "CLIENT") == 0 ? PURPOSE_CLIENT
                                                                             : PURPOSE_SERVER;
    limbo->max_depth = json_is_integer(depth) ? (int)json_integer_value(depth) : -1;
    if (limbo->id[0] == '\0' ||
        (!limbo->expects_success && strcmp(text_of(json, "expected_result"), "FAILURE") != 0))
        return 1;
    r = read_time(&limbo->time, json_object_get(json, "validation_time"), now);
    if (r == 0)
        r = decode_list(&limbo->certificates, &limbo->n_certificates,
                        json_object_get(json, "untrusted_intermediates"),
                        json_object_get(json, "peer_certificate"));
    if (r == 0)
        r = decode_list(&limbo->anchors, &limbo->n_anchors, json_object_get(json, "trusted_certs"),
                        NULL);
    if (r == 0)
        r = decode_list(&limbo->crls, &limbo->n_crls, json_object_get(json, "crls"), NULL);
    return r ? r : read_names(limbo, json);
}

static void free_list(struct bytes *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free((void *)(uintptr_t)list[i].data);
    free(list);
}

void limbo_case_deinit(struct limbo_case *limbo)
{
    free_list(limbo->certificates, limbo->n_certificates);
    free_list(limbo->anchors, limbo->n_anchors);
    free_list(limbo->crls, limbo->n_crls);
    free(limbo->names);
    *limbo = (struct limbo_case){0};
}
