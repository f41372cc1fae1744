/* SPDX-License-Identifier: MIT */
#include "daemon/verify/fingerprints.h"

#include <assert.h>
#include <string.h>

#include "daemon/policy/policy.h"
#include "daemon/verify/context.h"
#include "daemon/x509/parse/certificate.h"
#include "daemon/x509/parse/der.h"
#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/parse/outline.h"
#include "daemon/x509/path/path.h"
#include "daemon/x509/path/store.h"
#include "proto/request.h"

_Static_assert(PATH_CERTIFICATES_COUNT <= LIMIT_CERTIFICATES_COUNT,
               "every certificate of a path has a place");

static int add_issuer(struct fingerprint *certificate, const struct x509_context *context,
                      struct bytes issuer)
{
    int r;

    if (certificate->n_issuers == FINGERPRINT_ISSUERS_COUNT)
        return 0;
    r = x509_sha256(context, issuer.data, issuer.len, certificate->issuers[certificate->n_issuers]);
    certificate->n_issuers += r == 0;
    return r;
}

static int add(struct fingerprints *certificates, const struct x509_context *context,
               struct bytes spki, const struct fingerprint *parts)
{
    struct fingerprint *certificate = &certificates->list[certificates->n];
    int r;

    assert(certificates->n < LIMIT_CERTIFICATES_COUNT);
    *certificate = *parts;
    r = x509_sha256(context, spki.data, spki.len, certificate->spki);
    if (!r)
        r = add_issuer(certificate, context, certificate->issuer);
    if (r)
        return r;
    certificates->n++;
    return 0;
}

static int add_path(struct fingerprints *certificates, const struct x509_context *context,
                    const struct path_certificate *path, size_t n)
{
    int r = 0;

    certificates->validated = true;
    for (size_t i = 0; !r && i < n; i++) {
        const struct path_certificate *one = &path[i];
        const struct fingerprint parts = {
            .serial = one->serial.data,
            .n_serial = one->serial.len,
            .issuer = one->issuer,
            .subject = one->subject,
        };

        r = add(certificates, context, one->spki, &parts);
    }
    return r;
}

/*
 * Returns the content octets of the end entity's serial number, unchanged. libcrypto would return
 * the magnitude of a negative number, which differs from the octets that a denial compares.
 */
static struct bytes read_leaf_serial(const struct certificate *leaf, struct bytes bytes)
{
    struct bytes rest = {.data = bytes.data, .len = bytes.len}, serial;
    struct der certificate, tbs, value;

    if (der_take_tag(&rest, DER_SEQUENCE, &certificate) &&
        der_take_tag(&certificate.content, DER_SEQUENCE, &tbs)) {
        (void)der_take_tag(&tbs.content, DER_CONTEXT_0 | DER_CONSTRUCTED, &value);
        if (der_take_tag(&tbs.content, DER_INTEGER, &value))
            return value.content;
    }
    certificate_serial(leaf, &serial.data, &serial.len);
    return serial;
}

static int add_leaf(struct fingerprints *certificates, const struct x509_context *context,
                    const struct certificate *leaf, struct bytes der)
{
    struct bytes spki, serial = read_leaf_serial(leaf, der);
    struct fingerprint parts = {.serial = serial.data, .n_serial = serial.len};
    int r;

    spki.data = certificate_spki(leaf, &spki.len);
    r = certificate_issuer(leaf, &parts.issuer.data, &parts.issuer.len);
    return r ? r : add(certificates, context, spki, &parts);
}

static int add_sent(struct fingerprints *certificates, const struct x509_context *context,
                    const struct request *request)
{
    int r = 0;

    for (size_t i = 1; !r && i < request->n_certificates; i++) {
        struct outline outline;
        struct fingerprint parts;

        if (outline_read(&outline, request->certificates[i].data, request->certificates[i].len) !=
            OUTLINE_OK)
            continue;
        parts = (struct fingerprint){
            .serial = outline.serial.data,
            .n_serial = outline.serial.len,
            .issuer = outline.issuer,
            .subject = outline.subject,
        };
        r = add(certificates, context, outline.spki, &parts);
    }
    return r;
}

/* --- further encodings of the issuers' names --- */

static bool is_other_encoding(struct bytes name, struct bytes issuer)
{
    return name.data && !bytes_equal(name, issuer) && distinguished_equal(name, issuer);
}

static int add_sent_encodings(struct fingerprints *certificates, struct fingerprint *certificate,
                              const struct x509_context *context)
{
    int r = 0;

    for (size_t i = 0; !r && i < certificates->n; i++) {
        struct bytes subject = certificates->list[i].subject;

        if (is_other_encoding(subject, certificate->issuer))
            r = add_issuer(certificate, context, subject);
    }
    return r;
}

static int add_store_encodings(const struct store *store, struct fingerprint *certificate,
                               const struct x509_context *context)
{
    size_t n;
    const struct anchor *const *anchors = store_find(store, distinguished_hash(certificate->issuer),
                                                     &n);
    int r = 0;

    for (size_t i = 0; !r && i < n; i++) {
        struct bytes subject = anchors[i]->outline.subject;

        if (is_other_encoding(subject, certificate->issuer))
            r = add_issuer(certificate, context, subject);
    }
    return r;
}

static int add_encodings(struct fingerprints *certificates, const struct verify_context *context)
{
    size_t n_stores;
    int r = 0;

    (void)policy_trusts(context->policy, &n_stores);
    for (size_t i = 0; !r && i < certificates->n; i++) {
        struct fingerprint *certificate = &certificates->list[i];

        r = add_sent_encodings(certificates, certificate, context->x509);
        for (size_t j = 0; !r && context->stores && j < n_stores; j++) {
            if (context->stores[j])
                r = add_store_encodings(context->stores[j], certificate, context->x509);
        }
    }
    return r;
}

/*
 * Returns whether a denial lists serial numbers, which are compared together with the issuer's
 * name.
 */
static bool are_issuers_denied(const struct policy *policy)
{
    size_t n;
    const struct policy_deny *denies = policy_denies(policy, &n);

    for (size_t i = 0; i < n; i++) {
        if (denies[i].n_serials > 0)
            return true;
    }
    return false;
}

static int fill(struct fingerprints *certificates, const struct verify_context *context,
                const struct path_result *result, const struct certificate *leaf,
                const struct request *request)
{
    int r;

    if (result)
        return add_path(certificates, context->x509, result->path, result->n_path);
    r = add_leaf(certificates, context->x509, leaf, request->certificates[0]);
    return r ? r : add_sent(certificates, context->x509, request);
}

int fingerprints_init(struct fingerprints *certificates, const struct verify_context *context,
                      const struct path_result *result, const struct certificate *leaf,
                      const struct request *request)
{
    int r;

    certificates->validated = false;
    certificates->n = 0;
    r = fill(certificates, context, result, leaf, request);
    if (!r && are_issuers_denied(context->policy))
        r = add_encodings(certificates, context);
    return r;
}

int fingerprints_of_path(struct fingerprints *certificates, const struct verify_context *context,
                         const struct path_certificate *path, size_t n)
{
    int r;

    certificates->n = 0;
    r = add_path(certificates, context->x509, path, n);
    if (!r && are_issuers_denied(context->policy))
        r = add_encodings(certificates, context);
    return r;
}
