/* SPDX-License-Identifier: MIT */
#pragma once

/* Parses an OCSP response: finds its parts in the bytes. Nothing in it is trusted before its
 * signature is verified. */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_signature.h"

/* A response. It borrows the bytes from which it was read. */
struct ocsp_response {
    struct signed_value value;
    struct bytes responder_name; /* a Name in DER; absent if a key is named */
    struct bytes responder_key;  /* SHA-1 of a public key; absent if a name is given */
    struct bytes singles;        /* SingleResponses, one behind the other */
    struct bytes certificates;   /* Certificates, one behind the other */
};

enum ocsp_status { OCSP_STATUS_UNKNOWN = 0, OCSP_STATUS_REVOKED, OCSP_STATUS_GOOD };

/* A SingleResponse: the status of one certificate. */
struct ocsp_single {
    struct bytes hash_algorithm; /* content octets of the OID */
    struct bytes issuer_name_hash;
    struct bytes issuer_key_hash;
    struct bytes serial; /* content octets of the INTEGER */
    enum ocsp_status status;
    int64_t from; /* thisUpdate */
    bool has_end;
    int64_t until; /* nextUpdate */
    bool has_unknown_critical;
};

/* Returns REASON_GOOD and *response; or REASON_OCSP_UNSUCCESSFUL, REASON_OCSP_MALFORMED or
 * REASON_OCSP_CRITICAL. */
enum revocation_reason ocsp_parse(struct ocsp_response *response, struct bytes bytes);

/* Takes the next SingleResponse off *rest. Returns false if it is malformed. */
bool ocsp_take_single(struct bytes *rest, struct ocsp_single *single);
