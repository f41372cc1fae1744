/* SPDX-License-Identifier: MIT */
#pragma once

/* An OCSP response, read into where its parts lie. Nothing in it is trusted for being there. */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_signature.h"

/* Borrows the bytes it was read from. */
struct ocsp_response {
    struct signed_value value;
    struct bytes responder_name; /* a Name in DER; no data where a key is named */
    struct bytes responder_key;  /* SHA-1 of a public key; no data where a name is given */
    struct bytes singles;        /* SingleResponses in a row */
    struct bytes certificates;   /* Certificates in a row */
};

enum ocsp_status { OCSP_STATUS_UNKNOWN = 0, OCSP_STATUS_REVOKED, OCSP_STATUS_GOOD };

struct ocsp_single {
    struct bytes hash_algorithm; /* content octets of its OID */
    struct bytes issuer_name_hash;
    struct bytes issuer_key_hash;
    struct bytes serial; /* content octets */
    enum ocsp_status status;
    int64_t from; /* thisUpdate */
    bool has_end;
    int64_t until; /* nextUpdate */
    bool has_unknown_critical;
};

/* REASON_GOOD and *response; or REASON_OCSP_UNSUCCESSFUL, REASON_OCSP_MALFORMED,
 * REASON_OCSP_CRITICAL. */
enum revocation_reason ocsp_parse(struct ocsp_response *response, struct bytes bytes);

/* Takes the next one off *rest. False where it is not one. */
bool ocsp_take_single(struct bytes *rest, struct ocsp_single *single);
