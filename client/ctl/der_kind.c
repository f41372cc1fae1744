/* SPDX-License-Identifier: MIT */
#include "client/ctl/der_kind.h"

#include <openssl/asn1.h>
#include <stdbool.h>

/* The version number at the start of a PKCS #12 file is 3, that of a private key 0 or 1. */
#define PKCS12_VERSION          3
#define PRIVATE_KEY_VERSION_MAX 1

/* The bytes of a DER object that have not been read yet. */
struct rest {
    const uint8_t *data;
    size_t len;
};

/* One DER element: its universal tag, and as much of its contents as the data holds. */
struct element {
    int tag; /* the tag; -1 if there is no element, or if its tag is not universal */
    struct rest contents;
};

/* Reads the first element of *rest and moves *rest behind it. */
static struct element take(struct rest *rest)
{
    struct element element = {.tag = -1};
    const unsigned char *at = rest->data;
    long len = 0;
    int tag = 0, class = 0;
    int r;

    if (rest->len == 0)
        return element;
    /* Bit 7 of the result means that the element claims more bytes than the data has. Its tag and
     * length have been read nevertheless, and its contents are what the data has. */
    r = ASN1_get_object(&at, &len, &tag, &class, (long)rest->len);
    if (len < 0 || (size_t)len > rest->len - (size_t)(at - rest->data))
        len = (long)(rest->len - (size_t)(at - rest->data));
    if (class == V_ASN1_UNIVERSAL && (r & V_ASN1_CONSTRUCTED || tag != V_ASN1_SEQUENCE))
        element.tag = tag;
    element.contents = (struct rest){at, (size_t)len};
    rest->len -= (size_t)(at - rest->data) + (size_t)len;
    rest->data = at + len;
    return element;
}

/*
 * Returns whether the element can be a Name, a SEQUENCE of SETs. A certificate request has a Name
 * behind its version. A certificate of version 1 begins with an INTEGER too (its serial number),
 * but has an AlgorithmIdentifier behind it.
 */
static bool is_name(struct element element)
{
    return element.tag == V_ASN1_SEQUENCE &&
           (element.contents.len == 0 || take(&element.contents).tag == V_ASN1_SET);
}

/*
 * Recognises an object whose first element is a SEQUENCE. `inner` is the contents of that element,
 * `following` the elements behind it. Returns the object's name for der_kind_unfit(), or NULL.
 */
static const char *name_by_inner(struct rest inner, struct rest following)
{
    int tag = take(&inner).tag;

    if (tag == V_ASN1_OBJECT) {
        tag = take(&following).tag;
        if (tag == V_ASN1_OCTET_STRING)
            return "an encrypted private key";
        return tag == V_ASN1_BIT_STRING ? "a public key" : NULL;
    }
    return tag == V_ASN1_INTEGER && is_name(take(&inner)) ? "a certificate signing request" : NULL;
}

/*
 * Returns what an object is whose first element is an INTEGER of one byte with this value; NULL for
 * none of the kinds of der_kind_unfit().
 */
static const char *name_by_version(uint8_t version)
{
    if (version == PKCS12_VERSION)
        return "a PKCS #12 file";
    return version <= PRIVATE_KEY_VERSION_MAX ? "a private key" : NULL;
}

const char *der_kind_unfit(const uint8_t *der, size_t len)
{
    struct rest rest = {der, len};
    struct element whole = take(&rest), first;

    if (whole.tag != V_ASN1_SEQUENCE)
        return NULL;
    first = take(&whole.contents);
    switch (first.tag) {
    case V_ASN1_INTEGER:
        return first.contents.len == 1 ? name_by_version(first.contents.data[0]) : NULL;
    case V_ASN1_OBJECT:
        return "a PKCS #7 file";
    case V_ASN1_SEQUENCE:
        return name_by_inner(first.contents, whole.contents);
    default:
        return NULL;
    }
}
