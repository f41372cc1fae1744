/* SPDX-License-Identifier: MIT */
#include "tests/conformance/mutant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/conf.h>
#include <openssl/x509v3.h>

#include "tests/conformance/der_tree.h"
#include "tests/conformance/mutant_change.h"
#include "tests/unit/x509/path_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define TAG_VERSION  0xa0
/* The positions of the names in a TBSCertificate, not counting the version. */
#define PLACE_ISSUER  2
#define PLACE_SUBJECT 4

/* Extensions whose values decide something in a path, in the syntax of OpenSSL's configuration. */
static const struct {
    int nid;
    bool critical;
    const char *text;
} extension_library[] = {
    {NID_basic_constraints, true, "CA:TRUE"},
    {NID_basic_constraints, true, "CA:FALSE"},
    {NID_basic_constraints, false, "CA:FALSE"},
    {NID_basic_constraints, true, "CA:TRUE,pathlen:0"},
    {NID_basic_constraints, true, "CA:TRUE,pathlen:1"},
    {NID_basic_constraints, true, "CA:FALSE,pathlen:0"},
    {NID_key_usage, true, "digitalSignature"},
    {NID_key_usage, true, "keyCertSign"},
    {NID_key_usage, true, "cRLSign"},
    {NID_key_usage, true, "keyCertSign,cRLSign,digitalSignature"},
    {NID_key_usage, true, "keyEncipherment"},
    {NID_key_usage, true, "keyAgreement"},
    {NID_key_usage, true, "nonRepudiation"},
    {NID_key_usage, true, "digitalSignature,keyCertSign"},
    {NID_ext_key_usage, false, "serverAuth"},
    {NID_ext_key_usage, false, "clientAuth"},
    {NID_ext_key_usage, false, "serverAuth,clientAuth"},
    {NID_ext_key_usage, false, "codeSigning"},
    {NID_ext_key_usage, false, "anyExtendedKeyUsage"},
    {NID_ext_key_usage, false, "OCSPSigning,serverAuth"},
    {NID_ext_key_usage, false, "msSGC"},
    {NID_ext_key_usage, true, "1.2.3.4"},
    {NID_subject_alt_name, false, "DNS:" MUTANT_HOST},
    {NID_subject_alt_name, false, "DNS:" MUTANT_HOST ",DNS:www.example.net"},
    {NID_subject_alt_name, false, "DNS:*.example.com,email:jo@example.com"},
    {NID_subject_alt_name, false, "DNS:a.example.net,IP:192.0.2.1"},
    {NID_subject_alt_name, false,
     "DNS:" MUTANT_HOST ",URI:https://a.example.org/,email:jo@example.net"},
    {NID_subject_alt_name, false, "IP:2001:db8::1,RID:1.2.3.4"},
    {NID_name_constraints, true, "permitted;DNS:example.com"},
    {NID_name_constraints, false, "permitted;DNS:example.com"},
    {NID_name_constraints, true, "permitted;DNS:.example.com"},
    {NID_name_constraints, true, "permitted;DNS:example.net"},
    {NID_name_constraints, true, "excluded;DNS:www.example.com"},
    {NID_name_constraints, true, "excluded;DNS:example.com"},
    {NID_name_constraints, true, "excluded;DNS:com"},
    {NID_name_constraints, true, "permitted;IP:192.0.2.0/255.255.255.0"},
    {NID_name_constraints, true, "excluded;IP:0.0.0.0/0.0.0.0"},
    {NID_name_constraints, true, "permitted;email:example.net"},
    {NID_name_constraints, true, "permitted;URI:.example.com,permitted;DNS:example.com"},
    {NID_name_constraints, true, "excluded;RID:1.2.3.4"},
    {NID_certificate_policies, false, "1.2.3.4"},
    {NID_certificate_policies, true, "1.2.3.5"},
    {NID_certificate_policies, false, "2.5.29.32.0"},
    {NID_certificate_policies, false, "2.23.140.1.2.1,1.2.3.4"},
    {NID_policy_mappings, true, "1.2.3.4:1.2.3.5"},
    {NID_policy_constraints, true, "requireExplicitPolicy:0"},
    {NID_policy_constraints, false, "requireExplicitPolicy:1"},
    {NID_policy_constraints, true, "inhibitPolicyMapping:0"},
    {NID_inhibit_any_policy, true, "0"},
    {NID_inhibit_any_policy, false, "1"},
    {NID_subject_key_identifier, false, "00112233445566778899"},
    {NID_crl_distribution_points, false, "URI:http://crl.example.com/1.crl"},
    {NID_info_access, false, "OCSP;URI:http://ocsp.example.com/"},
    {NID_tlsfeature, false, "status_request"},
    {NID_id_pkix_OCSP_noCheck, false, "NULL"},
};

