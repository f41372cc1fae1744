/* SPDX-License-Identifier: MIT */
/* Writes requests without a library: fields in the order of their numbers, none at its default. */
#include "proto/codec.h"

#include <errno.h>

#include "proto/wire.h"

/* Field numbers of VerifyRequest. */
enum {
    FIELD_HOST = 1,
    FIELD_CERTIFICATES = 2,
    FIELD_PATH = 3,
    FIELD_PURPOSE = 4,
    FIELD_EXPLAIN = 5,
    FIELD_EMAIL = 6,
    FIELD_URI = 7,
    FIELD_SPIFFE = 8,
    FIELD_SRV = 9,
    FIELD_NO_IDENTITY = 10,
    FIELD_TIME = 11,
    FIELD_ANCHORS = 12,
    FIELD_CRLS = 13,
    FIELD_OCSP = 14,
    FIELD_MAX_DEPTH = 15,
    FIELD_NAMES = 16,

    /* of Time and of Depth */
    FIELD_OF_BOXED = 1,

    /* of Names and of Name */
    FIELD_NAME = 1,
    FIELD_NAME_TYPE = 1,
    FIELD_NAME_VALUE = 2,
};

static void put_references(struct wire_out *out, const struct request *request,
                           enum request_reference_kind kind, uint32_t field)
{
    for (size_t i = 0; i < request->n_references; i++) {
        if (request->references[i].kind == kind)
            wire_put_bytes(out, field, request->references[i].text);
    }
}

static void put_list(struct wire_out *out, uint32_t field, const struct bytes *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        wire_put_bytes(out, field, items[i]);
}

static void put_switch(struct wire_out *out, uint32_t field, bool value)
{
    if (value)
        wire_put_number(out, field, 1);
}

/* Writes a number whose presence counts in a message of its own. */
static void put_boxed(struct wire_out *out, uint32_t field, bool is_there, uint64_t value)
{
    struct wire_out inner = {0};

    if (!is_there)
        return;
    if (value != 0)
        wire_put_number(&inner, FIELD_OF_BOXED, value);
    wire_put_length(out, field, inner.n);
    if (value != 0)
        wire_put_number(out, FIELD_OF_BOXED, value);
}

static void put_name(struct wire_out *out, const struct request_name *name)
{
    if (name->type != VERDICT_IDENTITY_UNSPECIFIED)
        wire_put_number(out, FIELD_NAME_TYPE, (uint64_t)name->type);
    if (name->value.len > 0)
        wire_put_bytes(out, FIELD_NAME_VALUE, name->value);
}

static void put_all_names(struct wire_out *out, const struct request *request)
{
    for (size_t i = 0; i < request->n_names; i++) {
        struct wire_out inner = {0};

        put_name(&inner, &request->names[i]);
        wire_put_length(out, FIELD_NAME, inner.n);
        put_name(out, &request->names[i]);
    }
}

static void put_names(struct wire_out *out, const struct request *request)
{
    struct wire_out inner = {0};

    if (!request->has_names)
        return;
    put_all_names(&inner, request);
    wire_put_length(out, FIELD_NAMES, inner.n);
    put_all_names(out, request);
}

static void put_request(struct wire_out *out, const struct request *request)
{
    put_references(out, request, REQUEST_HOST, FIELD_HOST);
    put_list(out, FIELD_CERTIFICATES, request->certificates, request->n_certificates);
    put_switch(out, FIELD_PATH, request->path);
    if (request->purpose != REQUEST_PURPOSE_UNSPECIFIED)
        wire_put_number(out, FIELD_PURPOSE, (uint64_t)request->purpose);
    put_switch(out, FIELD_EXPLAIN, request->explain);
    put_references(out, request, REQUEST_EMAIL, FIELD_EMAIL);
    put_references(out, request, REQUEST_URI, FIELD_URI);
    put_references(out, request, REQUEST_SPIFFE, FIELD_SPIFFE);
    put_references(out, request, REQUEST_SRV, FIELD_SRV);
    put_switch(out, FIELD_NO_IDENTITY, request->no_identity);
    put_boxed(out, FIELD_TIME, request->has_time, (uint64_t)request->time);
    put_list(out, FIELD_ANCHORS, request->anchors, request->n_anchors);
    put_list(out, FIELD_CRLS, request->crls, request->n_crls);
    if (request->ocsp.len > 0)
        wire_put_bytes(out, FIELD_OCSP, request->ocsp);
    put_boxed(out, FIELD_MAX_DEPTH, request->has_max_depth, request->max_depth);
    put_names(out, request);
}

size_t codec_request_bytes(const struct request *request)
{
    struct wire_out counted = {0};

    put_request(&counted, request);
    return counted.n;
}

void codec_put_request(const struct request *request, uint8_t *out)
{
    struct wire_out written = {.memory = out};

    put_request(&written, request);
}

int codec_write_request(const struct request *request, struct arena *arena, struct bytes *payload)
{
    size_t n;
    uint8_t *out;

    if (request->n_references > LIMIT_REFERENCES_COUNT ||
        request->n_certificates > LIMIT_CERTIFICATES_COUNT ||
        request->n_anchors > LIMIT_ANCHORS_COUNT || request->n_crls > LIMIT_CRLS_COUNT ||
        request->n_names > LIMIT_NAMES_COUNT)
        return -E2BIG;
    n = codec_request_bytes(request);
    out = arena_alloc(arena, n ? n : 1);
    if (!out)
        return arena->over_limit ? -E2BIG : -ENOMEM;
    codec_put_request(request, out);
    *payload = (struct bytes){.data = out, .len = n};
    return 0;
}
