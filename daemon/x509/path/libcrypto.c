/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/libcrypto.h"

#include <errno.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/error.h"
#include "daemon/x509/parse/context_internal.h"

/*
 * libcrypto's security level for 112 bits, which needs RSA keys of 2,048 bits and SHA-224 at least.
 */
#define SECURITY_LEVEL 2

/* The index of the application's own data in an X509_STORE_CTX. */
#define WORK_INDEX 0

/* The state of one verification, which libcrypto's callbacks get. */
struct libcrypto_verification {
    struct path_engine *engine;
    const struct libcrypto_question *question;
    struct libcrypto_budget *budget;
    X509 *given[PATH_CERTIFICATES_COUNT]; /* the path as libcrypto gets it; one reference each */
};

/* The fault codes for libcrypto's errors. Any error that is not listed gets "path-refused". */
static const struct {
    int verify_code;
    const char *code;
} codes[] = {
    {X509_V_ERR_CERT_SIGNATURE_FAILURE, "signature"},
    {X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, "key-unreadable"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, "no-issuer"},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, "no-issuer"},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, "self-signed"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, "untrusted-root"},
    {X509_V_ERR_INVALID_CA, "not-a-ca"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, "path-length"},
    {X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, "critical-extension"},
    {X509_V_ERR_PERMITTED_VIOLATION, "name-not-permitted"},
    {X509_V_ERR_EXCLUDED_VIOLATION, "name-excluded"},
    {X509_V_ERR_EE_KEY_TOO_SMALL, "key-too-weak"},
    {X509_V_ERR_CA_KEY_TOO_SMALL, "key-too-weak"},
    {X509_V_ERR_CA_MD_TOO_WEAK, "signature-too-weak"},
    {X509_V_ERR_INVALID_POLICY_EXTENSION, "policy"},
    {X509_V_ERR_NO_EXPLICIT_POLICY, "policy"},
};

static const char *find_code(int verify_code)
{
    for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
        if (codes[i].verify_code == verify_code)
            return codes[i].code;
    }
    return "path-refused";
}

static struct libcrypto_verification *get_verification(const X509_STORE_CTX *ctx)
{
    return X509_STORE_CTX_get_ex_data(ctx, WORK_INDEX);
}

/*
 * Returns the index of a certificate in the path, found by its pointer; n if it is not in the path.
 */
static size_t find_depth(const struct libcrypto_verification *verification, const X509 *x509)
{
    size_t i = 0;

    while (i < verification->question->n && verification->given[i] != x509)
        i++;
    return i;
}

/* Returns whether libcrypto can read all extensions of the certificate. */
static bool has_good_extensions(X509 *x509)
{
    return X509_check_purpose(x509, -1, 0) == 1;
}

/*
 * Returns whether `issuer` issued `subject`: it has to be the next certificate of the path.
 * libcrypto calls this for its untrusted certificates. Its own X509_check_issued would also compare
 * key identifiers, which RFC 5280 section 6.1 does not: they only rank candidates, and the
 * signature decides.
 */
static int is_issued(X509_STORE_CTX *ctx, X509 *subject, X509 *issuer)
{
    const struct libcrypto_verification *verification = get_verification(ctx);
    const struct libcrypto_question *question = verification->question;
    size_t i = find_depth(verification, subject);

    return i + 1 < question->n && verification->given[i + 1] == issuer &&
           has_good_extensions(subject) && has_good_extensions(issuer) &&
           outline_names_issuer(&question->path[i]->outline, &question->path[i + 1]->outline);
}

/*
 * Finds the trusted issuer of a certificate; libcrypto calls this. Only the last certificate before
 * the anchor has one.
 */
static int get_trusted(X509 **issuerp, X509_STORE_CTX *ctx, X509 *subject)
{
    const struct libcrypto_verification *verification = get_verification(ctx);
    size_t n = verification->question->n;
    X509 *anchor = verification->given[n - 1];

    *issuerp = NULL;
    if (find_depth(verification, subject) != n - 2 || !is_issued(ctx, subject, anchor))
        return 0;
    if (X509_up_ref(anchor) != 1)
        return -1;
    *issuerp = anchor;
    return 1;
}

static int refuse_link(X509_STORE_CTX *ctx, int verify_code, size_t depth)
{
    X509_STORE_CTX_set_error(ctx, verify_code);
    X509_STORE_CTX_set_error_depth(ctx, (int)depth);
    return 0;
}

