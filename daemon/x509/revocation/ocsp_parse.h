/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Parses an OCSP response: finds its parts in the bytes. Nothing in them is trusted before the
 * signature is verified.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "daemon/x509/revocation/revocation_reason.h"
#include "daemon/x509/revocation/revocation_signature.h"

/* A response. All byte strings point into the bytes from which it was read. */
struct ocsp_response {
    struct signed_value value;
    struct bytes responder_name; /* the responder's Name in DER; absent if the response identifies
                                    it by its key */
    struct bytes responder_key;  /* the SHA-1 of the responder's key; absent if the response
                                    identifies it by its name */
    struct bytes singles;        /* all SingleResponses, one after the other */
    struct bytes certificates;   /* all Certificates, one after the other */
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

/* Reads the next SingleResponse and moves *rest behind it. Returns false if it is malformed. */
bool ocsp_take_single(struct bytes *rest, struct ocsp_single *single);
