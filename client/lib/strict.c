/* SPDX-License-Identifier: MIT */
/*
 * Asks questions under SECCOMP_MODE_STRICT: read(2) and write(2) are the only system calls. The
 * caller's memory holds first the request, later the reply.
 */
#include <errno.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <unistd.h>

#include "certname/client.h"
#include "client/lib/export.h"
#include "client/lib/reply.h"
#include "client/lib/tag.h"
#include "client/lib/verdict.h"
#include "proto/codec.h"
#include "proto/frame.h"
#include "proto/limits.h"

/* The least memory that can hold any question and answer. */
#define MEMORY_BYTES_MIN 1024
#define ALIGNMENT        alignof(max_align_t)

struct certname_strict {
    int fd;
    bool is_unusable; /* an error made the position in the stream of replies unknown, so that no
                         reply can be read any more */
    struct tag_source tags;
    size_t n_memory;
    alignas(max_align_t) uint8_t memory[];
};

EXPORT struct certname_strict *certname_strict_new(void *memory, size_t len, int fd)
{
    struct certname_strict *strict = memory;

    if (!memory || (uintptr_t)memory % ALIGNMENT != 0 || fd < 0 ||
        len < sizeof(*strict) + MEMORY_BYTES_MIN)
        return NULL;
    *strict = (struct certname_strict){.fd = fd, .n_memory = len - sizeof(*strict)};
    return tag_source_init(&strict->tags) ? NULL : strict;
}

/* --- input and output --- */

/* Returns the enum certname_error for a failed read or write. */
static int describe_errno(int errnum)
{
    return errnum == EAGAIN ? CERTNAME_ERR_TIMEOUT : CERTNAME_ERR_UNAVAILABLE;
}

static int write_all(int fd, const uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, data, n);

        if (written < 0 && errno != EINTR)
            return describe_errno(errno);
        if (written > 0) {
            data += written;
            n -= (size_t)written;
        }
    }
    return 0;
}

static int read_all(int fd, uint8_t *data, size_t n)
{
    while (n > 0) {
        ssize_t got = read(fd, data, n);

        if (got == 0)
            return CERTNAME_ERR_UNAVAILABLE;
        if (got < 0 && errno != EINTR)
            return describe_errno(errno);
        if (got > 0) {
            data += got;
            n -= (size_t)got;
        }
    }
    return 0;
}

/* Sends the header and the payload of a request. Returns 0 or a negative enum certname_error. */
static int send_request(struct certname_strict *strict, struct bytes payload, uint64_t *tagp)
{
    uint8_t header[FRAME_HEADER_BYTES];
    int r;

    *tagp = tag_next(&strict->tags, FRAME_KIND_VERIFY, payload);
    frame_write_header(header, FRAME_KIND_VERIFY, *tagp, payload.len);
    r = write_all(strict->fd, header, sizeof(header));
    return r ? r : write_all(strict->fd, payload.data, payload.len);
}

/* Reads one reply to the start of the memory. Returns 0 or a negative enum certname_error. */
static int receive_reply(struct certname_strict *strict, struct reply *reply)
{
    struct frame_header header;
    struct failure failure;
    int r = read_all(strict->fd, strict->memory, FRAME_HEADER_BYTES);

    if (r)
        return r;
    r = reply_find(reply, strict->memory, FRAME_HEADER_BYTES, &failure);
    if (r)
        return r < 0 ? r : 0;
    (void)frame_peek(&header, strict->memory, FRAME_HEADER_BYTES, LIMIT_REPLY_BYTES);
    if (header.length > strict->n_memory)
        return CERTNAME_ERR_MEMORY;
    r = read_all(strict->fd, strict->memory + FRAME_HEADER_BYTES,
                 header.length - FRAME_HEADER_BYTES);
    if (r)
        return r;
    r = reply_find(reply, strict->memory, header.length, &failure);
    return r == 1 ? 0 : CERTNAME_ERR_PROTOCOL;
}

/* --- asking --- */

/*
 * Writes the payload of the request to the start of the memory. Returns 0 or a negative enum
 * certname_error.
 */
static int write_question(struct certname_strict *strict, struct bytes host, struct bytes der,
                          bool path, struct bytes *payload)
{
    struct request request = {
        .references = {{.kind = REQUEST_HOST, .text = host}},
        .n_references = 1,
        .certificates = {der},
        .n_certificates = 1,
        .path = path,
    };
    size_t n = codec_request_bytes(&request);

    if (n > strict->n_memory)
        return CERTNAME_ERR_MEMORY;
    codec_put_request(&request, strict->memory);
    *payload = (struct bytes){.data = strict->memory, .len = n};
    return 0;
}

static int read_error(const struct reply *reply)
{
    struct codec_error error;

    if (codec_read_error(&error, reply->payload, reply->n_payload))
        return CERTNAME_ERR_PROTOCOL;
    return reply_error_result(error.code);
}

static int read_answer(struct certname_strict *strict, const struct reply *reply, uint64_t tag,
                       bool path)
{
    struct verdict_asked asked = {.identity = true, .path = path};

    if (reply->kind == FRAME_KIND_ERROR && (reply->tag == tag || reply->tag == 0)) {
        strict->is_unusable = reply->tag == 0;
        return read_error(reply);
    }
    if (reply->kind != FRAME_KIND_VERDICT || reply->tag != tag)
        return CERTNAME_ERR_PROTOCOL;
    return verdict_read_result(reply->payload, reply->n_payload, asked);
}

static int ask(struct certname_strict *strict, struct bytes host, struct bytes der, bool path)
{
    struct bytes payload;
    struct reply reply;
    uint64_t tag;
    int r = write_question(strict, host, der, path, &payload);

    if (r)
        return r;
    /* Until a complete answer has been read, any error leaves the connection unusable. */
    strict->is_unusable = true;
    r = send_request(strict, payload, &tag);
    if (!r)
        r = receive_reply(strict, &reply);
    if (r)
        return r;
    strict->is_unusable = false;
    r = read_answer(strict, &reply, tag, path);
    if (r == CERTNAME_ERR_PROTOCOL)
        strict->is_unusable = true;
    return r;
}

EXPORT int certname_strict_verify(struct certname_strict *strict, const char *host, size_t host_len,
                                  const void *der, size_t len, int path)
{
    struct bytes host_bytes = {.data = (const uint8_t *)host, .len = host_len};

    if (!strict || !host || !der || len == 0 || host_len > LIMIT_REFERENCE_BYTES)
        return CERTNAME_ERR_ARGUMENT;
    if (len > LIMIT_CERTIFICATE_BYTES)
        return CERTNAME_ERR_TOO_LARGE;
    if (strict->is_unusable)
        return CERTNAME_ERR_UNAVAILABLE;
    return ask(strict, host_bytes, (struct bytes){.data = der, .len = len}, path != 0);
}
