/* SPDX-License-Identifier: MIT */
#include "daemon/x509/revocation/crl_judge.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/parse/path_limits.h"
#include "daemon/x509/revocation/crl_parse.h"
#include "daemon/x509/revocation/revocation_extension.h"
#include "daemon/x509/revocation/revocation_limits.h"

#define TAG_CONSTRUCTED_0 0xa0
#define TAG_CONSTRUCTED_1 0xa1
#define TAG_DIRECTORY     0xa4

/* The largest size of a name that is composed of two parts, with its headers. */
#define COMPOSED_BYTES (2 * PATH_NAME_BYTES + 8)

/* The names of one distribution point. */
struct point_names {
    struct der names[CRL_POINT_NAMES_COUNT];
    size_t n;
    uint8_t composed[COMPOSED_BYTES]; /* the full name, composed if the distribution point's name is
                                         relative to an issuer */
};

/*
 * Reads GeneralNames of any kind. Returns false if they are malformed, there are none, or there are
 * too many.
 */
static bool read_names(struct point_names *point, struct bytes names)
{
    struct der name;

    point->n = 0;
    while (names.len > 0) {
        if (!der_take(&names, &name) || point->n == CRL_POINT_NAMES_COUNT)
            return false;
        point->names[point->n++] = name;
    }
    return point->n > 0;
}

/* Writes the header of a DER value shorter than 64 KiB. Returns the header's length. */
static size_t write_header(uint8_t *out, uint8_t tag, size_t len)
{
    size_t n = 0;

    out[n++] = tag;
    if (len > 0xff)
        out[n++] = 0x82;
    else if (len > 0x7f)
        out[n++] = 0x81;
    if (len > 0xff)
        out[n++] = (uint8_t)(len >> 8);
    out[n++] = (uint8_t)len;
    return n;
}

/*
 * Appends a nameRelativeToCRLIssuer to the issuer's name (RFC 5280 section 4.2.1.13), which gives a
 * directory name. Returns false if a name is malformed or the result too long.
 */
static bool compose_name(struct point_names *point, struct bytes issuer, struct bytes relative)
{
    struct der name;
    size_t n, n_rdns, n_header;
    uint8_t rdn[4];

    point->n = 0;
    if (!der_take_tag(&issuer, DER_SEQUENCE, &name) || name.content.len > PATH_NAME_BYTES ||
        relative.len == 0 || relative.len > PATH_NAME_BYTES)
        return false;
    n_header = write_header(rdn, DER_SET, relative.len);
    n_rdns = name.content.len + n_header + relative.len;
    n = write_header(point->composed, DER_SEQUENCE, n_rdns);
    memcpy(point->composed + n, name.content.data, name.content.len);
    n += name.content.len;
    memcpy(point->composed + n, rdn, n_header);
    n += n_header;
    memcpy(point->composed + n, relative.data, relative.len);
    n += relative.len;
    point->names[point->n++] = (struct der){
        .tag = TAG_DIRECTORY,
        .content = {.data = point->composed, .len = n},
    };
    return true;
}

/*
 * Reads a distribution point (RFC 5280 section 4.2.1.13). Returns false unless it consists of a
 * name only, which means that it is for all reasons and from the certificate's own issuer.
 */
static bool read_point(struct point_names *names, struct bytes issuer, struct bytes *points)
{
    struct der point, name, full, relative;

    if (!der_take_tag(points, DER_SEQUENCE, &point)) {
        points->len = 0;
        return false;
    }
    if (!der_take_tag(&point.content, TAG_CONSTRUCTED_0, &name) || point.content.len > 0)
        return false;
    if (der_take_tag(&name.content, TAG_CONSTRUCTED_1, &relative))
        return name.content.len == 0 && compose_name(names, issuer, relative.content);
    return der_take_tag(&name.content, TAG_CONSTRUCTED_0, &full) && name.content.len == 0 &&
           read_names(names, full.content);
}

/*
 * Returns whether two GeneralNames are the same: directory names are compared as names (RFC 5280
 * section 7.1), all others octet by octet.
 */
static bool is_same_name(const struct der *a, const struct der *b)
{
    if (a->tag != b->tag)
        return false;
    return a->tag == TAG_DIRECTORY ? distinguished_equal(a->content, b->content)
                                   : bytes_equal(a->content, b->content);
}

static bool have_common_name(const struct point_names *a, const struct point_names *b)
{
    for (size_t i = 0; i < a->n; i++) {
        for (size_t j = 0; j < b->n; j++) {
            if (is_same_name(&a->names[i], &b->names[j]))
                return true;
        }
    }
    return false;
}

/*
 * Returns the certificate's distribution points; absent bytes if it has no such extension or
 * several.
 */
static struct bytes get_points(const X509 *certificate)
{
    int at = X509_get_ext_by_NID(certificate, NID_crl_distribution_points, -1);
    const ASN1_OCTET_STRING *octets;
    struct bytes value;
    struct der points;

    if (at < 0 || X509_get_ext_by_NID(certificate, NID_crl_distribution_points, at) >= 0)
        return (struct bytes){0};
    octets = X509_EXTENSION_get_data(X509_get_ext(certificate, at));
    value = bytes_of_string(octets);
    if (!der_take_tag(&value, DER_SEQUENCE, &points) || value.len > 0)
        return (struct bytes){0};
    return points.content;
}

/*
 * Returns whether CRL and certificate have a distribution point in common (RFC 5280 section 6.3.3
 * (b)(2)(i)). The CRL has at most CRL_POINT_NAMES_COUNT names, so the time is linear in the size of
 * the certificate.
 */
static bool is_at_point(const struct crl_scope *scope, const struct crl_subject *subject)
{
    struct bytes points = get_points(subject->certificate);
    struct point_names of_certificate, of_crl;
    size_t n_points = 0;
    bool is_read = scope->relative.data
                       ? compose_name(&of_crl, subject->issuer_name, scope->relative)
                       : read_names(&of_crl, scope->points);

    if (!is_read)
        return false;
    while (points.len > 0 && n_points++ < CRL_POINT_NAMES_COUNT) {
        if (read_point(&of_certificate, subject->issuer_name, &points) &&
            have_common_name(&of_certificate, &of_crl))
            return true;
    }
    return false;
}

enum revocation_reason crl_outside(const struct crl_scope *scope, const struct crl_subject *subject)
{
    if (scope->only_attribute || (scope->only_user && subject->is_ca) ||
        (scope->only_ca && !subject->is_ca))
        return REASON_CRL_KIND;
    if (scope->is_delta)
        return REASON_CRL_DELTA;
    if (scope->is_indirect)
        return REASON_CRL_INDIRECT;
    if (scope->only_some_reasons)
        return REASON_CRL_SOME_REASONS;
    if (scope->has_point && !is_at_point(scope, subject))
        return REASON_CRL_POINT;
    return REASON_GOOD;
}
