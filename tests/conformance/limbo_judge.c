/* SPDX-License-Identifier: MIT */
#include "tests/conformance/limbo_judge.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "daemon/x509/parse/certificate.h"

int limbo_judge_open(struct limbo_judge *judge)
{
    int r = suffix_list_open(&judge->suffixes);

    if (r == 0)
        r = x509_context_new(&judge->context);
    return r ? r : path_engine_new(&judge->engine, judge->context);
}

void limbo_judge_close(struct limbo_judge *judge)
{
    judge->engine = path_engine_free(judge->engine);
    judge->context = x509_context_free(judge->context);
    judge->suffixes = suffix_list_close(judge->suffixes);
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static enum profile profile_of(const struct limbo_judge *judge, const struct limbo_case *limbo)
{
    if (judge->webpki_alone)
        return PROFILE_WEBPKI;
    return starts_with(limbo->id, "rfc5280::") || starts_with(limbo->id, "pathlen::")
               ? PROFILE_RFC5280
               : PROFILE_WEBPKI;
}

/* --- names --- */

/*
 * Returns whether an rfc822Name is this mailbox: the hosts are equal as names, and the rest is
 * equal byte by byte.
 */
static bool is_mailbox(const struct identity *identity, struct bytes mailbox)
{
    const uint8_t *at = memrchr(mailbox.data, '@', mailbox.len);
    size_t n_local = at ? (size_t)(at - mailbox.data) + 1 : 0;

    return at && identity->type == IDENTITY_EMAIL && identity->len == mailbox.len &&
           memcmp(identity->data, mailbox.data, n_local) == 0 &&
           name_equal(identity->data + n_local, identity->len - n_local, mailbox.data + n_local,
                      mailbox.len - n_local);
}

static bool is_presented(const struct limbo_judge *judge, const struct limbo_name *name,
                         const struct identity *identities, size_t n)
{
    struct match_rules rules = {
        .suffixes = judge->suffixes,
        .rules = {.set = RULES_RFC9525, .public_suffix = RULE_PUBLIC_SUFFIX_REFUSE_ALL},
    };
    struct match_result result;
    struct reference reference;

    for (size_t i = 0; name->kind == LIMBO_NAME_MAILBOX && i < n; i++) {
        if (is_mailbox(&identities[i], name->value))
            return true;
    }
    if (name->kind == LIMBO_NAME_MAILBOX ||
        reference_host_parse(&reference, RULES_RFC9525, name->value.data, name->value.len) != 0)
        return false;
    match_all(&rules, &reference, identities, n, &result);
    return result.match == MATCH_FOUND;
}

static int match_names(const struct limbo_judge *judge, const struct limbo_case *limbo,
                       struct limbo_verdict *verdict)
{
    struct certificate *leaf = NULL;
    struct bytes der = limbo->certificates[0];
    const struct identity *identities;
    size_t n;
    int r = certificate_parse(&leaf, judge->context, der.data, der.len);

    verdict->is_name_matched = limbo->n_names == 0;
    if (r)
        return r < 0 ? r : 0;
    identities = certificate_identities(leaf, &n);
    verdict->is_name_matched = true;
    for (size_t i = 0; i < limbo->n_names; i++) {
        if (!is_presented(judge, &limbo->names[i], identities, n))
            verdict->is_name_matched = false;
    }
    certificate_free(leaf);
    return 0;
}

/* --- the path --- */

static int fill_store(struct store *store, const struct limbo_case *limbo)
{
    for (size_t i = 0; i < limbo->n_anchors; i++) {
        int fault;
        int r = store_add(store, limbo->anchors[i].data, limbo->anchors[i].len, &fault);

        /* An anchor that cannot be used is left out. */
        if (r && r != STORE_INVALID)
            return r;
    }
    return 0;
}

static void explain(const struct path_result *result, struct limbo_verdict *verdict)
{
    const struct fault_list *faults = result->faults.n ? &result->faults : &result->date_faults;
    const struct fault *fault = &faults->faults[0];

    if (faults->n > 0)
        snprintf(verdict->reason, sizeof(verdict->reason), "%s (%d) at %u: %s", fault->code,
                 fault->verify_code, fault->depth, fault->text);
}

static double cpu_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* Adds the CRLs of the case. The suite expects that a malformed CRL is ignored. */
static int fill_crls(struct crl_set *set, const struct limbo_case *limbo)
{
    int r = 0;

    for (size_t i = 0; r >= 0 && i < limbo->n_crls; i++)
        r = crl_set_add_request_der(set, limbo->crls[i].data, limbo->crls[i].len);
    return r < 0 ? r : 0;
}

static int validate(struct limbo_judge *judge, const struct limbo_case *limbo,
                    const struct store *store, const struct crl_set *crls,
                    struct limbo_verdict *verdict)
{
    struct path_question question = {
        .certificates = limbo->certificates,
        .n_certificates = limbo->n_certificates,
        .stores = &store,
        .n_stores = 1,
        .time = limbo->time,
        .profile = profile_of(judge, limbo),
        .purpose = limbo->purpose,
        .max_depth = limbo->max_depth,
        .judge_anchors = true,
        /* If the case has a CRL, the suite expects revocation to be checked. */
        .revocation = crl_set_count(crls) > 0 ? REVOCATION_REQUIRED : REVOCATION_IF_KNOWN,
        .crls = &crls,
        .n_crls = 1,
    };
    struct path_result result;
    double start = cpu_us();
    int r = path_validate(judge->engine, &question, &result);

    verdict->cpu_us = cpu_us() - start;
    verdict->is_path_valid = r == 0 && result.outcome == PATH_VALID;
    verdict->is_size = result.is_size && !verdict->is_path_valid;
    explain(&result, verdict);
    path_result_deinit(&result);
    return r;
}

int limbo_judge_case(struct limbo_judge *judge, const struct limbo_case *limbo,
                     struct limbo_verdict *verdict)
{
    struct store *store = NULL;
    struct crl_set *crls = NULL;
    int r = store_new(&store, "limbo", false);

    *verdict = (struct limbo_verdict){0};
    if (r == 0)
        r = fill_store(store, limbo);
    if (r == 0)
        r = crl_set_new(&crls, judge->context);
    if (r == 0)
        r = fill_crls(crls, limbo);
    if (r == 0)
        r = validate(judge, limbo, store, crls, verdict);
    if (r == 0)
        r = match_names(judge, limbo, verdict);
    crl_set_free(crls);
    store_free(store);
    return r;
}