static void need(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "mutant: %s\n", what);
    exit(EXIT_FAILURE);
}

/* --- the good chain --- */

static const struct path_extension for_end_entity[] = {
    {.nid = NID_subject_alt_name, .text = "DNS:" MUTANT_HOST ",IP:192.0.2.1,email:jo@example.com"},
    {.nid = NID_certificate_policies, .text = "2.23.140.1.2.1"},
    {.nid = NID_info_access, .text = "OCSP;URI:http://ocsp.example.com/"},
};

static const struct path_extension for_lower[] = {
    {.nid = NID_certificate_policies, .text = "2.5.29.32.0"},
    {.nid = NID_ext_key_usage, .text = "serverAuth,clientAuth"},
};

static const struct path_extension for_upper[] = {
    {.nid = NID_certificate_policies, .text = "2.5.29.32.0"},
    {.nid = NID_name_constraints,
     .text = "permitted;DNS:example.com,permitted;IP:192.0.2.0/"
             "255.255.255.0,permitted;email:example.com,"
             "excluded;DNS:secret.example.com",
     .critical = true},
};

static void encode_extensions(struct mutant_family *family)
{
    CONF *conf = NCONF_new(NULL);
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, NULL, NULL, NULL, NULL, 0);
    X509V3_set_nconf(&ctx, conf);
    for (size_t i = 0; i < COUNT(extension_library); i++) {
        X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &ctx, extension_library[i].nid,
                                                        extension_library[i].text);
        unsigned char *der = NULL;
        int len;

        need(extension &&
                 X509_EXTENSION_set_critical(extension, extension_library[i].critical) == 1,
             extension_library[i].text);
        len = i2d_X509_EXTENSION(extension, &der);
        need(len > 0 && family->n_extensions < MUTANT_EXTENSIONS, extension_library[i].text);
        family->extensions[family->n_extensions++] = (struct bytes){.data = der,
                                                                    .len = (size_t)len};
        X509_EXTENSION_free(extension);
    }
    NCONF_free(conf);
}

void mutant_family_init(struct mutant_family *family)
{
    static const char *const subjects[MUTANT_CHAIN] = {MUTANT_HOST, "Lower", "Upper", "Root"};
    static const struct path_extension *const extensions[MUTANT_CHAIN] = {for_end_entity, for_lower,
                                                                          for_upper, NULL};
    static const size_t n_extensions[MUTANT_CHAIN] = {COUNT(for_end_entity), COUNT(for_lower),
                                                      COUNT(for_upper), 0};

    *family = (struct mutant_family){0};
    for (size_t i = 0; i < MUTANT_CHAIN; i++)
        family->keys[i] = path_key_ec("P-256");
    for (size_t i = 0; i < MUTANT_CHAIN; i++) {
        size_t issuer = i < MUTANT_ROOT ? i + 1 : MUTANT_ROOT;
        struct path_recipe recipe = {
            .subject = subjects[i],
            .issuer = subjects[issuer],
            .key = family->keys[i],
            .issuer_key = family->keys[issuer],
            .is_ca = i > 0,
            .serial = (int)i + 1,
            .extensions = extensions[i],
            .n_extensions = n_extensions[i],
        };

        family->good[i] = path_make(&recipe);
    }
    encode_extensions(family);
}

void mutant_family_deinit(struct mutant_family *family)
{
    for (size_t i = 0; i < MUTANT_CHAIN; i++) {
        EVP_PKEY_free(family->keys[i]);
        path_drop(family->good[i]);
    }
    for (size_t i = 0; i < family->n_extensions; i++)
        OPENSSL_free((void *)(uintptr_t)family->extensions[i].data);
}

