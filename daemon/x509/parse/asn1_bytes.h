/* SPDX-License-Identifier: MIT */
#pragma once

/* Access to the octets of libcrypto's strings. Only for the files of daemon/x509. */

#include <openssl/asn1.h>

#include "base/bytes.h"

/* Returns the octets of the string, which must not be NULL. They are borrowed. */
static inline struct bytes bytes_of_string(const ASN1_STRING *string)
{
    return (struct bytes){
        .data = ASN1_STRING_get0_data(string),
        .len = (size_t)ASN1_STRING_length(string),
    };
}
