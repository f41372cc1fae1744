/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/constraints.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"
#include "daemon/x509/path/constraints_internal.h"

/* What is shown of a name in a fault. */
#define SHOWN_BYTES 64

/* What a name is found to be; any of them but the first ends the certificate's part. */
enum finding {
    FINDING_NONE = 0,
    FINDING_MALFORMED,
    FINDING_EXCLUDED,
    FINDING_OUTSIDE,
    FINDING_UNSUPPORTED,
    FINDING_BUDGET,
};

static const struct {
    const char *code;
    int verify_code;
    const char *sentence;
} findings[] = {
    [FINDING_MALFORMED] = {"name-malformed", X509_V_ERR_UNSUPPORTED_NAME_SYNTAX,
                           "cannot be held against the constraints of"},
    [FINDING_EXCLUDED] = {"name-excluded", X509_V_ERR_EXCLUDED_VIOLATION, "is excluded by"},
    [FINDING_OUTSIDE] = {"name-not-permitted", X509_V_ERR_PERMITTED_VIOLATION,
                         "is not among those permitted by"},
    [FINDING_UNSUPPORTED] = {"name-constraints-unsupported", X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE,
                             "is constrained in a way that is not understood by"},
    [FINDING_BUDGET] = {"name-constraints-budget", X509_V_ERR_APPLICATION_VERIFICATION,
                        "is one too many to compare with the constraints of"},
};

/* One certificate under one space. */
struct check {
    const struct space *space;
    const struct facts *facts;
    size_t *budgetp;
    char shown[SHOWN_BYTES]; /* the name at fault */
};

/* Printable ASCII, cut. */
static void show(struct check *check, struct bytes name)
{
    size_t n = name.len < SHOWN_BYTES ? name.len : SHOWN_BYTES - 1;

    for (size_t i = 0; i < n; i++) {
        uint8_t c = name.data[i];

        check->shown[i] = c > ' ' && c < 0x7f && c != '\'' ? (char)c : '?';
    }
    check->shown[n] = '\0';
    if (n < name.len)
        memcpy(check->shown + n - 3, "...", 3);
}

static void show_word(struct check *check, const char *word)
{
    show(check, (struct bytes){.data = (const uint8_t *)word, .len = strlen(word)});
}

static void show_ip(struct check *check, struct bytes address)
{
    if ((address.len != 4 && address.len != 16) ||
        !inet_ntop(address.len == 4 ? AF_INET : AF_INET6, address.data, check->shown,
                   sizeof(check->shown)))
        show_word(check, "iPAddress");
}

static size_t count(const struct space *space, enum name_kind kind)
{
    return space->n_permitted[kind] + space->n_excluded[kind];
}

static enum finding charge(struct check *check, enum name_kind kind)
{
    size_t cost = count(check->space, kind);

    if (cost > *check->budgetp) {
        *check->budgetp = 0;
        return FINDING_BUDGET;
    }
    *check->budgetp -= cost;
    return FINDING_NONE;
}

/* RFC 5280 section 6.1.3 (b) and (c): what is excluded is so whatever is permitted. */
static enum finding compare(const struct space *space, enum name_kind kind, const struct key *key)
{
    if (key_set_covers(&space->excluded[kind], key))
        return FINDING_EXCLUDED;
    if (space->n_permitted[kind] > 0 && !key_set_covers(&space->permitted[kind], key))
        return FINDING_OUTSIDE;
    return FINDING_NONE;
}

/* A wildcard also stands for each name that one label makes of it. */
static int compare_dns(const struct space *space, struct key *key, struct bytes name)
{
    bool star = false;
    int r = key_dns(key, name, &star);

    if (r)
        return r == KEY_MALFORMED ? FINDING_MALFORMED : r;
    r = (int)compare(space, KIND_DNS, key);
    if (r || !star)
        return r;
    key->len = 0;
    r = key_star(key, name);
    if (r)
        return r == KEY_MALFORMED ? FINDING_MALFORMED : r;
    return key_set_covers(&space->stars, key) ? FINDING_EXCLUDED : FINDING_NONE;
}

static int compare_text(const struct space *space, struct key *key, enum name_kind kind,
                        struct bytes name, bool wide)
{
    int r = KEY_MALFORMED;

    if (kind == KIND_DNS)
        return compare_dns(space, key, name);
    if (kind == KIND_EMAIL)
        r = key_email(key, name, wide);
    else if (kind == KIND_URI)
        r = key_uri(key, name);
    else if (kind == KIND_IP)
        r = key_ip(key, name, name.len * 8);
    if (r)
        return r == KEY_MALFORMED ? FINDING_MALFORMED : r;
    return (int)compare(space, kind, key);
}