static int verify_link(X509_STORE_CTX *ctx, struct libcrypto_verification *verification,
                       size_t depth)
{
    const struct parsed_certificate *subject = verification->question->path[depth];
    const struct parsed_certificate *issuer = verification->question->path[depth + 1];
    EVP_PKEY *key;

    if (verification->budget->n_signatures == 0) {
        verification->budget->is_used_up = true;
        return refuse_link(ctx, X509_V_ERR_APPLICATION_VERIFICATION, depth);
    }
    verification->budget->n_signatures--;
    if (issuer_cache_has_link(&verification->engine->cache, subject, issuer))
        return 1;
    verification->budget->n_verified++;
    key = X509_get0_pubkey(issuer->x509);
    if (!key)
        return refuse_link(ctx, X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, depth + 1);
    if (X509_verify(subject->x509, key) != 1)
        return refuse_link(ctx, X509_V_ERR_CERT_SIGNATURE_FAILURE, depth);
    return 1;
}

/*
 * Verifies all signatures of the path, instead of libcrypto's own loop over signatures and dates.
 * Goes from the anchor down, so that a signature is only verified with a key that an authority has
 * vouched for.
 */
static int verify_links(X509_STORE_CTX *ctx)
{
    struct libcrypto_verification *verification = get_verification(ctx);

    for (size_t depth = verification->question->n - 1; depth-- > 0;) {
        if (verify_link(ctx, verification, depth) != 1)
            return 0;
    }
    return 1;
}

X509_STORE *libcrypto_verify_store_new(void)
{
    X509_STORE *links = X509_STORE_new();

    if (!links)
        return NULL;
    X509_STORE_set_check_issued(links, is_issued);
    X509_STORE_set_get_issuer(links, get_trusted);
    X509_STORE_set_verify(links, verify_links);
    return links;
}

static bool has_policy_constraints(const struct libcrypto_question *question)
{
    for (size_t i = 0; i < question->n; i++) {
        if (question->path[i]->outline.has_policy_constraints)
            return true;
    }
    return false;
}

/*
 * Sets the parameters of the verification. Every option is set explicitly, since defaults differ
 * between versions. X509_STRICT is not set: it would judge anchors like any CA and demand a key
 * usage of each, and the profile is strict where that is wanted. No purpose is set, since the
 * profile checks extended key usages itself.
 */
static bool set_parameters(X509_STORE_CTX *ctx, const struct libcrypto_question *question)
{
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST |
                          X509_V_FLAG_NO_CHECK_TIME;

    /* The question names no policy, so the initial set is anyPolicy (RFC 5280 section 6.1.1 (c)).
     * Without this call libcrypto would take an empty set. */
    if (has_policy_constraints(question)) {
        flags |= X509_V_FLAG_POLICY_CHECK;
        if (X509_VERIFY_PARAM_add0_policy(param, OBJ_nid2obj(NID_any_policy)) != 1)
            return false;
    }
    /* libcrypto does not know noRevAvail (RFC 9608), and would refuse it if it is critical. Other
     * critical extensions that are not known have already been refused by the profile. */
    if (question->path[0]->facts.no_rev_avail_critical)
        flags |= X509_V_FLAG_IGNORE_CRITICAL;
    X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
    X509_VERIFY_PARAM_set_depth(param, PATH_CERTIFICATES_COUNT);
    X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
    return X509_VERIFY_PARAM_set_flags(param, flags) == 1;
}

/* Returns whether the chain that libcrypto verified is exactly the path that it was given. */
static bool is_path(const X509_STORE_CTX *ctx, const struct libcrypto_verification *verification)
{
    const struct libcrypto_question *question = verification->question;
    const STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);

    if (!chain || sk_X509_num(chain) != (int)question->n)
        return false;
    for (size_t i = 0; i < question->n; i++) {
        if (sk_X509_value(chain, (int)i) != verification->given[i])
            return false;
    }
    return true;
}

/*
 * Returns whether the certificate at this depth has its issuer's name and is signed with its own
 * key.
 */
static bool is_self_signed(const struct libcrypto_verification *verification, int depth)
{
    X509 *x509;

    if (depth < 0 || (size_t)depth >= verification->question->n)
        return false;
    x509 = verification->question->path[depth]->x509;
    return verification->given[depth] != x509 && X509_self_signed(x509, 1) == 1;
}

static void add_fault(const X509_STORE_CTX *ctx, const struct libcrypto_verification *verification,
                      struct fault_list *faults)
{
    int verify_code = X509_STORE_CTX_get_error(ctx);
    int depth = X509_STORE_CTX_get_error_depth(ctx);

    if (verification->budget->is_used_up) {
        fault_add(faults, "path-budget", X509_V_ERR_APPLICATION_VERIFICATION, 0,
                  "the paths to try have more signatures than are verified for one question");
        return;
    }
    if (verify_code == X509_V_OK)
        verify_code = X509_V_ERR_UNSPECIFIED;
    if (verify_code == X509_V_ERR_CERT_SIGNATURE_FAILURE && is_self_signed(verification, depth))
        verify_code = X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT;
    fault_add(faults, find_code(verify_code), verify_code, depth > 0 ? (unsigned)depth : 0, "%s",
              X509_verify_cert_error_string(verify_code));
}

/* --- certificates that have their issuer's name and are not self-signed --- */

