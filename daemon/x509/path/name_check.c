/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/name_check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "daemon/x509/parse/asn1_bytes.h"
#include "daemon/x509/parse/context_internal.h"

/* Writes the name to check->shown in printable ASCII, cut to its size. */
static void show_name(struct name_check *check, struct bytes name)
{
    size_t n = name.len < NAME_CHECK_SHOWN_BYTES ? name.len : NAME_CHECK_SHOWN_BYTES - 1;

    for (size_t i = 0; i < n; i++) {
        uint8_t c = name.data[i];

        check->shown[i] = c > ' ' && c < 0x7f && c != '\'' ? (char)c : '?';
    }
    check->shown[n] = '\0';
    if (n < name.len)
        memcpy(check->shown + n - 3, "...", 3);
}

static void show_word(struct name_check *check, const char *word)
{
    show_name(check, (struct bytes){.data = (const uint8_t *)word, .len = strlen(word)});
}

static void show_ip(struct name_check *check, struct bytes address)
{
    if ((address.len != 4 && address.len != 16) ||
        !inet_ntop(address.len == 4 ? AF_INET : AF_INET6, address.data, check->shown,
                   sizeof(check->shown)))
        show_word(check, "iPAddress");
}

static size_t count_subtrees(const struct subtrees *subtrees, enum subtrees_kind kind)
{
    return subtrees->n_permitted[kind] + subtrees->n_excluded[kind];
}

static enum name_finding charge(struct name_check *check, enum subtrees_kind kind)
{
    size_t cost = count_subtrees(check->subtrees, kind);

    if (cost > *check->budgetp) {
        *check->budgetp = 0;
        return NAME_FINDING_BUDGET;
    }
    *check->budgetp -= cost;
    return NAME_FINDING_NONE;
}

/*
 * Compares a name with the subtrees of its kind, RFC 5280 section 6.1.3 (b) and (c). An excluded
 * subtree counts whatever is permitted.
 */
static enum name_finding compare(const struct subtrees *subtrees, enum subtrees_kind kind,
                                 const struct name_key *key)
{
    if (name_key_set_covers(&subtrees->excluded[kind], key))
        return NAME_FINDING_EXCLUDED;
    if (subtrees->n_permitted[kind] > 0 && !name_key_set_covers(&subtrees->permitted[kind], key))
        return NAME_FINDING_NOT_PERMITTED;
    return NAME_FINDING_NONE;
}

/*
 * Compares a domain name, which may be a wildcard. A wildcard also stands for each host with a
 * label in place of the star, so it is excluded if one of those hosts is.
 */
static int compare_dns(const struct subtrees *subtrees, struct name_key *key, struct bytes name)
{
    bool star = false;
    int r = name_key_dns(key, name, &star);

    if (r)
        return r == NAME_KEY_MALFORMED ? NAME_FINDING_MALFORMED : r;
    r = (int)compare(subtrees, SUBTREES_DNS, key);
    if (r || !star)
        return r;
    key->len = 0;
    r = name_key_star(key, name);
    if (r)
        return r == NAME_KEY_MALFORMED ? NAME_FINDING_MALFORMED : r;
    return name_key_set_covers(&subtrees->stars, key) ? NAME_FINDING_EXCLUDED : NAME_FINDING_NONE;
}

static int compare_text(const struct subtrees *subtrees, struct name_key *key,
                        enum subtrees_kind kind, struct bytes name, bool wide)
{
    int r = NAME_KEY_MALFORMED;

    if (kind == SUBTREES_DNS)
        return compare_dns(subtrees, key, name);
    if (kind == SUBTREES_EMAIL)
        r = name_key_email(key, name, wide);
    else if (kind == SUBTREES_URI)
        r = name_key_uri(key, name);
    else if (kind == SUBTREES_IP)
        r = name_key_ip(key, name, name.len * 8);
    if (r)
        return r == NAME_KEY_MALFORMED ? NAME_FINDING_MALFORMED : r;
    return (int)compare(subtrees, kind, key);
}

/*
 * Returns whether a URI may have an authority, and so name a host: whether it has "//" anywhere.
 * That is true of some URIs without an authority, which only makes the caller stricter.
 */
static bool may_have_authority(struct bytes uri)
{
    return uri.len > 1 && memmem(uri.data, uri.len, "//", 2);
}

/*
 * Compares a name that is text. Returns an enum name_finding or -ENOMEM, as the functions below do.
 */
