/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts of facts_init; for facts*.c alone. Each returns as facts_init does. */

#include <openssl/asn1t.h>

#include "daemon/x509/parse/facts.h"

/* The certificate is unreadable for this reason. FACTS_INVALID. */
int facts_refuse(struct facts *facts, const struct facts_fault *fault);

/*
 * Takes one element off the front of `from`: its contents, or with `whole` all of it. False if it
 * is not of this tag and class, or does not end within.
 */
bool facts_take(struct bytes *from, int class, int tag, bool whole, struct bytes *element);

int facts_read_dates(struct facts *facts, const X509 *certificate);
int facts_read_key(struct facts *facts, const X509 *certificate);
int facts_read_signature(struct facts *facts, const X509 *certificate);
int facts_read_extensions(struct facts *facts, const X509 *certificate);
