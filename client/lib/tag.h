/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Tags bind an answer to its question: the tag is a keyed hash of the question, and the daemon
 * sends it back unchanged. If two processes share a descriptor by mistake, for example after a
 * fork, neither can take an answer for the other as its own: either their keys differ, or they have
 * one key and their payloads differ.
 */

#include <stdint.h>

#include "base/bytes.h"
#include "client/lib/process_mark.h"
#include "client/lib/siphash.h"
#include "proto/frame.h"

struct tag_source {
    uint8_t key[SIPHASH_KEY_BYTES];
    uint64_t counter; /* changes with each tag, so that equal questions get different tags */
};

/* Draws a key. Returns 0; or -errno if the kernel gives no random bytes. */
int tag_source_init(struct tag_source *source);

/* Returns a tag for the request that differs from the tags of earlier requests and is never 0. */
uint64_t tag_next(struct tag_source *source, enum frame_kind kind, struct bytes payload);