static int check_text(struct name_check *check, enum subtrees_kind kind, struct bytes name,
                      bool wide)
{
    struct name_key key = {0};
    int r;

    if (count_subtrees(check->subtrees, kind) == 0)
        return NAME_FINDING_NONE;
    r = (int)charge(check, kind);
    if (!r)
        r = compare_text(check->subtrees, &key, kind, name, wide);
    /* A URI without a host cannot be in a domain that a trust section excludes. */
    if (r == NAME_FINDING_MALFORMED && kind == SUBTREES_URI && check->subtrees->is_imposed &&
        !may_have_authority(name))
        r = NAME_FINDING_NONE;
    name_key_deinit(&key);
    if (r > 0 && kind == SUBTREES_IP)
        show_ip(check, name);
    else if (r > 0)
        show_name(check, name);
    return r;
}

static int check_directory(struct name_check *check, const X509_NAME *name, const char *what)
{
    struct name_key key = {0};
    int r;

    if (count_subtrees(check->subtrees, SUBTREES_DIRECTORY) == 0)
        return NAME_FINDING_NONE;
    r = (int)charge(check, SUBTREES_DIRECTORY);
    if (!r) {
        r = name_key_directory(&key, name);
        if (!r)
            r = (int)compare(check->subtrees, SUBTREES_DIRECTORY, &key);
        else if (r == NAME_KEY_MALFORMED)
            r = NAME_FINDING_MALFORMED;
    }
    name_key_deinit(&key);
    if (r > 0)
        show_word(check, what);
    return r;
}

/* Compares a host with the excluded subtrees only. A text that is no host is not excluded. */
static int check_excluded_host(struct name_check *check, struct bytes host)
{
    struct name_key key = {0};
    int r = (int)charge(check, SUBTREES_DNS);

    if (!r)
        r = compare_dns(check->subtrees, &key, host);
    name_key_deinit(&key);
    if (r == NAME_FINDING_MALFORMED || r == NAME_FINDING_NOT_PERMITTED)
        r = NAME_FINDING_NONE;
    if (r > 0)
        show_name(check, host);
    return r;
}

/* Compares the domain of an SRV-ID, which is what follows its first label (RFC 4985 section 2). */
static int check_service(struct name_check *check, const ASN1_TYPE *value)
{
    struct bytes name;
    const uint8_t *dot;

    if (check->subtrees->n_excluded[SUBTREES_DNS] == 0 || !value || value->type != V_ASN1_IA5STRING)
        return NAME_FINDING_NONE;
    name = bytes_of_string(value->value.ia5string);
    dot = name.len > 0 ? memchr(name.data, '.', name.len) : NULL;
    if (!dot)
        return NAME_FINDING_NONE;
    name.len -= (size_t)(dot + 1 - name.data);
    name.data = dot + 1;
    return check_excluded_host(check, name);
}

/*
 * Compares an otherName. Constraints on rfc822Names also apply to SmtpUTF8Mailboxes, RFC 9598
 * section 6.
 */
static int check_other(struct name_check *check, const OTHERNAME *name)
{
    const ASN1_TYPE *value = name->value;

    if (check->subtrees->is_imposed && OBJ_obj2nid(name->type_id) == NID_SRVName)
        return check_service(check, value);
    if (OBJ_obj2nid(name->type_id) != NID_id_on_SmtpUTF8Mailbox)
        return NAME_FINDING_NONE;
    if (!value || value->type != V_ASN1_UTF8STRING)
        return check_text(check, SUBTREES_EMAIL, (struct bytes){.data = (const uint8_t *)""},
                          false);
    return check_text(check, SUBTREES_EMAIL, bytes_of_string(value->value.utf8string), true);
}

static int check_general(struct name_check *check, const GENERAL_NAME *name)
{
    if (check->subtrees->unsupported & 1U << name->type) {
        show_word(check, "subjectAltName");
        return NAME_FINDING_UNSUPPORTED;
    }
    switch (name->type) {
    case GEN_DNS:
        return check_text(check, SUBTREES_DNS, bytes_of_string(name->d.dNSName), false);
    case GEN_EMAIL:
        return check_text(check, SUBTREES_EMAIL, bytes_of_string(name->d.rfc822Name), false);
    case GEN_URI:
        return check_text(check, SUBTREES_URI, bytes_of_string(name->d.uniformResourceIdentifier),
                          false);
    case GEN_IPADD:
        return check_text(check, SUBTREES_IP, bytes_of_string(name->d.iPAddress), false);
    case GEN_DIRNAME:
        return check_directory(check, name->d.directoryName, "directoryName");
    case GEN_OTHERNAME:
        return check_other(check, name->d.otherName);
    default:
        return NAME_FINDING_NONE;
    }
}

