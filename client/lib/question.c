/* SPDX-License-Identifier: MIT */
#include "client/lib/question.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/export.h"
#include "proto/codec.h"
#include "proto/frame.h"

static int copy_bytes(struct bytes *copy, const void *data, size_t len)
{
    uint8_t *memory = malloc(len ? len : 1);

    if (!memory)
        return CERTNAME_ERR_MEMORY;
    if (len > 0)
        memcpy(memory, data, len);
    *copy = (struct bytes){.data = memory, .len = len};
    return 0;
}

static void free_bytes(struct bytes *bytes)
{
    free((void *)(uintptr_t)bytes->data);
    *bytes = (struct bytes){0};
}

EXPORT struct certname_question *certname_question_new(void)
{
    return calloc(1, sizeof(struct certname_question));
}

static void free_all(struct bytes *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free_bytes(&list[i]);
}

EXPORT struct certname_question *certname_question_free(struct certname_question *question)
{
    struct request *request;

    if (!question)
        return NULL;
    request = &question->request;
    for (size_t i = 0; i < request->n_references; i++)
        free_bytes(&request->references[i].text);
    free_all(request->certificates, request->n_certificates);
    free_all(request->anchors, request->n_anchors);
    free_all(request->crls, request->n_crls);
    free_bytes(&request->ocsp);
    for (size_t i = 0; i < request->n_names; i++)
        free_bytes(&question->names[i].value);
    free(question->names);
    free(question);
    return NULL;
}

/* --- references --- */

static bool may_be_reference(const struct certname_question *question, const char *text, size_t len)
{
    return question && (text || len == 0) && len <= LIMIT_REFERENCE_BYTES;
}

EXPORT int certname_question_add_reference(struct certname_question *question,
                                           enum certname_reference kind, const char *text,
                                           size_t len)
{
    struct request *request;
    int r;

    if (!may_be_reference(question, text, len) || kind < CERTNAME_HOST || kind > CERTNAME_SRV ||
        question->request.n_references == LIMIT_REFERENCES_COUNT)
        return CERTNAME_ERR_ARGUMENT;
    request = &question->request;
    r = copy_bytes(&request->references[request->n_references].text, text, len);
    if (r)
        return r;
    request->references[request->n_references++].kind = (enum request_reference_kind)kind;
    request->no_identity = false;
    return 0;
}

static void drop_hosts(struct request *request)
{
    size_t n = 0;

    for (size_t i = 0; i < request->n_references; i++) {
        if (request->references[i].kind == REQUEST_HOST)
            free_bytes(&request->references[i].text);
        else
            request->references[n++] = request->references[i];
    }
    request->n_references = n;
}

EXPORT int certname_question_set_host(struct certname_question *question, const char *host,
                                      size_t len)
{
    struct bytes copy;
    int r;

    if (!may_be_reference(question, host, len))
        return CERTNAME_ERR_ARGUMENT;
    r = copy_bytes(&copy, host, len);
    if (r)
        return r;
    drop_hosts(&question->request);
    if (question->request.n_references == LIMIT_REFERENCES_COUNT) {
        free_bytes(&copy);
        return CERTNAME_ERR_ARGUMENT;
    }
    question->request.references[question->request.n_references++] = (struct request_reference){
        .kind = REQUEST_HOST,
        .text = copy,
    };
    question->request.no_identity = false;
    return 0;
}

EXPORT int certname_question_without_identity(struct certname_question *question)
{
    if (!question || question->request.n_references > 0)
        return CERTNAME_ERR_ARGUMENT;
    question->request.no_identity = true;
    question->request.path = true;
    return 0;
}

/* --- certificates, anchors, CRLs, OCSP --- */

/*
 * Adds a copy of the data to a list of at most `max` entries. Data of more than max_len bytes gives
 * CERTNAME_ERR_TOO_LARGE.
 */
static int add_bytes(struct bytes *list, size_t *np, size_t max, const void *data, size_t len,
                     size_t max_len)
{
    int r;

    if ((!data && len > 0) || *np == max)
        return CERTNAME_ERR_ARGUMENT;
    if (len > max_len)
        return CERTNAME_ERR_TOO_LARGE;
    r = copy_bytes(&list[*np], data, len);
    if (!r)
        ++*np;
    return r;
}

EXPORT int certname_question_add_certificate(struct certname_question *question, const void *der,
                                             size_t len)
{
    struct request *request = question ? &question->request : NULL;

    return request && !request->has_names
               ? add_bytes(request->certificates, &request->n_certificates,
                           LIMIT_CERTIFICATES_COUNT, der, len, LIMIT_CERTIFICATE_BYTES)
               : CERTNAME_ERR_ARGUMENT;
}

EXPORT int certname_question_add_anchor(struct certname_question *question, const void *der,
                                        size_t len)
{
    struct request *request = question ? &question->request : NULL;

    return request ? add_bytes(request->anchors, &request->n_anchors, LIMIT_ANCHORS_COUNT, der, len,
                               LIMIT_CERTIFICATE_BYTES)
                   : CERTNAME_ERR_ARGUMENT;
}

