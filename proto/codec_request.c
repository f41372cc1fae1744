/* SPDX-License-Identifier: MIT */
#include "proto/codec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "proto/certname.pb-c.h"
#include "proto/codec_memory.h"
#include "proto/codec_strict.h"

typedef Certname__V1__VerifyRequest message_t;

/* The numbers of the fields in which a value or a part may be unknown. */
#define FIELD_PURPOSE   4
#define FIELD_TIME      11
#define FIELD_MAX_DEPTH 15
#define FIELD_NAMES     16

/* The elements of a repeated field of bytes. */
struct list {
    const ProtobufCBinaryData *items;
    size_t n;
};

static int refuse(struct codec_fault *fault, enum error_code code, const char *text)
{
    fault->text = text;
    return (int)code;
}

/* --- references --- */

static struct list find_references(const message_t *message, enum request_reference_kind kind)
{
    switch (kind) {
    case REQUEST_HOST:
        return (struct list){message->host, message->n_host};
    case REQUEST_EMAIL:
        return (struct list){message->email, message->n_email};
    case REQUEST_URI:
        return (struct list){message->uri, message->n_uri};
    case REQUEST_SPIFFE:
        return (struct list){message->spiffe, message->n_spiffe};
    case REQUEST_SRV:
        return (struct list){message->srv, message->n_srv};
    }
    return (struct list){0};
}

static int add_references(struct request *request, enum request_reference_kind kind,
                          struct list list, struct codec_fault *fault)
{
    if (list.n > LIMIT_REFERENCES_COUNT - request->n_references)
        return refuse(fault, ERROR_TOO_LARGE, "the request names more than 16 references");
    for (size_t i = 0; i < list.n; i++) {
        if (list.items[i].len > LIMIT_REFERENCE_BYTES)
            return refuse(fault, ERROR_INVALID_REFERENCE,
                          "a reference is longer than 2,048 bytes: no name is");
        request->references[request->n_references++] = (struct request_reference){
            .kind = kind,
            .text = codec_view(list.items[i]),
        };
    }
    return 0;
}

static int read_references(struct request *request, const message_t *message,
                           struct codec_fault *fault)
{
    for (int kind = REQUEST_HOST; kind <= REQUEST_SRV; kind++) {
        enum request_reference_kind one = (enum request_reference_kind)kind;
        int r = add_references(request, one, find_references(message, one), fault);

        if (r)
            return r;
    }
    request->no_identity = message->no_identity;
    if (request->n_references == 0 && !request->no_identity)
        return refuse(fault, ERROR_INVALID_REQUEST,
                      "the request names no reference: set `host`, or another, or `no_identity`");
    if (request->n_references > 0 && request->no_identity)
        return refuse(fault, ERROR_INVALID_REQUEST,
                      "the request has a reference and `no_identity`: leave out one of the two");
    if (request->no_identity && !message->path)
        return refuse(fault, ERROR_INVALID_REQUEST,
                      "without a reference there is nothing to check but a path: set `path`");
    return 0;
}

/* --- DER --- */

static int read_certificates(struct request *request, const message_t *message,
                             struct codec_fault *fault)
{
    if (message->n_certificates == 0)
        return refuse(fault, ERROR_INVALID_REQUEST,
                      "the request holds no certificate: send the end entity's first");
    if (message->n_certificates > LIMIT_CERTIFICATES_COUNT)
        return refuse(fault, ERROR_TOO_LARGE, "the request holds more than 64 certificates");
    for (size_t i = 0; i < message->n_certificates; i++) {
        if (message->certificates[i].len > LIMIT_CERTIFICATE_BYTES)
            return refuse(fault, ERROR_TOO_LARGE, "a certificate is larger than 32,768 bytes");
        request->certificates[i] = codec_view(message->certificates[i]);
    }
    request->n_certificates = message->n_certificates;
    return 0;
}

