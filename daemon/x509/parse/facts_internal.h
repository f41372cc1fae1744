/* SPDX-License-Identifier: MIT */
#pragma once

/* The parts of facts_init, for facts*.c alone. Each facts_read_… returns as facts_init does. */

#include <openssl/asn1t.h>

#include "daemon/x509/parse/facts.h"

/* Sets facts->fault. Returns FACTS_INVALID. */
int facts_refuse(struct facts *facts, const struct facts_fault *fault);

/* Takes one DER element off *from: its contents, or all of it with `whole`. False where the element
 * has another tag or class, or does not end within *from. */
bool facts_take(struct bytes *from, int class, int tag, bool whole, struct bytes *element);

int facts_read_dates(struct facts *facts, const X509 *certificate);
int facts_read_key(struct facts *facts, const X509 *certificate);
int facts_read_signature(struct facts *facts, const X509 *certificate);
int facts_read_extensions(struct facts *facts, const X509 *certificate);
