/* SPDX-License-Identifier: MIT */
#include "proto/codec.h"

#include <errno.h>

#include "proto/certname.pb-c.h"
#include "proto/codec_memory.h"

static int refuse(const char **textp, enum error_code code, const char *text)
{
    *textp = text;
    return (int)code;
}

static int check_host(const Certname__V1__VerifyRequest *message, const char **textp)
{
    if (message->n_host == 0)
        return refuse(textp, ERROR_INVALID_REQUEST, "the request names no host: set `host`");
    if (message->n_host > 1)
        return refuse(textp, ERROR_INVALID_REQUEST,
                      "the request names several hosts: ask about one at a time");
    if (message->host[0].len > LIMIT_REFERENCE_BYTES)
        return refuse(textp, ERROR_INVALID_REFERENCE,
                      "the host is longer than any domain name (253 octets)");
    return 0;
}

static int check_certificates(const Certname__V1__VerifyRequest *message, const char **textp)
{
    if (message->n_certificates == 0)
        return refuse(textp, ERROR_INVALID_REQUEST,
                      "the request holds no certificate: send the end entity's first");
    if (message->n_certificates > LIMIT_CERTIFICATES_COUNT)
        return refuse(textp, ERROR_TOO_LARGE, "the request holds more than 64 certificates");
    for (size_t i = 0; i < message->n_certificates; i++) {
        if (message->certificates[i].len > LIMIT_CERTIFICATE_BYTES)
            return refuse(textp, ERROR_TOO_LARGE, "a certificate is larger than 16,384 bytes");
    }
    return 0;
}

static int check_message(const Certname__V1__VerifyRequest *message, const char **textp)
{
    int r;

    if (message->base.n_unknown_fields > 0)
        return refuse(
            textp, ERROR_UNKNOWN_FIELD,
            "the request has a field that this daemon does not know: is the daemon older than "
            "the client?");
    if ((unsigned)message->purpose > CERTNAME__V1__PURPOSE__PURPOSE_CLIENT)
        return refuse(
            textp, ERROR_UNKNOWN_FIELD,
            "the request has a purpose that this daemon does not know: is the daemon older "
            "than the client?");
    r = check_host(message, textp);
    return r ? r : check_certificates(message, textp);
}

static void fill_request(struct request *request, const Certname__V1__VerifyRequest *message)
{
    request->host = codec_view(message->host[0]);
    request->n_certificates = message->n_certificates;
    for (size_t i = 0; i < message->n_certificates; i++)
        request->certificates[i] = codec_view(message->certificates[i]);
    request->path = message->path;
    request->explain = message->explain;
    request->purpose = (enum request_purpose)message->purpose;
}

int codec_read_request(struct request *request, struct arena *arena, const uint8_t *payload,
                       size_t len, const char **textp)
{
    ProtobufCAllocator allocator = codec_allocator(arena);
    Certname__V1__VerifyRequest *message;
    int r;

    *request = (struct request){0};
    *textp = "";
    message = certname__v1__verify_request__unpack(&allocator, len, payload);
    if (arena->out_of_memory)
        return -ENOMEM;
    if (!message && arena->over_limit)
        return refuse(textp, ERROR_TOO_LARGE, "the request takes too much memory once decoded");
    if (!message)
        return refuse(textp, ERROR_MALFORMED_REQUEST, "the payload is not a VerifyRequest");

    r = check_message(message, textp);
    if (r)
        return r;
    fill_request(request, message);
    return 0;
}

int codec_write_request(const struct request *request, struct arena *arena, struct bytes *payload)
{
    Certname__V1__VerifyRequest message = CERTNAME__V1__VERIFY_REQUEST__INIT;
    ProtobufCBinaryData host = codec_data(request->host);
    ProtobufCBinaryData certificates[LIMIT_CERTIFICATES_COUNT];

    if (request->n_certificates > LIMIT_CERTIFICATES_COUNT)
        return -E2BIG;
    for (size_t i = 0; i < request->n_certificates; i++)
        certificates[i] = codec_data(request->certificates[i]);

    message.host = &host;
    message.n_host = 1;
    message.certificates = certificates;
    message.n_certificates = request->n_certificates;
    message.path = request->path;
    message.explain = request->explain;
    message.purpose = (Certname__V1__Purpose)request->purpose;
    return codec_pack(&message.base, arena, payload);
}
