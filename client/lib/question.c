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

EXPORT struct certname_question *certname_question_free(struct certname_question *question)
{
    if (!question)
        return NULL;
    free_bytes(&question->request.host);
    for (size_t i = 0; i < question->request.n_certificates; i++)
        free_bytes(&question->request.certificates[i]);
    free(question);
    return NULL;
}

EXPORT int certname_question_set_host(struct certname_question *question, const char *host,
                                      size_t len)
{
    struct bytes copy;
    int r;

    if (!question || (!host && len > 0) || len > LIMIT_REFERENCE_BYTES)
        return CERTNAME_ERR_ARGUMENT;
    r = copy_bytes(&copy, host, len);
    if (r)
        return r;
    free_bytes(&question->request.host);
    question->request.host = copy;
    question->has_host = true;
    return 0;
}

EXPORT int certname_question_add_certificate(struct certname_question *question, const void *der,
                                             size_t len)
{
    struct request *request;
    int r;

    if (!question || (!der && len > 0) ||
        question->request.n_certificates == LIMIT_CERTIFICATES_COUNT)
        return CERTNAME_ERR_ARGUMENT;
    if (len > LIMIT_CERTIFICATE_BYTES)
        return CERTNAME_ERR_TOO_LARGE;
    request = &question->request;
    r = copy_bytes(&request->certificates[request->n_certificates], der, len);
    if (!r)
        request->n_certificates++;
    return r;
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

static int check(const struct certname_question *question, struct failure *failure)
{
    if (!question)
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0, "there is no question (NULL)");
    if (!question->has_host)
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0,
                           "the question names no host: set one with certname_question_set_host()");
    if (question->request.n_certificates == 0)
        return failure_set(failure, CERTNAME_ERR_ARGUMENT, 0,
                           "the question holds no certificate: add the end entity's with "
                           "certname_question_add_certificate()");
    return 0;
}

int question_write(const struct certname_question *question, struct arena *arena,
                   struct bytes *payload, struct failure *failure)
{
    int r;

    r = check(question, failure);
    if (r)
        return r;
    r = codec_write_request(&question->request, arena, payload);
    if (r == -ENOMEM)
        return failure_set(failure, CERTNAME_ERR_MEMORY, ENOMEM, "no memory for the question");
    if (r || payload->len > LIMIT_FRAME_BYTES - FRAME_HEADER_BYTES)
        return failure_set(
            failure, CERTNAME_ERR_TOO_LARGE, 0,
            "the question is larger than %d bytes: leave out certificates that do not "
            "belong to the chain",
            LIMIT_FRAME_BYTES);
    return 0;
}
