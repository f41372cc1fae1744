/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * The steps of facts_init. Only for the files facts*.c. Each facts_read_… function returns 0,
 * FACTS_INVALID or -ENOMEM, as facts_init does.
 */

#include <openssl/asn1t.h>

#include "daemon/x509/parse/facts.h"

/* Sets facts->fault. Returns FACTS_INVALID. */
int facts_refuse(struct facts *facts, const struct facts_fault *fault);

/*
 * Reads the next DER element and moves *from behind it. *element is its content, or with `whole`
 * the element including its header. Returns false if the element has another tag or class, or does
 * not end within *from.
 */
bool facts_take(struct bytes *from, int class, int tag, bool whole, struct bytes *element);

int facts_read_dates(struct facts *facts, const X509 *certificate);
int facts_read_key(struct facts *facts, const X509 *certificate);
int facts_read_signature(struct facts *facts, const X509 *certificate);
int facts_read_extensions(struct facts *facts, const X509 *certificate);