static int read_material(struct request *request, const message_t *message,
                         struct codec_fault *fault)
{
    if (message->n_anchors > LIMIT_ANCHORS_COUNT)
        return refuse(fault, ERROR_TOO_LARGE, "the request holds more than 16 anchors");
    if (message->n_crls > LIMIT_CRLS_COUNT)
        return refuse(fault, ERROR_TOO_LARGE, "the request holds more than 16 CRLs");
    for (size_t i = 0; i < message->n_anchors; i++) {
        if (message->anchors[i].len > LIMIT_CERTIFICATE_BYTES)
            return refuse(fault, ERROR_TOO_LARGE, "an anchor is larger than 32,768 bytes");
        request->anchors[i] = codec_view(message->anchors[i]);
    }
    for (size_t i = 0; i < message->n_crls; i++)
        request->crls[i] = codec_view(message->crls[i]);
    request->n_anchors = message->n_anchors;
    request->n_crls = message->n_crls;
    request->ocsp = codec_view(message->ocsp);
    return 0;
}

/* --- names instead of certificates --- */

/*
 * Returns whether the request may have names instead of certificates: it asks about a host, and
 * about nothing that needs the rest of a certificate.
 */
static bool are_names_enough(const message_t *message)
{
    return message->n_certificates == 0 && !message->path && message->n_host > 0 &&
           message->n_email == 0 && message->n_uri == 0 && message->n_spiffe == 0 &&
           message->n_srv == 0;
}

/* Returns whether the type of the name is one that a certificate can present. */
static bool is_presented(const Certname__V1__Name *name)
{
    switch (name->type) {
    case CERTNAME__V1__IDENTITY_TYPE__IDENTITY_DNS_ID:
    case CERTNAME__V1__IDENTITY_TYPE__IDENTITY_CN_ID:
    case CERTNAME__V1__IDENTITY_TYPE__IDENTITY_EMAIL:
    case CERTNAME__V1__IDENTITY_TYPE__IDENTITY_URI_ID:
    case CERTNAME__V1__IDENTITY_TYPE__IDENTITY_SRV_ID:
    case CERTNAME__V1__IDENTITY_TYPE__IDENTITY_OTHER:
    case CERTNAME__V1__IDENTITY_TYPE__IDENTITY_MALFORMED:
        return true;
    case CERTNAME__V1__IDENTITY_TYPE__IDENTITY_IP_ID:
        return name->value.len == 4 || name->value.len == 16;
    default:
        return false;
    }
}

static int read_names(struct request *request, struct arena *arena, const message_t *message,
                      struct codec_fault *fault)
{
    const Certname__V1__Names *list = message->names;
    struct request_name *names;

    if (!are_names_enough(message))
        return refuse(
            fault, ERROR_INVALID_REQUEST,
            "`names` takes the place of certificates in a question about a `host`, without "
            "`path`: send certificates");
    if (list->n_names > LIMIT_NAMES_COUNT)
        return refuse(fault, ERROR_TOO_LARGE, "the request holds more than 200 names");
    names = codec_array(arena, list->n_names, sizeof(*names));
    if (!names && codec_arena_error(arena) == -E2BIG)
        return refuse(fault, ERROR_TOO_LARGE, "the request takes too much memory once decoded");
    if (!names)
        return -ENOMEM;
    for (size_t i = 0; i < list->n_names; i++) {
        if (!is_presented(list->names[i]))
            return refuse(fault, ERROR_INVALID_REQUEST,
                          "one of `names` is of a type that no certificate presents, or an address "
                          "of neither 4 nor 16 octets");
        names[i] = (struct request_name){
            .type = (enum verdict_identity_type)list->names[i]->type,
            .value = codec_view(list->names[i]->value),
        };
    }
    request->has_names = true;
    request->names = names;
    request->n_names = list->n_names;
    return 0;
}

/* --- the message --- */

/*
 * Returns the number of the first field of a message that this decoder does not know; 0 if there is
 * none.
 */
static uint32_t find_unknown(const ProtobufCMessage *message)
{
    return message && message->n_unknown_fields > 0 ? message->unknown_fields[0].tag : 0;
}

static uint32_t find_unknown_of_names(const Certname__V1__Names *names)
{
    uint32_t unknown = find_unknown(&names->base);

    for (size_t i = 0; unknown == 0 && i < names->n_names; i++)
        unknown = find_unknown(&names->names[i]->base);
    return unknown;
}

/*
 * Refuses a field by its number. `part` is the number of a field in that field's own message, or 0.
 * If memory runs out for the text, the fault has only the number.
 */
