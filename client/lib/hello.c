/* SPDX-License-Identifier: MIT */
/* Asks for and decodes the daemon's protocol versions, features and limits. */
#include "proto/hello.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/lib/c_string.h"
#include "client/lib/client.h"
#include "client/lib/export.h"
#include "proto/codec.h"

_Static_assert((unsigned)CERTNAME_LIMIT_QUEUE_MS == (unsigned)HELLO_QUEUE_MS + 1 &&
                   (unsigned)CERTNAME_LIMIT_REPLY_BYTES == (unsigned)HELLO_REPLY_BYTES + 1,
               "the API and the protocol call the limits by the same numbers");

/*
 * A decoded answer to hello, followed in the same memory by a copy of the reply, which its strings
 * point into.
 */
struct certname_hello {
    struct hello hello;
    const char *release;
    const char *features[HELLO_FEATURES_COUNT];
    uint8_t bytes[];
};

/* Receives what certname_client_hello() returns, from the call's `finish` function. */
struct hello_result {
    int result;
    struct certname_hello *hello;
};

static bool has_version(const struct hello *hello, uint32_t version)
{
    for (size_t i = 0; i < hello->n_versions; i++) {
        if (hello->versions[i] == version)
            return true;
    }
    return false;
}

/*
 * Decodes the answer. It must list FRAME_VERSION, because the daemon has just answered a frame of
 * that version. Returns 0 or -EBADMSG.
 */
static int make_hello(struct certname_hello *made, size_t len)
{
    struct hello *hello = &made->hello;
    int r = codec_read_hello(hello, made->bytes, len);

    if (r)
        return r;
    if (!has_version(hello, FRAME_VERSION))
        return -EBADMSG;
    r = c_string_make(&made->release, hello->release);
    for (size_t i = 0; !r && i < hello->n_features; i++)
        r = verdict_is_code(hello->features[i])
                ? c_string_make(&made->features[i], hello->features[i])
                : -EBADMSG;
    return r;
}

static int open_hello(struct certname_hello **hellop, const struct reply *reply,
                      struct failure *failure)
{
    struct certname_hello *made = calloc(1, sizeof(*made) + reply->n_payload + 1);

    if (!made)
        return failure_set(failure, CERTNAME_ERR_MEMORY, ENOMEM,
                           "no memory for certnamed's answer");
    memcpy(made->bytes, reply->payload, reply->n_payload);
    if (make_hello(made, reply->n_payload) == 0) {
        *hellop = made;
        return 0;
    }
    free(made);
    return failure_set(failure, CERTNAME_ERR_PROTOCOL, 0,
                       "the daemon's answer to hello is malformed: check that certnamed and this "
                       "library are of the same release");
}

static int finish(struct call *call, int result, const struct reply *reply, struct failure *failure)
{
    struct hello_result *greeted = call->context;

    greeted->result = result ? result : open_hello(&greeted->hello, reply, failure);
    return greeted->result == CERTNAME_ERR_PROTOCOL ? CERTNAME_ERR_PROTOCOL : 0;
}

static int greet(struct certname_client *client, struct certname_hello **hellop)
{
    struct hello_result greeted = {.result = CERTNAME_ERR_PROTOCOL};
    struct call *call = call_new(FRAME_KIND_HELLO, 0);
    int r;

    if (call) {
        call->finish = finish;
        call->context = &greeted;
    }
    r = client_add_call(client, call);
    if (r)
        return r;
    exchange_wait(&client->exchange);
    *hellop = greeted.hello;
    return greeted.result;
}

EXPORT int certname_client_hello(struct certname_client *client, struct certname_hello **hellop)
{
    int saved = errno;
    int r;

    if (hellop)
        *hellop = NULL;
    if (!client)
        return CERTNAME_ERR_ARGUMENT;
    r = client_begin_waiting(client);
    if (r)
        return r;
    if (!hellop)
        return failure_set(&client->exchange.failure, CERTNAME_ERR_ARGUMENT, 0,
                           "the place for the answer is NULL");
    r = greet(client, hellop);
    if (!r)
        errno = saved;
    return r;
}

EXPORT struct certname_hello *certname_hello_free(struct certname_hello *hello)
{
    free(hello);
    return NULL;
}

EXPORT unsigned certname_hello_version(const struct certname_hello *hello, size_t index)
{
    return hello && index < hello->hello.n_versions ? hello->hello.versions[index] : 0;
}

EXPORT unsigned certname_hello_last_field(const struct certname_hello *hello)
{
    return hello ? hello->hello.last_field : 0;
}

EXPORT unsigned certname_hello_limit(const struct certname_hello *hello, enum certname_limit limit)
{
    if (!hello || limit < CERTNAME_LIMIT_REQUEST_BYTES || limit > CERTNAME_LIMIT_QUEUE_MS)
        return 0;
    return hello->hello.limits[limit - 1];
}

EXPORT const char *certname_hello_feature(const struct certname_hello *hello, size_t index)
{
    return hello && index < hello->hello.n_features ? hello->features[index] : NULL;
}

EXPORT int certname_hello_has_feature(const struct certname_hello *hello, const char *feature)
{
    for (size_t i = 0; hello && feature && i < hello->hello.n_features; i++) {
        if (strcmp(hello->features[i], feature) == 0)
            return 1;
    }
    return 0;
}

EXPORT const char *certname_hello_release(const struct certname_hello *hello)
{
    return hello ? hello->release : "";
}
