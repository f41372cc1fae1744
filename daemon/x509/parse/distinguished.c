/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/distinguished.h"

#include "daemon/x509/parse/der.h"

/* FNV-1a, 64 bits. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

static bool is_text(uint8_t tag)
{
    return tag == DER_UTF8_STRING || tag == DER_PRINTABLE_STRING || tag == DER_IA5_STRING;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Takes the next octet of the text: white space at both ends is skipped, within the text it is one
 * blank, and ASCII letters are lowered. Returns -1 at the end. */
static int next_folded(struct bytes *text, bool *startedp)
{
    bool spaced = false;

    while (text->len > 0 && is_space(*text->data)) {
        text->data++;
        text->len--;
        spaced = true;
    }
    if (text->len == 0)
        return -1;
    if (spaced && *startedp) {
        /* The next call returns the octet after the blank. */
        *startedp = false;
        return ' ';
    }
    *startedp = true;
    text->len--;
    if (*text->data >= 'A' && *text->data <= 'Z')
        return *text->data++ - 'A' + 'a';
    return *text->data++;
}

static bool text_equal(struct bytes a, struct bytes b)
{
    bool a_started = false, b_started = false;
    int x, y;

    do {
        x = next_folded(&a, &a_started);
        y = next_folded(&b, &b_started);
    } while (x == y && x >= 0);
    return x == y;
}

static bool value_equal(const struct der *a, const struct der *b)
{
    if (is_text(a->tag) && is_text(b->tag))
        return text_equal(a->content, b->content);
    return a->tag == b->tag && bytes_equal(a->content, b->content);
}

/* Takes an AttributeTypeAndValue off *rest. */
static bool take_attribute(struct bytes *rest, struct der *typep, struct der *valuep)
{
    struct der attribute;

    return der_take_tag(rest, DER_SEQUENCE, &attribute) &&
           der_take_tag(&attribute.content, DER_OID, typep) &&
           der_take(&attribute.content, valuep) && attribute.content.len == 0;
}

/* Compares the attributes of two RDNs in the order of their encoding. DER sorts a SET by its
 * octets, so the order differs at most where the types of strings do. */
static bool relative_equal(struct bytes a, struct bytes b)
{
    struct der a_type, a_value, b_type, b_value;

    while (a.len > 0 && b.len > 0) {
        if (!take_attribute(&a, &a_type, &a_value) || !take_attribute(&b, &b_type, &b_value) ||
            !bytes_equal(a_type.content, b_type.content) || !value_equal(&a_value, &b_value))
            return false;
    }
    return a.len == 0 && b.len == 0;
}

bool distinguished_equal(struct bytes a, struct bytes b)
{
    struct der a_name, b_name, a_relative, b_relative;

    if (!der_take_tag(&a, DER_SEQUENCE, &a_name) || !der_take_tag(&b, DER_SEQUENCE, &b_name) ||
        a.len > 0 || b.len > 0)
        return false;
    while (a_name.content.len > 0 && b_name.content.len > 0) {
        if (!der_take_tag(&a_name.content, DER_SET, &a_relative) ||
            !der_take_tag(&b_name.content, DER_SET, &b_relative) ||
            !relative_equal(a_relative.content, b_relative.content))
            return false;
    }
    return a_name.content.len == 0 && b_name.content.len == 0;
}

static uint64_t hash_octet(uint64_t hash, uint8_t octet)
{
    return (hash ^ octet) * HASH_PRIME;
}

static uint64_t hash_bytes(uint64_t hash, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        hash = hash_octet(hash, bytes.data[i]);
    return hash_octet(hash, 0);
}

static uint64_t hash_value(uint64_t hash, const struct der *value)
{
    struct bytes text = value->content;
    bool started = false;
    int c;

    if (!is_text(value->tag))
        return hash_bytes(hash_octet(hash, value->tag), value->content);
    while ((c = next_folded(&text, &started)) >= 0)
        hash = hash_octet(hash, (uint8_t)c);
    return hash_octet(hash, 0);
}

uint64_t distinguished_hash(struct bytes name)
{
    struct der sequence, relative, type, value;
    uint64_t hash = HASH_START;

    if (!der_take_tag(&name, DER_SEQUENCE, &sequence))
        return hash;
    while (der_take_tag(&sequence.content, DER_SET, &relative)) {
        hash = hash_octet(hash, 1);
        while (take_attribute(&relative.content, &type, &value))
            hash = hash_value(hash_bytes(hash, type.content), &value);
    }
    return hash;
}
