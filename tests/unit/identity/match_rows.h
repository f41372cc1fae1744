/* SPDX-License-Identifier: MIT */
#pragma once

/* Macros for writing presented identities in the tables of the matching tests. */

#include <check.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/identity/identity.h"

#define IDENTITY(type, text)                                                                       \
    {                                                                                              \
        type, (const uint8_t *)(text), sizeof(text) - 1                                            \
    }
#define DNS(text)   IDENTITY(IDENTITY_DNS, text)
#define IP(octets)  IDENTITY(IDENTITY_IP, octets)
#define CN(text)    IDENTITY(IDENTITY_CN, text)
#define EMAIL(text) IDENTITY(IDENTITY_EMAIL, text)
#define URI(text)   IDENTITY(IDENTITY_URI, text)
#define SRV(text)   IDENTITY(IDENTITY_SRV, text)
#define UTF8(text)  IDENTITY(IDENTITY_SMTP_UTF8, text)
#define MAIL(text)  IDENTITY(IDENTITY_SUBJECT_EMAIL, text)
#define OTHER(text) IDENTITY(IDENTITY_OTHER, text)
#define MALFORMED   IDENTITY(IDENTITY_MALFORMED, "\x30\x80")

#define N_ROWS(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define N_PRESENTED  4

/*
 * Returns a copy that ends exactly at `len`, so that ASan reports a read beyond its end; NULL for
 * no data. The caller frees it.
 */
static inline uint8_t *exactly(const void *data, size_t len)
{
    uint8_t *copy = data ? malloc(len > 0 ? len : 1) : NULL;

    ck_assert(!data || copy);
    if (len > 0)
        memcpy(copy, data, len);
    return copy;
}

#define V4_1      "\xc0\0\2\1"
#define V6_1      "\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"
#define V4_MAPPED "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1"
#define LABEL_61  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define NAME_253  LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_61
#define LABEL_63  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
