/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Ranks identities that do not match by how near they are to the reference, so that a message names
 * the identity that holds the mistake.
 */

#include <stddef.h>

#include "daemon/identity/identity.h"
#include "daemon/identity/reference.h"

/*
 * Returns how near an identity is to the reference; a greater number is nearer, and 0 means that it
 * is of another kind.
 *
 * For a host, from the nearest on: a name, common name or address whose text is that of the
 * reference, or would be without blanks and control characters; a name of the reference's type, by
 * the number of labels that are equal from the right, then by whether it has as many labels as the
 * reference, then by whether it has a star; an identity that cannot be decoded; another common
 * name. For an address an iPAddress of the same family is nearer than another one. For a SPIFFE ID
 * the number of bytes counts that are equal from the left, for the other kinds the domain.
 */
size_t match_rank(const struct reference *reference, const struct identity *presented);