/* A finding, or -ENOMEM; so do those that follow. */
static int check_text(struct check *check, enum name_kind kind, struct bytes name, bool wide)
{
    struct key key = {0};
    int r;

    if (count(check->space, kind) == 0)
        return FINDING_NONE;
    r = (int)charge(check, kind);
    if (!r)
        r = compare_text(check->space, &key, kind, name, wide);
    key_deinit(&key);
    if (r > 0 && kind == KIND_IP)
        show_ip(check, name);
    else if (r > 0)
        show(check, name);
    return r;
}

static int check_directory(struct check *check, const X509_NAME *name, const char *what)
{
    struct key key = {0};
    int r;

    if (count(check->space, KIND_DIRECTORY) == 0)
        return FINDING_NONE;
    r = (int)charge(check, KIND_DIRECTORY);
    if (!r) {
        r = key_directory(&key, name);
        if (!r)
            r = (int)compare(check->space, KIND_DIRECTORY, &key);
        else if (r == KEY_MALFORMED)
            r = FINDING_MALFORMED;
    }
    key_deinit(&key);
    if (r > 0)
        show_word(check, what);
    return r;
}

/* RFC 9598 section 6: constraints on rfc822Names hold for SmtpUTF8Mailboxes. */
static int check_other(struct check *check, const OTHERNAME *name)
{
    const ASN1_TYPE *value = name->value;

    if (OBJ_obj2nid(name->type_id) != NID_id_on_SmtpUTF8Mailbox)
        return FINDING_NONE;
    if (!value || value->type != V_ASN1_UTF8STRING)
        return check_text(check, KIND_EMAIL, (struct bytes){.data = (const uint8_t *)""}, false);
    return check_text(check, KIND_EMAIL, bytes_of_string(value->value.utf8string), true);
}

static int check_general(struct check *check, const GENERAL_NAME *name)
{
    if (check->space->unsupported & 1U << name->type) {
        show_word(check, "subjectAltName");
        return FINDING_UNSUPPORTED;
    }
    switch (name->type) {
    case GEN_DNS:
        return check_text(check, KIND_DNS, bytes_of_string(name->d.dNSName), false);
    case GEN_EMAIL:
        return check_text(check, KIND_EMAIL, bytes_of_string(name->d.rfc822Name), false);
    case GEN_URI:
        return check_text(check, KIND_URI, bytes_of_string(name->d.uniformResourceIdentifier),
                          false);
    case GEN_IPADD:
        return check_text(check, KIND_IP, bytes_of_string(name->d.iPAddress), false);
    case GEN_DIRNAME:
        return check_directory(check, name->d.directoryName, "directoryName");
    case GEN_OTHERNAME:
        return check_other(check, name->d.otherName);
    default:
        return FINDING_NONE;
    }
}

static int check_alternative(struct check *check)
{
    const GENERAL_NAMES *names = check->facts->alternative;
    int r = 0;

    for (int i = 0; i < sk_GENERAL_NAME_num(names) && !r; i++)
        r = check_general(check, sk_GENERAL_NAME_value(names, i));
    return r;
}

static int check_subject_email(struct check *check, const X509_NAME_ENTRY *entry)
{
    unsigned char *text = NULL;
    int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry)), r;

    if (len < 0 && x509_error(0))
        return -ENOMEM;
    r = check_text(check, KIND_EMAIL,
                   (struct bytes){.data = len < 0 ? (const uint8_t *)"" : text,
                                  .len = len < 0 ? 0 : (size_t)len},
                   false);
    OPENSSL_free(text);
    return r;
}

/* RFC 5280 section 4.2.1.10: a subject that there is, and the addresses in it. */
static int check_subject(struct check *check)
{
    const X509_NAME *subject = check->facts->subject_name;
    int at = -1;
    int r = 0;

    if (check->facts->subject_empty)
        return 0;
    r = check_directory(check, subject, "subject");
    while (!r && (at = X509_NAME_get_index_by_NID(subject, NID_pkcs9_emailAddress, at)) >= 0)
        r = check_subject_email(check, X509_NAME_get_entry(subject, at));
    return r;
}

static bool has_dns(const struct facts *facts)
{
    for (int i = 0; i < sk_GENERAL_NAME_num(facts->alternative); i++)
        if (sk_GENERAL_NAME_value(facts->alternative, i)->type == GEN_DNS)
            return true;
    return false;
}

