/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/distinguished.h"

#include "daemon/x509/parse/der.h"

/* The constants of the FNV-1a hash with 64 bits. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
#define HASH_PRIME UINT64_C(0x100000001b3)

/* A string whose characters are read one by one as UTF-8, whatever its type. */
struct folded_text {
    struct bytes rest;
    size_t width;    /* octets of one character; 0 for UTF-8 and its subsets */
    uint8_t utf8[4]; /* the octets of the character that is being converted, in reverse order */
    size_t n_utf8;
    bool has_started; /* an octet other than white space has been returned */
};

/*
 * Begins reading a string. Returns false if the value is not a string, or does not consist of whole
 * characters. T61String is read as ISO 8859-1, which is what it contains in practice.
 */
static bool open_text(struct folded_text *text, const struct der *value)
{
    *text = (struct folded_text){.rest = value->content};
    switch (value->tag) {
    case DER_UTF8_STRING:
    case DER_PRINTABLE_STRING:
    case DER_IA5_STRING:
    case DER_VISIBLE_STRING:
        return true;
    case DER_T61_STRING:
        text->width = 1;
        return true;
    case DER_BMP_STRING:
        text->width = 2;
        break;
    case DER_UNIVERSAL_STRING:
        text->width = 4;
        break;
    default:
        return false;
    }
    return value->content.len % text->width == 0;
}

/* Reads a character of fixed width. Returns false if it is beyond Unicode. */
static bool take_character(struct folded_text *text, uint32_t *characterp)
{
    uint32_t character = 0;

    for (size_t i = 0; i < text->width; i++)
        character = character << 8 | text->rest.data[i];
    text->rest.data += text->width;
    text->rest.len -= text->width;
    *characterp = character;
    return character < 0x110000;
}

/* Converts a character to UTF-8 and stores its octets, the last one first. */
static void put_character(struct folded_text *text, uint32_t character)
{
    static const uint8_t lead[] = {0x00, 0xc0, 0xe0, 0xf0};
    size_t n_more = character < 0x80 ? 0 : character < 0x800 ? 1 : character < 0x10000 ? 2 : 3;

    for (size_t i = 0; i < n_more; i++, character >>= 6)
        text->utf8[text->n_utf8++] = (uint8_t)(0x80 | (character & 0x3f));
    text->utf8[text->n_utf8++] = (uint8_t)(lead[n_more] | character);
}

/*
 * Returns the next octet of UTF-8 without moving behind it; -1 at the end. For a character beyond
 * Unicode it is 0xff, which does not occur in UTF-8.
 */
static int peek_octet(struct folded_text *text)
{
    uint32_t character;

    if (text->width == 0)
        return text->rest.len > 0 ? *text->rest.data : -1;
    if (text->n_utf8 == 0) {
        if (text->rest.len == 0)
            return -1;
        if (take_character(text, &character))
            put_character(text, character);
        else
            text->utf8[text->n_utf8++] = 0xff;
    }
    return text->utf8[text->n_utf8 - 1];
}

static void skip_octet(struct folded_text *text)
{
    if (text->width > 0) {
        text->n_utf8--;
        return;
    }
    text->rest.data++;
    text->rest.len--;
}

static bool is_space(int c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Returns the next octet of the text in folded form: white space is skipped at both ends and
 * becomes one blank inside, and ASCII letters become lower case. Returns -1 at the end.
 */
static int next_folded(struct folded_text *text)
{
    bool is_spaced = false;
    int c;

    while (is_space(c = peek_octet(text))) {
        skip_octet(text);
        is_spaced = true;
    }
    if (c < 0)
        return -1;
    if (is_spaced && text->has_started) {
        /* The next call returns the octet after the blank. */
        text->has_started = false;
        return ' ';
    }
    text->has_started = true;
    skip_octet(text);
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool text_equal(struct folded_text *a, struct folded_text *b)
{
    int x, y;

    do {
        x = next_folded(a);
        y = next_folded(b);
    } while (x == y && x >= 0);
    return x == y;
}

static bool value_equal(const struct der *a, const struct der *b)
{
    struct folded_text a_text, b_text;

    if (open_text(&a_text, a) && open_text(&b_text, b))
        return text_equal(&a_text, &b_text);
    return a->tag == b->tag && bytes_equal(a->content, b->content);
}

/* Reads the next AttributeTypeAndValue and moves *rest behind it. */
static bool take_attribute(struct bytes *rest, struct der *typep, struct der *valuep)
{
    struct der attribute;

    return der_take_tag(rest, DER_SEQUENCE, &attribute) &&
           der_take_tag(&attribute.content, DER_OID, typep) &&
           der_take(&attribute.content, valuep) && attribute.content.len == 0;
}

/*
 * Returns whether two RDNs have the same attributes in the order of their encoding. DER sorts a SET
 * by its octets, so the order of equal attributes can differ only if their string types do.
 */
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
    struct folded_text text;
    int c;

    if (!open_text(&text, value))
        return hash_bytes(hash_octet(hash, value->tag), value->content);
    while ((c = next_folded(&text)) >= 0)
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
