/* SPDX-License-Identifier: MIT */
#pragma once

/* The octets of libcrypto's strings, for the files of daemon/x509 alone. */

#include <openssl/asn1.h>

#include "base/bytes.h"

/* Borrows from the string, which is not NULL. */
static inline struct bytes bytes_of_string(const ASN1_STRING *string)
{
    return (struct bytes){
        .data = ASN1_STRING_get0_data(string),
        .len = (size_t)ASN1_STRING_length(string),
    };
}
