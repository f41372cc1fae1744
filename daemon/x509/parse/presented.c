/* SPDX-License-Identifier: MIT */
#include "daemon/x509/parse/presented.h"

#include <errno.h>
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/objects.h>

#include "base/error.h"
#include "daemon/x509/parse/context_internal.h"

static struct identity from_string(enum identity_type type, const ASN1_STRING *string)
{
    struct identity identity = {.type = type};

    if (string) {
        identity.data = ASN1_STRING_get0_data(string);
        identity.len = (size_t)ASN1_STRING_length(string);
    }
    return identity;
}

/* Reads an otherName. Its value has to have the type that the definition of its type-id demands. */
static struct identity from_other(const OTHERNAME *other)
{
    int nid = OBJ_obj2nid(other->type_id);
    int type = other->value ? other->value->type : V_ASN1_UNDEF;

    if (nid == NID_SRVName && type == V_ASN1_IA5STRING)
        return from_string(IDENTITY_SRV, other->value->value.ia5string);
    if (nid == NID_id_on_SmtpUTF8Mailbox && type == V_ASN1_UTF8STRING)
        return from_string(IDENTITY_SMTP_UTF8, other->value->value.utf8string);
    if (nid == NID_SRVName || nid == NID_id_on_SmtpUTF8Mailbox)
        return (struct identity){.type = IDENTITY_MALFORMED};
    return (struct identity){.type = IDENTITY_OTHER};
}

static struct identity from_general_name(const GENERAL_NAME *name)
{
    switch (name->type) {
    case GEN_DNS:
        return from_string(IDENTITY_DNS, name->d.dNSName);
    case GEN_IPADD:
        return from_string(IDENTITY_IP, name->d.iPAddress);
    case GEN_EMAIL:
        return from_string(IDENTITY_EMAIL, name->d.rfc822Name);
    case GEN_URI:
        return from_string(IDENTITY_URI, name->d.uniformResourceIdentifier);
    case GEN_OTHERNAME:
        return from_other(name->d.otherName);
    default:
        return (struct identity){.type = IDENTITY_OTHER};
    }
}

/*
 * Decodes the extension as GeneralNames. Returns NULL if it cannot be decoded or something follows.
 */
static GENERAL_NAMES *decode_alternative(X509_EXTENSION *extension)
{
    const ASN1_OCTET_STRING *octets = X509_EXTENSION_get_data(extension);
    const unsigned char *data = ASN1_STRING_get0_data(octets);
    int len = ASN1_STRING_length(octets);
    const unsigned char *end = data + len;
    GENERAL_NAMES *names = d2i_GENERAL_NAMES(NULL, &data, len);

    if (names && data != end) {
        GENERAL_NAMES_free(names);
        return NULL;
    }
    return names;
}

/*
 * Counts the subjectAltName extensions. Returns 0, 1, or 2 for more than one; *extensionp is the
 * first one.
 */
static int count_alternative(const X509 *certificate, X509_EXTENSION **extensionp)
{
    int at = X509_get_ext_by_NID(certificate, NID_subject_alt_name, -1);

    if (at < 0)
        return 0;
    *extensionp = X509_get_ext(certificate, at);
    return X509_get_ext_by_NID(certificate, NID_subject_alt_name, at) < 0 ? 1 : 2;
}

/* Returns n, or 0 for the -1 that sk_…_num returns for NULL. */
static int count_stack(int n)
{
    return n > 0 ? n : 0;
}

static size_t count_subject(const X509_NAME *subject, int nid)
{
    size_t n = 0;

    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, nid, at)) >= 0;)
        n++;
    return n;
}

static void add_alternative(struct presented *presented)
{
    for (int i = 0; i < count_stack(sk_GENERAL_NAME_num(presented->alternative)); i++)
        presented->identities[presented->n_identities++] = from_general_name(
            sk_GENERAL_NAME_value(presented->alternative, i));
}

/*
 * Adds all attributes of one type from the subject. An attribute that cannot be converted to UTF-8
 * becomes an identity without bytes.
 */
static void add_subject(struct presented *presented, const X509_NAME *subject, int nid,
                        enum identity_type type)
{
    for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, nid, at)) >= 0;) {
        const X509_NAME_ENTRY *entry = X509_NAME_get_entry(subject, at);
        struct identity *identity = &presented->identities[presented->n_identities++];
        unsigned char *text = NULL;
        int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));

        identity->type = type;
        if (len < 0)
            continue;
        presented->texts[presented->n_texts++] = text;
        identity->data = text;
        identity->len = (size_t)len;
    }
}

int presented_init(struct presented *presented, const X509 *certificate)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    X509_EXTENSION *extension = NULL;
    int n_extensions = count_alternative(certificate, &extension);
    size_t n_subject = count_subject(subject, NID_commonName) +
                       count_subject(subject, NID_pkcs9_emailAddress);
    size_t n;

    *presented = PRESENTED_NULL;
    if (n_extensions == 1)
        presented->alternative = decode_alternative(extension);
    n = (size_t)count_stack(sk_GENERAL_NAME_num(presented->alternative)) + n_subject + 1;
    presented->identities = calloc(n, sizeof(*presented->identities));
    presented->texts = calloc(n_subject + 1, sizeof(*presented->texts));
    if (!presented->identities || !presented->texts)
        return error_origin(-ENOMEM);

    if (n_extensions > 0 && !presented->alternative)
        presented->identities[presented->n_identities++].type = IDENTITY_MALFORMED;
    add_alternative(presented);
    add_subject(presented, subject, NID_commonName, IDENTITY_CN);
    add_subject(presented, subject, NID_pkcs9_emailAddress, IDENTITY_SUBJECT_EMAIL);
    return x509_error(0);
}

void presented_deinit(struct presented *presented)
{
    for (size_t i = 0; i < presented->n_texts; i++)
        OPENSSL_free(presented->texts[i]);
    free(presented->texts);
    free(presented->identities);
    GENERAL_NAMES_free(presented->alternative);
    *presented = PRESENTED_NULL;
}