EXPORT int certname_question_add_crl(struct certname_question *question, const void *der,
                                     size_t len)
{
    struct request *request = question ? &question->request : NULL;

    return request ? add_bytes(request->crls, &request->n_crls, LIMIT_CRLS_COUNT, der, len,
                               LIMIT_FRAME_BYTES)
                   : CERTNAME_ERR_ARGUMENT;
}

EXPORT int certname_question_set_ocsp(struct certname_question *question, const void *der,
                                      size_t len)
{
    struct bytes copy;
    int r;

    if (!question || !der || len == 0)
        return CERTNAME_ERR_ARGUMENT;
    if (len > LIMIT_FRAME_BYTES)
        return CERTNAME_ERR_TOO_LARGE;
    r = copy_bytes(&copy, der, len);
    if (r)
        return r;
    free_bytes(&question->request.ocsp);
    question->request.ocsp = copy;
    return 0;
}

/* --- names instead of certificates --- */

EXPORT int certname_question_without_certificate(struct certname_question *question)
{
    if (!question || question->request.n_certificates > 0)
        return CERTNAME_ERR_ARGUMENT;
    question->request.has_names = true;
    return 0;
}

static bool may_be_name(enum certname_name type, const void *data, size_t len)
{
    if (type < CERTNAME_NAME_DNS || type > CERTNAME_NAME_MALFORMED || (!data && len > 0))
        return false;
    return type != CERTNAME_NAME_IP || len == 4 || len == 16;
}

EXPORT int certname_question_add_name(struct certname_question *question, enum certname_name type,
                                      const void *data, size_t len)
{
    struct request *request = question ? &question->request : NULL;
    struct bytes copy;
    int r;

    if (!request || request->n_certificates > 0 || !may_be_name(type, data, len) ||
        request->n_names == LIMIT_NAMES_COUNT)
        return CERTNAME_ERR_ARGUMENT;
    if (len > LIMIT_CERTIFICATE_BYTES)
        return CERTNAME_ERR_TOO_LARGE;
    r = copy_bytes(&copy, data, len);
    if (r)
        return r;
    if (!question->names)
        question->names = calloc(LIMIT_NAMES_COUNT, sizeof(*question->names));
    if (!question->names) {
        free_bytes(&copy);
        return CERTNAME_ERR_MEMORY;
    }
    question->names[request->n_names++] = (struct request_name){
        .type = (enum verdict_identity_type)type,
        .value = copy,
    };
    request->names = question->names;
    request->has_names = true;
    return 0;
}

/* --- settings --- */

EXPORT int certname_question_set_time(struct certname_question *question, int64_t seconds)
{
    if (!question)
        return CERTNAME_ERR_ARGUMENT;
    question->request.has_time = true;
    question->request.time = seconds;
    return 0;
}

EXPORT int certname_question_set_max_depth(struct certname_question *question,
                                           unsigned intermediates)
{
    if (!question)
        return CERTNAME_ERR_ARGUMENT;
    question->request.has_max_depth = true;
    question->request.max_depth = intermediates;
    return 0;
}

EXPORT int certname_question_require_path(struct certname_question *question)
{
    if (!question)
        return CERTNAME_ERR_ARGUMENT;
    question->request.path = true;
    return 0;
}

EXPORT int certname_question_explain(struct certname_question *question)
{
    if (!question)
        return CERTNAME_ERR_ARGUMENT;
    question->request.explain = true;
    return 0;
}

EXPORT int certname_question_set_purpose(struct certname_question *question,
                                         enum certname_purpose purpose)
{
    if (!question || (unsigned)purpose > CERTNAME_PURPOSE_CLIENT)
        return CERTNAME_ERR_ARGUMENT;
    question->request.purpose = (enum request_purpose)purpose;
    return 0;
}

static int check_question(const struct certname_question *question, struct failure *failure)
{
    if (!question)
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0, "there is no question (NULL)");
    if (question->request.n_references == 0 && !question->request.no_identity)
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0,
                           "the question names no host: set one with certname_question_set_host()");
    if (question->request.n_certificates == 0 && !question->request.has_names)
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0,
                           "the question holds no certificate: add the end entity's with "
                           "certname_question_add_certificate()");
    return 0;
}

int question_call_new(struct call **callp, const struct certname_question *question,
                      struct failure *failure)
{
    size_t n;
    int r = check_question(question, failure);

    if (r)
        return r;
    n = codec_request_bytes(&question->request);
    if (n > LIMIT_FRAME_BYTES - FRAME_HEADER_BYTES)
        return failure_set(
            failure, CERTNAME_ERR_TOO_LARGE, 0,
            "the question is larger than %d bytes: leave out certificates that do not "
            "belong to the chain",
            LIMIT_FRAME_BYTES);
    *callp = call_new(FRAME_KIND_VERIFY, n);
    if (!*callp)
        return failure_set(failure, CERTNAME_ERR_MEMORY, ENOMEM, "no memory for the question");
    codec_put_request(&question->request, (*callp)->payload);
    return 0;
}
