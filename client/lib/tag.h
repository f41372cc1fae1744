/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Tags bind an answer to its question: the tag is a keyed hash of the question, and the daemon
 * returns it unchanged. Where two processes share a descriptor by mistake, as after a fork, neither
 * can take the other's answer for its own: their keys differ, or, with one key, their payloads do.
 */

#include <stdint.h>

#include "base/bytes.h"
#include "client/lib/process_mark.h"
#include "client/lib/siphash.h"
#include "proto/frame.h"

struct tag_source {
    uint8_t key[SIPHASH_KEY_BYTES];
    uint64_t counter; /* differs for each tag, so that equal questions have different tags */
};

/* Draws a key. Returns 0; or -errno if the kernel gives no random bytes. */
int tag_source_init(struct tag_source *source);

/* Returns a tag for the request that no earlier request has; never 0. */
uint64_t tag_next(struct tag_source *source, enum frame_kind kind, struct bytes payload);