static int refuse_field(struct codec_fault *fault, struct arena *arena, uint32_t field,
                        uint32_t part)
{
    char *text = arena_alloc(arena, LIMIT_ERROR_TEXT_BYTES);

    fault->field = field;
    if (!text)
        return refuse(fault, ERROR_UNKNOWN_FIELD, "the request has a field that is not known");
    if (part != 0)
        (void)snprintf(text, LIMIT_ERROR_TEXT_BYTES,
                       "the request has in its field %" PRIu32 " a field %" PRIu32
                       " that this daemon does not know: is the daemon older than the client?",
                       field, part);
    else
        (void)snprintf(text, LIMIT_ERROR_TEXT_BYTES,
                       "the request has a field %" PRIu32 " that this daemon does not know: is the "
                       "daemon older than the client?",
                       field);
    return refuse(fault, ERROR_UNKNOWN_FIELD, text);
}

static int check_known(const message_t *message, struct arena *arena, struct codec_fault *fault)
{
    uint32_t unknown = find_unknown(&message->base);
    uint32_t of_time = message->time ? find_unknown(&message->time->base) : 0;
    uint32_t of_depth = message->max_depth ? find_unknown(&message->max_depth->base) : 0;
    uint32_t of_names = message->names ? find_unknown_of_names(message->names) : 0;

    if (unknown != 0)
        return refuse_field(fault, arena, unknown, 0);
    if (of_time != 0)
        return refuse_field(fault, arena, FIELD_TIME, of_time);
    if (of_depth != 0)
        return refuse_field(fault, arena, FIELD_MAX_DEPTH, of_depth);
    if (of_names != 0)
        return refuse_field(fault, arena, FIELD_NAMES, of_names);
    if ((unsigned)message->purpose <= CERTNAME__V1__PURPOSE__PURPOSE_CLIENT)
        return 0;
    fault->field = FIELD_PURPOSE;
    return refuse(
        fault, ERROR_UNKNOWN_FIELD,
        "the request has a purpose (field 4) that this daemon does not know: is the daemon "
        "older than the client?");
}

/*
 * Refuses fields about paths in a question that does not ask for a path, because they would have no
 * effect.
 */
static int check_path_only(const message_t *message, struct codec_fault *fault)
{
    if (message->path)
        return 0;
    if (message->time || message->max_depth || message->n_anchors > 0)
        return refuse(fault, ERROR_INVALID_REQUEST,
                      "`time`, `anchors` and `max_depth` are about a path: set `path`");
    if (message->n_crls > 0 || message->ocsp.len > 0)
        return refuse(fault, ERROR_INVALID_REQUEST,
                      "`crls` and `ocsp` are about a path: set `path`");
    return 0;
}

static void read_settings(struct request *request, const message_t *message)
{
    request->path = message->path;
    request->explain = message->explain;
    request->purpose = (enum request_purpose)message->purpose;
    request->has_time = message->time != NULL;
    if (message->time)
        request->time = message->time->seconds;
    request->has_max_depth = message->max_depth != NULL;
    if (message->max_depth)
        request->max_depth = message->max_depth->certificates;
}

int codec_read_request(struct request *request, struct arena *arena, const uint8_t *payload,
                       size_t len, struct codec_fault *fault)
{
    ProtobufCAllocator allocator = codec_allocator(arena);
    message_t *message;
    int r;

    *request = (struct request){0};
    *fault = (struct codec_fault){.text = ""};
    if (!codec_strict_check(&certname__v1__verify_request__descriptor,
                            (struct bytes){.data = payload, .len = len}))
        return refuse(fault, ERROR_MALFORMED_REQUEST,
                      "the payload is not a VerifyRequest, or a field that may stand once stands "
                      "twice");
    message = certname__v1__verify_request__unpack(&allocator, len, payload);
    if (arena->out_of_memory)
        return -ENOMEM;
    if (!message && arena->over_limit)
        return refuse(fault, ERROR_TOO_LARGE, "the request takes too much memory once decoded");
    if (!message)
        return refuse(fault, ERROR_MALFORMED_REQUEST, "the payload is not a VerifyRequest");

    r = check_known(message, arena, fault);
    if (!r)
        r = check_path_only(message, fault);
    if (!r)
        r = read_references(request, message, fault);
    if (!r)
        r = message->names ? read_names(request, arena, message, fault)
                           : read_certificates(request, message, fault);
    if (!r)
        r = read_material(request, message, fault);
    if (r)
        return r;
    read_settings(request, message);
    return 0;
}