/* A common name that somebody would compare with a host: an address, or without a blank. */
static int check_common(struct check *check, struct bytes name)
{
    char text[INET6_ADDRSTRLEN];
    uint8_t address[16];

    if (!name.data || name.len == 0)
        return FINDING_NONE;
    if (name.len < sizeof(text)) {
        memcpy(text, name.data, name.len);
        text[name.len] = '\0';
        if (strlen(text) == name.len && inet_pton(AF_INET, text, address) == 1)
            return check_text(check, KIND_IP, (struct bytes){.data = address, .len = 4}, false);
        if (strlen(text) == name.len && inet_pton(AF_INET6, text, address) == 1)
            return check_text(check, KIND_IP, (struct bytes){.data = address, .len = 16}, false);
    }
    if (memchr(name.data, ' ', name.len))
        return FINDING_NONE;
    return check_text(check, KIND_DNS, name, false);
}

static int check_commons(struct check *check)
{
    const struct facts *facts = check->facts;
    int r = 0;

    if (has_dns(facts) || count(check->space, KIND_DNS) + count(check->space, KIND_IP) == 0)
        return 0;
    if (facts->n_common > FACTS_COMMON_NAMES_COUNT) {
        show_word(check, "commonName");
        return FINDING_MALFORMED;
    }
    for (size_t i = 0; i < facts->n_common && !r; i++)
        r = check_common(check, facts->common[i]);
    return r;
}

static int check_names(struct check *check, bool common_name)
{
    int r = check_alternative(check);

    if (!r)
        r = check_subject(check);
    if (!r && common_name)
        r = check_commons(check);
    return r;
}

/* A path being judged. */
struct judgement {
    const struct facts *const *path;
    const struct constraints_options *options;
    struct fault_list *faults;
    size_t budget;
};

/* Every certificate below the one at `depth`, under its space. */
static int check_below(struct judgement *judgement, const struct space *space, size_t depth,
                       const char *whose)
{
    for (size_t i = depth; i-- > 0;) {
        struct check check = {
            .space = space, .facts = judgement->path[i], .budgetp = &judgement->budget};
        int r;

        if (i > 0 && judgement->path[i]->self_issued)
            continue;
        r = check_names(&check, i == 0 && judgement->options->common_name);
        if (r < 0)
            return r;
        if (r != FINDING_NONE)
            fault_add(judgement->faults, findings[r].code, findings[r].verify_code, (unsigned)i,
                      "the name '%s' %s %s at depth %zu", check.shown, findings[r].sentence, whose,
                      depth);
        if (r == FINDING_BUDGET)
            return 0;
    }
    return 0;
}

static void tell_space(struct judgement *judgement, int r, size_t depth, const char *whose)
{
    if (r == SPACE_DISTANCE)
        fault_add(judgement->faults, "name-constraints-distance", X509_V_ERR_SUBTREE_MINMAX,
                  (unsigned)depth, "the name constraints of %s have a minimum or a maximum", whose);
    else
        fault_add(judgement->faults, "name-constraints-invalid",
                  X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, (unsigned)depth,
                  "the name constraints of %s hold one that is not written as RFC 5280 demands",
                  whose);
}

static int check_space(struct judgement *judgement, const NAME_CONSTRAINTS *constraints,
                       size_t depth)
{
    const char *whose = constraints ? "the CA" : "the trust store on the anchor";
    struct space space = {0};
    int r = constraints ? space_read(&space, constraints)
                        : space_impose(&space, judgement->options);

    if (r > 0) {
        tell_space(judgement, r, depth, whose);
        r = 0;
    } else if (!r) {
        r = check_below(judgement, &space, depth, whose);
    }
    space_deinit(&space);
    return r;
}

int constraints_check(const struct facts *const *path, size_t n,
                      const struct constraints_options *options, struct fault_list *faults)
{
    struct judgement judgement = {.path = path, .options = options, .faults = faults};
    int r = 0;

    if (!path || !options || !faults)
        return -EINVAL;
    for (size_t i = 0; i < n; i++)
        if (!path[i])
            return -EINVAL;
    if (n < 2) {
        fault_add(faults, "path-too-short", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0,
                  "a path has an end entity and an anchor");
        return 0;
    }
    judgement.budget = options->budget;
    if (options->n_permitted_dns || options->n_excluded_dns || options->n_permitted_ip ||
        options->n_excluded_ip)
        r = check_space(&judgement, NULL, n - 1);
    for (size_t i = n; i-- > 1 && !r;)
        if (path[i]->constraints)
            r = check_space(&judgement, path[i]->constraints, i);
    return r;
}
