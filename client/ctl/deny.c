/* SPDX-License-Identifier: MIT */
#include "client/ctl/deny.h"

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base64.h"
#include "client/ctl/text.h"

/*
 * The longest serial number in bytes: RFC 5280 section 4.1.2.2 allows 20, and the policy accepts no
 * longer one.
 */
#define SERIAL_BYTES_MAX 20
/*
 * The section's title contains the first 8 bytes of the certificate's SHA-256, which makes the
 * title unique.
 */
#define TITLE_BYTES 8

/*
 * Writes the serial number in hexadecimal digits; or "" if the number is negative or too long, so
 * that the key `serials` of the policy cannot hold it.
 */
static void write_serial(char text[static 2 * SERIAL_BYTES_MAX + 1], const X509 *certificate)
{
    const ASN1_INTEGER *serial = X509_get0_serialNumber(certificate);
    const unsigned char *data = ASN1_STRING_get0_data(serial);
    int len = ASN1_STRING_length(serial);

    *text = '\0';
    if (ASN1_STRING_type(serial) != V_ASN1_INTEGER)
        return;
    for (; len > 1 && *data == 0; len--)
        data++;
    if (len < 1 || len > SERIAL_BYTES_MAX)
        return;
    for (int i = 0; i < len; i++)
        (void)snprintf(text + 2 * i, 3, "%02x", data[i]);
}

/*
 * Returns the SHA-256 of the issuer's name in base64, which the caller frees; NULL if memory ran
 * out.
 */
static char *issuer_digest(const X509 *certificate)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned char *der = NULL;
    unsigned len = 0;
    int n_der = i2d_X509_NAME(X509_get_issuer_name(certificate), &der);
    int done = n_der > 0 && EVP_Digest(der, (size_t)n_der, digest, &len, EVP_sha256(), NULL) == 1;

    OPENSSL_free(der);
    return done ? base64_encode_new(digest, len) : NULL;
}

static int print_serial(FILE *out, const X509 *certificate, const char *serial)
{
    char *issuer = issuer_digest(certificate);
    char name[SPKI_TEXT_BYTES];

    if (!issuer) {
        text_complain("no memory");
        return -1;
    }
    spki_name(name, X509_get_issuer_name(certificate));
    (void)fprintf(out, "    issuer-sha256 = \"%s\"  # %s\n    serials = { \"%s\" }\n", issuer, name,
                  serial);
    free(issuer);
    return 0;
}

static int print_key(FILE *out, const struct spki *spki)
{
    char *digest = base64_encode_new(spki->digest, sizeof(spki->digest));

    if (!digest) {
        text_complain("no memory");
        return -1;
    }
    (void)fprintf(out,
                  "    # the serial number is negative or longer than 20 octets: denied by key\n"
                  "    spki-sha256 = { \"%s\" }\n",
                  digest);
    free(digest);
    return 0;
}

int deny_print(void *context, const struct spki *spki)
{
    char serial[2 * SERIAL_BYTES_MAX + 1];
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    FILE *out = context;
    int r;

    if (!spki->certificate) {
        text_complain(
            "--deny: a %s has no issuer and no serial number: name a file with its certificate",
            spki->source);
        return -1;
    }
    if (X509_digest(spki->certificate, EVP_sha256(), digest, &len) != 1 || len < TITLE_BYTES) {
        text_complain("no memory");
        return -1;
    }
    write_serial(serial, spki->certificate);
    (void)fputs("deny \"certificate-", out);
    for (size_t i = 0; i < TITLE_BYTES; i++)
        (void)fprintf(out, "%02x", digest[i]);
    (void)fprintf(out, "\" {  # %s\n", spki->subject);
    r = *serial ? print_serial(out, spki->certificate, serial) : print_key(out, spki);
    (void)fputs("}\n", out);
    return r;
}
