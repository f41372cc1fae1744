/* SPDX-License-Identifier: MIT */
#pragma once

/* What the two ways to read a name share. For reference.c and reference_peer.c alone. */

#include <stdbool.h>

#include "daemon/identity/reference.h"

/* The characters of `text`: REFERENCE_OK, or of all faults the one that comes first in the enum. */
int reference_characters_fault(const uint8_t *text, size_t len);

/* The length of the dot at `text`, one of the four of IDNA, or 0. */
size_t reference_dot_len(const uint8_t *text, size_t len);

bool reference_is_ascii(const uint8_t *text, size_t len);

/*
 * Appends `host` to reference->given, its dots as ASCII and its U-labels as A-labels. Labels that
 * are ASCII have to be fit if reference->set is RULES_RFC9525. Returns as reference_parse.
 */
int reference_append_labels(struct reference *reference, const uint8_t *host, size_t len);

/*
 * Reads `host`, of 1 to REFERENCE_INPUT_BYTES bytes without a NUL and no address, as the peer does
 * that reference->set names. Returns as reference_parse.
 */
int reference_read_peer_name(struct reference *reference, const uint8_t *host, size_t len);
