/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/name_key.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509.h>

#include "daemon/x509/parse/context_internal.h"

/*
 * The most attributes of one relative distinguished name that are compared; nearly every one has a
 * single attribute.
 */
#define ATTRIBUTES_COUNT 16

/*
 * Appends a length. Every value has its length before it, so that the end of one value is never
 * taken for the beginning of the next.
 */
static int put_number(struct name_key *key, size_t number)
{
    uint8_t octets[4] = {(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                         (uint8_t)number};

    return number > UINT32_MAX ? NAME_KEY_MALFORMED : name_key_put(key, octets, sizeof(octets));
}

static int put_counted(struct name_key *key, const void *data, size_t len)
{
    int r = put_number(key, len);

    return r ? r : name_key_put(key, data, len);
}

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * Removes white space at both ends of a text, reduces it to one blank inside, and changes ASCII
 * letters to lower case. Works in place. Returns the new length.
 */
static size_t fold_text(uint8_t *text, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        uint8_t c = text[i];

        if (is_space(c)) {
            if (n > 0 && text[n - 1] != ' ')
                text[n++] = ' ';
        } else {
            text[n++] = c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
        }
    }
    return n > 0 && text[n - 1] == ' ' ? n - 1 : n;
}

static bool is_text(int type)
{
    return type == V_ASN1_UTF8STRING || type == V_ASN1_BMPSTRING ||
           type == V_ASN1_UNIVERSALSTRING || type == V_ASN1_PRINTABLESTRING ||
           type == V_ASN1_T61STRING || type == V_ASN1_IA5STRING || type == V_ASN1_VISIBLESTRING;
}

static int put_value(struct name_key *key, const ASN1_STRING *value)
{
    unsigned char *text = NULL;
    int len, r;

    if (!is_text(ASN1_STRING_type(value))) {
        r = put_number(key, (size_t)(unsigned)ASN1_STRING_type(value));
        return r ? r
                 : put_counted(key, ASN1_STRING_get0_data(value),
                               (size_t)ASN1_STRING_length(value));
    }
    len = ASN1_STRING_to_UTF8(&text, value);
    if (len < 0) {
        /* libcrypto 3.5 does not always report that memory ran out. So the text is converted a
         * second time; if that succeeds, the text is not malformed and memory had run out. */
        r = x509_error(NAME_KEY_MALFORMED);
        if (r == NAME_KEY_MALFORMED && ASN1_STRING_to_UTF8(&text, value) >= 0) {
            OPENSSL_free(text);
            r = -ENOMEM;
        }
        return x509_error(r);
    }
    r = put_number(key, V_ASN1_UTF8STRING);
    if (!r)
        r = put_counted(key, text, fold_text(text, (size_t)len));
    OPENSSL_free(text);
    return r;
}

static int put_attribute(struct name_key *key, const X509_NAME_ENTRY *entry)
{
    const ASN1_OBJECT *object = X509_NAME_ENTRY_get_object(entry);
    int r = put_counted(key, OBJ_get0_data(object), OBJ_length(object));

    return r ? r : put_value(key, X509_NAME_ENTRY_get_data(entry));
}

static int compare(const void *left, const void *right)
{
    const struct name_key *a = left, *b = right;
    size_t len = a->len < b->len ? a->len : b->len;
    int r = len ? memcmp(a->data, b->data, len) : 0;

    return r != 0 ? r : (a->len > b->len) - (a->len < b->len);
}

/* Appends the attributes of one RDN in sorted order, since they are a set. */
static int put_sorted(struct name_key *key, struct name_key *attributes, size_t n)
{
    size_t len = 0;
    int r;

    qsort(attributes, n, sizeof(*attributes), compare);
    for (size_t i = 0; i < n; i++)
        len += attributes[i].len + 4;
    r = put_number(key, len);
    for (size_t i = 0; i < n && !r; i++)
        r = put_counted(key, attributes[i].data, attributes[i].len);
    return r;
}

/* Appends the RDN that begins at entry *ip, and moves *ip to the next RDN. */
static int put_relative(struct name_key *key, const X509_NAME *name, int *ip)
{
    struct name_key attributes[ATTRIBUTES_COUNT] = {0};
    int set = X509_NAME_ENTRY_set(X509_NAME_get_entry(name, *ip));
    size_t n = 0;
    int r = 0;

    for (; *ip < X509_NAME_entry_count(name) && !r; (*ip)++) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, *ip);

        if (X509_NAME_ENTRY_set(entry) != set)
            break;
        r = n < ATTRIBUTES_COUNT ? put_attribute(&attributes[n++], entry) : NAME_KEY_MALFORMED;
    }
    if (!r)
        r = put_sorted(key, attributes, n);
    for (size_t i = 0; i < n; i++)
        name_key_deinit(&attributes[i]);
    return r;
}

int name_key_directory(struct name_key *key, const X509_NAME *name)
{
    int n = X509_NAME_entry_count(name), i = 0, r = 0;

    while (i < n && !r)
        r = put_relative(key, name, &i);
    return r;
}