static int check_alternative(struct name_check *check)
{
    const GENERAL_NAMES *names = check->facts->alternative;
    int r = 0;

    for (int i = 0; i < sk_GENERAL_NAME_num(names) && !r; i++)
        r = check_general(check, sk_GENERAL_NAME_value(names, i));
    return r;
}

/*
 * Compares an emailAddress of the subject without regard to case, RFC 5280 section 4.1.2.6. Only
 * exclusions are compared like that; a permission counts only if it fits byte by byte.
 */
static int check_folded(struct name_check *check, struct bytes name)
{
    struct name_key key = {0};
    int r = check->subtrees->mailboxes.n > 0 ? name_key_folded_email(&key, name) : 0;

    if (r == 0 && check->subtrees->mailboxes.n > 0 &&
        name_key_set_covers(&check->subtrees->mailboxes, &key)) {
        show_name(check, name);
        r = NAME_FINDING_EXCLUDED;
    } else if (r > 0) {
        r = 0; /* A malformed name is reported by check_text. */
    }
    name_key_deinit(&key);
    return r;
}

static int check_subject_email(struct name_check *check, const X509_NAME_ENTRY *entry)
{
    unsigned char *text = NULL;
    int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry)), r;

    if (len < 0 && x509_error(0))
        return error_origin(-ENOMEM);
    r = len < 0 ? NAME_FINDING_NONE
                : check_folded(check, (struct bytes){.data = text, .len = (size_t)len});
    if (!r)
        r = check_text(check, SUBTREES_EMAIL,
                       (struct bytes){.data = len < 0 ? (const uint8_t *)"" : text,
                                      .len = len < 0 ? 0 : (size_t)len},
                       false);
    OPENSSL_free(text);
    return r;
}

/* Compares the subject, if it is not empty, and the mailboxes in it, RFC 5280 section 4.2.1.10. */
static int check_subject(struct name_check *check)
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

/*
 * Compares a common name if it could be taken for a host: if it is an address or contains no blank.
 */
static int check_common(struct name_check *check, struct bytes name)
{
    char text[INET6_ADDRSTRLEN];
    uint8_t address[16];

    if (!name.data || name.len == 0)
        return NAME_FINDING_NONE;
    if (name.len < sizeof(text)) {
        memcpy(text, name.data, name.len);
        text[name.len] = '\0';
        if (strlen(text) == name.len && inet_pton(AF_INET, text, address) == 1)
            return check_text(check, SUBTREES_IP, (struct bytes){.data = address, .len = 4}, false);
        if (strlen(text) == name.len && inet_pton(AF_INET6, text, address) == 1)
            return check_text(check, SUBTREES_IP, (struct bytes){.data = address, .len = 16},
                              false);
    }
    if (memchr(name.data, ' ', name.len))
        return NAME_FINDING_NONE;
    return check_text(check, SUBTREES_DNS, name, false);
}

static int check_commons(struct name_check *check)
{
    const struct facts *facts = check->facts;
    int r = 0;

    if (has_dns(facts) || count_subtrees(check->subtrees, SUBTREES_DNS) +
                                  count_subtrees(check->subtrees, SUBTREES_IP) ==
                              0)
        return 0;
    if (facts->n_common > FACTS_COMMON_NAMES_COUNT) {
        show_word(check, "commonName");
        return NAME_FINDING_MALFORMED;
    }
    for (size_t i = 0; i < facts->n_common && !r; i++)
        r = check_common(check, facts->common[i]);
    return r;
}

/*
 * Compares the common names with the hosts that a trust section excludes. These are excluded
 * whatever was asked, even if no rule set takes the common names for hosts.
 */
static int check_excluded_commons(struct name_check *check)
{
    const struct facts *facts = check->facts;
    int r = 0;

    if (!check->subtrees->is_imposed || check->subtrees->n_excluded[SUBTREES_DNS] == 0)
        return 0;
    if (facts->n_common > FACTS_COMMON_NAMES_COUNT) {
        show_word(check, "commonName");
        return NAME_FINDING_MALFORMED;
    }
    for (size_t i = 0; i < facts->n_common && !r; i++)
        if (facts->common[i].len > 0)
            r = check_excluded_host(check, facts->common[i]);
    return r;
}

int name_check_run(struct name_check *check)
{
    int r = check_alternative(check);

    if (!r)
        r = check_subject(check);
    if (!r && check->common_name)
        r = check_commons(check);
    if (!r && check->is_end_entity)
        r = check_excluded_commons(check);
    return r;
}
