/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The answer to `hello`: the protocol versions, features and limits of a daemon. The front writes
 * it without protobuf-c, which it is not linked with; the client reads it with codec_read_hello.
 * The numbers are those of certname.proto.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* The largest numbers of versions and features that a reader keeps; further ones are ignored. */
#define HELLO_VERSIONS_COUNT 8
#define HELLO_FEATURES_COUNT 32

/*
 * The limits, in the order of their field numbers from 1 on. The value 0 means that the daemon does
 * not name the limit.
 */
enum hello_limit {
    HELLO_REQUEST_BYTES = 0, /* of a whole frame */
    HELLO_CERTIFICATES,
    HELLO_CERTIFICATE_BYTES,
    HELLO_REFERENCES,
    HELLO_REFERENCE_BYTES,
    HELLO_ANCHORS,
    HELLO_CRLS,
    HELLO_REPLY_BYTES, /* of a whole frame */
    HELLO_IN_FLIGHT,   /* requests that may be unanswered on one connection */
    HELLO_IN_FLIGHT_PER_UID,
    HELLO_CONNECTIONS_PER_UID,
    HELLO_QUEUE_MS,
    HELLO_LIMITS_COUNT,
};

struct hello {
    /* the versions of frames that the daemon understands */
    uint32_t versions[HELLO_VERSIONS_COUNT];
    size_t n_versions;
    uint32_t last_field; /* the highest field number of VerifyRequest that the daemon knows */
    uint32_t limits[HELLO_LIMITS_COUNT];
    struct bytes features[HELLO_FEATURES_COUNT];
    size_t n_features;
    struct bytes release; /* the release of the daemon, for example "0.1.0" */
};

/* The highest field number of VerifyRequest that this release knows. */
#define HELLO_LAST_FIELD 16

/*
 * Sets what the protocol fixes: versions, last field, features, and the limits that are the same in
 * every daemon of this release. Everything else becomes 0.
 */
void hello_init(struct hello *hello);

/* The size of the longest payload that hello_write writes, if `release` has at most 32 bytes. */
#define HELLO_BYTES 512

/* Writes the payload of the answer. Returns its length. */
size_t hello_write(uint8_t out[static HELLO_BYTES], const struct hello *hello);
