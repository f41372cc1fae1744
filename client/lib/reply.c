/* SPDX-License-Identifier: MIT */
#include "client/lib/reply.h"

#include <errno.h>
#include <string.h>

#include "certname/client.h"
#include "proto/codec.h"
#include "proto/error.h"
#include "proto/frame.h"
#include "proto/limits.h"

/* The API's value for an error of the daemon is this number minus the error code of PROTOCOL.md. */
#define ERROR_CODE_OFFSET (-100)
/*
 * The largest error code that is accepted, also from a newer daemon. The bound keeps the API's
 * error values at least 12 bits different from the results that accept.
 */
#define ERROR_CODE_MAX 255

static int refuse(struct failure *failure, const char *why)
{
    return failure_set(
        failure, CERTNAME_ERR_PROTOCOL, 0,
        "the reply cannot be used: %s: check that certnamed and this library are of the same "
        "release",
        why);
}

static int check_header(const struct frame_header *header, struct failure *failure)
{
    if (header->version != FRAME_VERSION)
        return refuse(failure, "it has another protocol version");
    if (header->reserved != 0)
        return refuse(failure, "a reserved field of its header is set");
    switch (header->kind) {
    case FRAME_KIND_VERDICT:
    case FRAME_KIND_STATUS_TEXT:
    case FRAME_KIND_METRICS_TEXT:
    case FRAME_KIND_RELOADED:
    case FRAME_KIND_HELLO_REPLY:
    case FRAME_KIND_ERROR:
        return 0;
    }
    return refuse(failure, "it is neither a verdict nor an error");
}

int reply_find(struct reply *reply, const uint8_t *input, size_t n, struct failure *failure)
{
    struct frame_header header;
    enum frame_status status;
    int r;

    *reply = (struct reply){0};
    status = frame_peek(&header, input, n, LIMIT_REPLY_BYTES);
    if (n < FRAME_HEADER_BYTES)
        return 0;
    if (status == FRAME_TOO_LARGE || status == FRAME_TOO_SHORT)
        return refuse(failure, "its length is impossible");
    r = check_header(&header, failure);
    if (r)
        return r;
    if (status != FRAME_COMPLETE)
        return 0;

    reply->tag = header.tag;
    reply->kind = header.kind;
    reply->n_frame = header.length;
    reply->n_payload = header.length - FRAME_HEADER_BYTES;
    reply->payload = input + FRAME_HEADER_BYTES;
    return 1;
}

int reply_error_result(unsigned code)
{
    if (code == ERROR_NONE || code > ERROR_CODE_MAX)
        return CERTNAME_ERR_PROTOCOL;
    /* A daemon without a policy cannot answer, so a program sees the same error as without a
     * daemon. */
    if (code == ERROR_UNAVAILABLE)
        return CERTNAME_ERR_UNAVAILABLE;
    return ERROR_CODE_OFFSET - (int)code;
}

static int describe_error(unsigned code, struct bytes text, struct failure *failure)
{
    int result = reply_error_result(code);

    if (result == CERTNAME_ERR_PROTOCOL)
        return refuse(failure, "its error code is impossible");
    if (text.len > LIMIT_ERROR_TEXT_BYTES || (text.len > 0 && memchr(text.data, '\0', text.len)))
        return refuse(failure, "its error text is no text");
    if (text.len == 0)
        return failure_set(failure, result, 0, "certnamed answered with the error %s",
                           error_name(code));
    return failure_set(failure, result, 0, "%.*s", (int)text.len, (const char *)text.data);
}

int reply_read_error(const struct reply *reply, struct failure *failure)
{
    struct codec_error error;
    int r;

    if (codec_read_error(&error, reply->payload, reply->n_payload))
        return refuse(failure, "its payload is not an error");
    r = describe_error(error.code, error.text, failure);
    if (r == CERTNAME_ERR_UNKNOWN_FIELD)
        failure->field = error.field;
    return r;
}