/* --- a chain with mistakes --- */

static struct der_element *find_place(struct der_element *certificate, unsigned place)
{
    struct der_element *one = certificate->first;

    if (one && one->tag == TAG_VERSION)
        one = one->next;
    while (one && place-- > 0)
        one = one->next;
    return one;
}

/*
 * Sets the certificate's issuer to the name of the certificate above it, which a mistake may have
 * changed.
 */
static void name_issuer(struct der_tree *tree, struct der_element *certificate,
                        const uint8_t *issuer, size_t len)
{
    struct der_element *above = der_tree_read(tree, (struct bytes){.data = issuer, .len = len});
    struct der_element *subject = NULL, *place = find_place(certificate, PLACE_ISSUER);

    if (above && above->is_constructed && above->first && above->first->is_constructed)
        subject = find_place(above->first, PLACE_SUBJECT);
    if (!subject || !place)
        return;
    subject = der_tree_copy(tree, subject);
    if (!subject)
        return;
    subject->next = place->next;
    *place = *subject;
}

/* Signs the TBSCertificate and writes the certificate. Returns its length; 0 if it does not fit. */
static size_t sign(struct der_tree *tree, struct der_element *certificate, EVP_PKEY *key,
                   uint8_t *out)
{
    struct der_element *signature = certificate->first->next->next;
    uint8_t text[MUTANT_BYTES], value[1 + 256] = {0};
    size_t len, n_value = sizeof(value) - 1;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct der_element body = *certificate->first;

    body.next = NULL;
    len = der_tree_write(&body, text, sizeof(text));
    need(ctx && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1, "signing");
    if (len > 0) {
        need(EVP_DigestSign(ctx, value + 1, &n_value, text, len) == 1, "signing");
        der_tree_set(tree, signature, value, n_value + 1);
        len = der_tree_write(certificate, out, MUTANT_BYTES);
    }
    EVP_MD_CTX_free(ctx);
    return len;
}

/* Chooses the certificates that get mistakes, as bits: mostly a single one, and seldom the root. */
static unsigned choose(struct mutant_random *random)
{
    static const unsigned choices[] = {1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 4, 4, 4, 4, 3, 6, 5, 8};

    return choices[mutant_below(random, COUNT(choices))];
}

static void change(struct der_tree *tree, struct der_element *body,
                   const struct mutant_family *family, struct mutant_random *random,
                   struct mutant *mutant, size_t depth)
{
    unsigned n = 1u + (mutant_below(random, 3) == 0) + (mutant_below(random, 6) == 0);

    for (unsigned i = 0; i < n; i++) {
        const char *kind = mutant_change(tree, body, family, random);
        size_t len = strlen(mutant->changes);

        snprintf(mutant->changes + len, sizeof(mutant->changes) - len, " %zu:%s", depth, kind);
    }
}

bool mutant_make(const struct mutant_family *family, struct mutant_random *random,
                 struct mutant *mutant)
{
    static struct der_tree tree;
    unsigned chosen = choose(random);
    bool follows = mutant_below(random, 3) > 0;

    mutant->changes[0] = '\0';
    mutant->is_root_changed = (chosen & 1u << MUTANT_ROOT) != 0;
    for (size_t i = MUTANT_CHAIN; i-- > 0;) {
        size_t issuer = i < MUTANT_ROOT ? i + 1 : MUTANT_ROOT;
        struct der_element *certificate;

        der_tree_init(&tree);
        certificate = der_tree_read(&tree, family->good[i]);
        need(certificate, "the good certificate is DER");
        if (i < MUTANT_ROOT && follows)
            name_issuer(&tree, certificate->first, mutant->der[issuer], mutant->len[issuer]);
        if (chosen & 1u << i)
            change(&tree, certificate->first, family, random, mutant, i);
        mutant->len[i] = sign(&tree, certificate, family->keys[issuer], mutant->der[i]);
        if (mutant->len[i] == 0)
            return false;
    }
    return true;
}
