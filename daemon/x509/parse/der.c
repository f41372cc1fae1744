/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/der.h"

#include "daemon/x509/parse/path_limits.h"

/* The most octets of a length. Three reach to 16 MiB, more than any value that is read here. */
#define MAX_LENGTH_OCTETS 3

static bool take_octet(struct bytes *rest, uint8_t *octetp)
{
    if (rest->len == 0)
        return false;
    *octetp = *rest->data++;
    rest->len--;
    return true;
}

/* Skips a tag number of 31 or more, which follows the identifier octet in base 128. */
static bool skip_high_number(struct bytes *rest)
{
    uint8_t octet = 0x80;

    for (int i = 0; i < 4 && (octet & 0x80); i++) {
        if (!take_octet(rest, &octet))
            return false;
    }
    return !(octet & 0x80);
}

static bool take_length(struct bytes *rest, size_t *lenp)
{
    uint8_t first, octet;
    size_t len = 0;
    int n;

    if (!take_octet(rest, &first))
        return false;
    if (first < 0x80) {
        *lenp = first;
        return true;
    }
    n = first & 0x7f;
    if (n == 0 || n > MAX_LENGTH_OCTETS)
        return false;
    for (int i = 0; i < n; i++) {
        if (!take_octet(rest, &octet) || (i == 0 && octet == 0))
            return false;
        len = len << 8 | octet;
    }
    *lenp = len;
    return len >= 0x80;
}

bool der_take(struct bytes *rest, struct der *der)
{
    struct bytes at = *rest;
    size_t len;

    if (!take_octet(&at, &der->tag) || ((der->tag & 0x1f) == 0x1f && !skip_high_number(&at)) ||
        !take_length(&at, &len) || len > at.len)
        return false;
    der->content = (struct bytes){.data = at.data, .len = len};
    at.data += len;
    at.len -= len;
    der->whole = (struct bytes){.data = rest->data, .len = rest->len - at.len};
    *rest = at;
    return true;
}

bool der_take_tag(struct bytes *rest, uint8_t tag, struct der *der)
{
    struct bytes at = *rest;

    if (!der_take(&at, der) || der->tag != tag)
        return false;
    *rest = at;
    return true;
}

/*
 * The low five bits of an identifier octet are the tag's number, the highest two its class, 0 for
 * universal tags.
 */
#define UNIVERSAL_NUMBER 0x1f
#define CLASS_BITS       0xc0

static bool is_bit_string(struct bytes content)
{
    unsigned n_unused;

    if (content.len == 0)
        return false;
    n_unused = content.data[0];
    if (content.len == 1 || n_unused == 0)
        return n_unused == 0;
    return n_unused < 8 && !(content.data[content.len - 1] & ((1U << n_unused) - 1));
}

bool der_is_canonical(const struct der *der)
{
    unsigned number = der->tag & UNIVERSAL_NUMBER;
    bool is_constructed = der->tag & DER_CONSTRUCTED;

    if (der->tag & CLASS_BITS)
        return true;
    if (number == (DER_SEQUENCE & UNIVERSAL_NUMBER) || number == (DER_SET & UNIVERSAL_NUMBER))
        return is_constructed;
    /* EXTERNAL, EMBEDDED PDV and numbers of 31 and more may be constructed. */
    if (number == 8 || number == 11 || number == UNIVERSAL_NUMBER)
        return true;
    if (is_constructed || number == 0)
        return false;
    if (number == DER_BOOLEAN)
        return der->content.len == 1 && (*der->content.data == 0 || *der->content.data == 0xff);
    return number != DER_BIT_STRING || is_bit_string(der->content);
}

enum der_walk der_walk(struct bytes bytes, unsigned *n_valuesp)
{
    struct bytes levels[PATH_NESTING_COUNT + 1] = {bytes};
    size_t depth = 0;
    struct der der;

    for (;;) {
        while (depth > 0 && levels[depth].len == 0)
            depth--;
        if (levels[depth].len == 0)
            return DER_WALK_OK;
        if (*n_valuesp == 0)
            return DER_WALK_VALUES;
        --*n_valuesp;
        if (!der_take(&levels[depth], &der) || !der_is_canonical(&der))
            return DER_WALK_INVALID;
        if (der.tag == DER_OID && der.content.len > PATH_OID_BYTES)
            return DER_WALK_OID;
        if (!(der.tag & DER_CONSTRUCTED))
            continue;
        if (depth == PATH_NESTING_COUNT)
            return DER_WALK_NESTING;
        levels[++depth] = der.content;
    }
}