/*
 * Returns whether libcrypto takes the certificate for a self-signed one although its key is not its
 * issuer's. libcrypto does so if subject and issuer are the same name and no authority key
 * identifier says otherwise; Go writes none into such a certificate.
 */
static bool is_taken_for_self_signed(const struct libcrypto_question *question, size_t depth)
{
    const struct parsed_certificate *subject = question->path[depth];

    return depth + 1 < question->n && (X509_get_extension_flags(subject->x509) & EXFLAG_SS) &&
           !subject->outline.authority_key.data &&
           !bytes_equal(subject->outline.spki, question->path[depth + 1]->outline.spki);
}

/* Adds an authority key identifier with a serial number that is not the certificate's own. */
static bool add_other_issuer(X509 *x509)
{
    AUTHORITY_KEYID *identifier = AUTHORITY_KEYID_new();
    BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
    bool is_added = false;

    if (identifier && serial && BN_add_word(serial, 1) == 1) {
        identifier->serial = BN_to_ASN1_INTEGER(serial, NULL);
        is_added = identifier->serial && X509_add1_ext_i2d(x509, NID_authority_key_identifier,
                                                           identifier, 0, X509V3_ADD_REPLACE) == 1;
    }
    BN_free(serial);
    AUTHORITY_KEYID_free(identifier);
    return is_added;
}

/*
 * Copies a certificate for libcrypto's search, so that it continues to the issuer. The signature is
 * verified over the certificate itself. Returns NULL if memory ran out.
 */
static X509 *copy_not_self_signed(X509 *x509)
{
    X509 *copy = X509_dup(x509);

    if (copy && !add_other_issuer(copy)) {
        X509_free(copy);
        copy = NULL;
    }
    return copy;
}

static int give_path(struct libcrypto_verification *verification)
{
    const struct libcrypto_question *question = verification->question;

    for (size_t i = 0; i < question->n; i++) {
        X509 *x509 = question->path[i]->x509;

        if (is_taken_for_self_signed(question, i))
            verification->given[i] = copy_not_self_signed(x509);
        else if (X509_up_ref(x509) == 1)
            verification->given[i] = x509;
        if (!verification->given[i])
            return error_origin(-ENOMEM);
    }
    return 0;
}

static int run(X509_STORE_CTX *ctx, STACK_OF(X509) * untrusted,
               struct libcrypto_verification *verification, enum libcrypto_outcome *outcomep,
               struct fault_list *faults)
{
    const struct libcrypto_question *question = verification->question;
    int r;

    for (size_t i = 1; i + 1 < question->n; i++) {
        if (sk_X509_push(untrusted, verification->given[i]) <= 0)
            return error_origin(-ENOMEM);
    }
    if (X509_STORE_CTX_init(ctx, verification->engine->links, verification->given[0], untrusted) !=
            1 ||
        X509_STORE_CTX_set_ex_data(ctx, WORK_INDEX, verification) != 1 ||
        !set_parameters(ctx, question))
        return error_origin(-EIO);
    r = X509_verify_cert(ctx);
    if (r == 1 && X509_STORE_CTX_get_error(ctx) == X509_V_OK && is_path(ctx, verification)) {
        *outcomep = LIBCRYPTO_VERIFIED;
        return 0;
    }
    if (X509_STORE_CTX_get_error(ctx) != X509_V_ERR_OUT_OF_MEM) {
        add_fault(ctx, verification, faults);
        return 0;
    }
    if (!has_policy_constraints(question))
        return error_origin(-ENOMEM);
    /* libcrypto also reports this error if mapped policies exceed its own limit. */
    ERR_clear_error();
    fault_add(faults, "policy-budget", X509_V_ERR_OUT_OF_MEM, 0,
              "the policies of this path are more than are looked at");
    return 0;
}

int libcrypto_verify(struct path_engine *engine, const struct libcrypto_question *question,
                     struct libcrypto_budget *budget, enum libcrypto_outcome *outcomep,
                     struct fault_list *faults)
{
    struct libcrypto_verification verification = {
        .engine = engine, .question = question, .budget = budget};
    X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(engine->provider.context, NULL);
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    int r = ctx && untrusted ? 0 : error_origin(-ENOMEM);

    *outcomep = LIBCRYPTO_REFUSED;
    if (r == 0)
        r = give_path(&verification);
    if (r == 0)
        r = run(ctx, untrusted, &verification, outcomep, faults);
    X509_STORE_CTX_free(ctx);
    sk_X509_free(untrusted);
    for (size_t i = 0; i < question->n; i++)
        X509_free(verification.given[i]);
    /* Only an error about memory matters among those left in libcrypto's queue. */
    if (x509_error(0) == -ENOMEM)
        r = error_origin(-ENOMEM);
    if (r)
        *outcomep = LIBCRYPTO_REFUSED;
    return r;
}
