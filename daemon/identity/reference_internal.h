/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Functions that the reference_*.c files share and that no other file may call. Unless its comment
 * says otherwise, each int that they return is 0 (REFERENCE_OK), a positive enum reference_fault,
 * or -ENOMEM.
 */

#include <stdbool.h>

#include "daemon/identity/reference.h"

/* --- reference_labels.c --- */

/* Returns REFERENCE_OK if every character of `text` may stand in a host name, else the fault that
 * comes first in enum reference_fault. */
int reference_labels_characters_fault(const uint8_t *text, size_t len);

/*
 * Returns the length in bytes of the dot at the beginning of `text`, if there is one of the four
 * dots of IDNA (RFC 3490 section 3.1); else 0.
 */
size_t reference_labels_dot_len(const uint8_t *text, size_t len);

/*
 * Returns REFERENCE_OK, or the fault of a misplaced dot: only the label of the root may be empty,
 * and only at the very end (RFC 1034 section 3.1).
 */
int reference_labels_dots_fault(const uint8_t *text, size_t len);

/*
 * Appends `host` to reference->given, with ASCII dots and with U-labels converted to A-labels. If
 * reference->set is RULES_RFC9525, the length of labels in ASCII is checked too.
 */
int reference_labels_append(struct reference *reference, const uint8_t *host, size_t len);

/* --- reference_address.c --- */

/*
 * Reads an address in the form that inet_pton accepts. Returns the number of octets written to
 * `address`, 4 or 16; 0 if the text is not an address.
 */
size_t reference_address_read(const uint8_t *host, size_t len, uint8_t address[static 16]);

/*
 * Reads an address in any form that some program might accept (see reference_address.c). Returns
 * what reference_address_read returns.
 */
size_t reference_address_find(const uint8_t *host, size_t len, uint8_t address[static 16]);

/* --- reference_emulated.c --- */

/*
 * Reads `host` as the program does that reference->set emulates. `host` has 1 to
 * REFERENCE_INPUT_BYTES bytes, has no NUL, and is not an address.
 */
int reference_emulated_read(struct reference *reference, const uint8_t *host, size_t len);

/* --- reference_part.c --- */

/*
 * Reads `text` as the domain of a mailbox, URI or service, by the rules of `set`, and sets
 * reference->domain, domain_len and domain_is_address.
 */
int reference_part_read_domain(struct reference *reference, enum rule_set set, const uint8_t *text,
                               size_t len);

/* Appends bytes to reference->value. The caller guarantees that they fit. */
void reference_part_append(struct reference *reference, const void *bytes, size_t len);

/* --- reference_email.c, reference_uri.c, reference_srv.c --- */

/*
 * Each reads `text` (at least 1 byte) into a *reference of which only `kind` and `set` are filled
 * in. After a fault the caller zeroes *reference.
 */
int reference_email_read(struct reference *reference, const uint8_t *text, size_t len);
int reference_uri_read(struct reference *reference, const uint8_t *text, size_t len);
int reference_uri_read_spiffe(struct reference *reference, const uint8_t *text, size_t len);
int reference_srv_read(struct reference *reference, const uint8_t *text, size_t len);
