/* SPDX-License-Identifier: MIT */
#include "proto/codec.h"

#include <errno.h>

#include "proto/certname.pb-c.h"
#include "proto/codec_memory.h"

static void read_limits(struct hello *hello, const Certname__V1__Limits *limits)
{
    if (!limits)
        return;
    hello->limits[HELLO_REQUEST_BYTES] = limits->request_bytes;
    hello->limits[HELLO_CERTIFICATES] = limits->certificates;
    hello->limits[HELLO_CERTIFICATE_BYTES] = limits->certificate_bytes;
    hello->limits[HELLO_REFERENCES] = limits->references;
    hello->limits[HELLO_REFERENCE_BYTES] = limits->reference_bytes;
    hello->limits[HELLO_ANCHORS] = limits->anchors;
    hello->limits[HELLO_CRLS] = limits->crls;
    hello->limits[HELLO_REPLY_BYTES] = limits->reply_bytes;
    hello->limits[HELLO_IN_FLIGHT] = limits->in_flight;
    hello->limits[HELLO_IN_FLIGHT_PER_UID] = limits->in_flight_per_uid;
    hello->limits[HELLO_CONNECTIONS_PER_UID] = limits->connections_per_uid;
    hello->limits[HELLO_QUEUE_MS] = limits->queue_ms;
}

int codec_read_hello(struct hello *hello, struct arena *arena, const uint8_t *payload, size_t len)
{
    ProtobufCAllocator allocator = codec_allocator(arena);
    Certname__V1__Hello *message = certname__v1__hello__unpack(&allocator, len, payload);

    *hello = (struct hello){0};
    if (!message)
        return arena->out_of_memory ? -ENOMEM : -EBADMSG;
    for (size_t i = 0; i < message->n_versions && i < HELLO_VERSIONS_COUNT; i++)
        hello->versions[hello->n_versions++] = message->versions[i];
    for (size_t i = 0; i < message->n_features && i < HELLO_FEATURES_COUNT; i++)
        hello->features[hello->n_features++] = codec_view(message->features[i]);
    hello->last_field = message->last_field;
    hello->release = codec_view(message->release);
    read_limits(hello, message->limits);
    return 0;
}
