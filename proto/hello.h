/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The answer to `hello`: what a daemon speaks, knows and takes. The front writes it without
 * protobuf-c, with which it is not linked; codec.h reads it. The numbers are those of
 * certname.proto.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* Versions and features that a reader looks at; further ones are passed over. */
#define HELLO_VERSIONS_COUNT 8
#define HELLO_FEATURES_COUNT 32

/* In the order of their field numbers from 1 on; 0: the daemon does not say. */
enum hello_limit {
    HELLO_REQUEST_BYTES = 0, /* of the frame */
    HELLO_CERTIFICATES,
    HELLO_CERTIFICATE_BYTES,
    HELLO_REFERENCES,
    HELLO_REFERENCE_BYTES,
    HELLO_ANCHORS,
    HELLO_CRLS,
    HELLO_REPLY_BYTES, /* of the frame */
    HELLO_IN_FLIGHT,   /* requests of one connection */
    HELLO_IN_FLIGHT_PER_UID,
    HELLO_CONNECTIONS_PER_UID,
    HELLO_QUEUE_MS,
    HELLO_LIMITS_COUNT,
};

struct hello {
    uint32_t versions[HELLO_VERSIONS_COUNT]; /* of frames */
    size_t n_versions;
    uint32_t last_field; /* of VerifyRequest */
    uint32_t limits[HELLO_LIMITS_COUNT];
    struct bytes features[HELLO_FEATURES_COUNT];
    size_t n_features;
    struct bytes release; /* of the daemon, as in "0.1.0" */
};

/* The number of the last field of VerifyRequest that this release knows. */
#define HELLO_LAST_FIELD 16

/* Sets what the protocol promises: version, fields, features and the limits on the wire. Everything
 * else becomes 0. */
void hello_init(struct hello *hello);

/* Bytes of the longest payload that hello_write writes, with a release of 32 bytes at most. */
#define HELLO_BYTES 512

/* Writes the payload of the answer. Returns its length. */
size_t hello_write(uint8_t out[static HELLO_BYTES], const struct hello *hello);
