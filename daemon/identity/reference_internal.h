/* SPDX-License-Identifier: MIT */
#pragma once

/* What the ways to read a reference share. For the files of that name alone. */

#include <stdbool.h>

#include "daemon/identity/reference.h"

/* The characters of `text`: REFERENCE_OK, or of all faults the one that comes first in the enum. */
int reference_characters_fault(const uint8_t *text, size_t len);

/* The length of the dot at `text`, one of the four of IDNA, or 0. */
size_t reference_dot_len(const uint8_t *text, size_t len);

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

/*
 * Reads `text` as the domain of a mailbox, URI or service, by the rules of `set`: into
 * reference->domain and what belongs to it. Returns as reference_parse, with faults of a domain.
 */
int reference_read_domain(struct reference *reference, enum rule_set set, const uint8_t *text,
                          size_t len);

/* Appends bytes to reference->value. The caller has seen to it that they fit. */
void reference_append(struct reference *reference, const void *bytes, size_t len);

/*
 * Each reads one kind into a *reference that holds nothing but kind and rule set. Returns as
 * reference_parse; what *reference holds after a fault does not matter.
 */
int reference_read_email(struct reference *reference, const uint8_t *text, size_t len);
int reference_read_uri(struct reference *reference, const uint8_t *text, size_t len);
int reference_read_spiffe(struct reference *reference, const uint8_t *text, size_t len);
int reference_read_srv(struct reference *reference, const uint8_t *text, size_t len);
