/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/profile.h"

#include <errno.h>

#include <openssl/x509_vfy.h>

#include "base/error.h"
#include "daemon/x509/path/profile_internal.h"

#define SECONDS_A_DAY 86400

const struct rule *profile_rule(size_t i)
{
    const struct rule_table tables[] = {
        profile_rules_certificate(),
        profile_rules_authority(),
        profile_rules_extensions(),
    };

    for (size_t part = 0; part < sizeof(tables) / sizeof(*tables); part++) {
        if (i < tables[part].n)
            return &tables[part].rules[i];
        i -= tables[part].n;
    }
    return NULL;
}

static unsigned find_place(const struct profile_options *options, size_t depth, size_t n)
{
    if (options->is_direct)
        return PLACE_DIRECT;
    if (depth == 0)
        return PLACE_LEAF;
    if (depth < n - 1)
        return PLACE_INTERMEDIATE;
    return options->judge_anchor ? PLACE_ANCHOR | PLACE_ANCHOR_ALWAYS : PLACE_ANCHOR_ALWAYS;
}

static void apply_rules(const struct profile_options *options, const struct facts *facts,
                        unsigned depth, unsigned place, struct fault_list *faults)
{
    unsigned profiles = options->profiles;
    const struct rule *rule;

    /* The administrator has chosen this very certificate, so only the laxest profile is applied. */
    if (options->is_direct)
        profiles = PROFILE_COMPATIBLE;
    for (size_t i = 0; (rule = profile_rule(i)) != NULL; i++) {
        if (rule->places & place && rule->profiles & profiles &&
            rule->purposes & (unsigned)options->purpose && rule->broken(facts))
            fault_add(faults, rule->code, rule->verify_code, depth, "%s", rule->sentence);
    }
}

/*
 * Checks the lengths of the path: RFC 5280 sections 4.2.1.9 and 6.1.4 (l) count intermediates that
 * are not self-issued.
 */
static void check_lengths(const struct profile_options *options, const struct facts *const *path,
                          size_t n, struct fault_list *faults)
{
    long count = 0;

    for (size_t i = 1; i < n; i++) {
        if (path[i]->pathlen_given && count > path[i]->pathlen)
            fault_add(faults, "path-length", X509_V_ERR_PATH_LENGTH_EXCEEDED, (unsigned)i,
                      "%ld CAs stand below this one, which allows %ld", count, path[i]->pathlen);
        count += i < n - 1 && !path[i]->self_issued;
    }
    if (options->max_depth >= 0 && count > options->max_depth)
        fault_add(faults, "path-too-deep", X509_V_ERR_CERT_CHAIN_TOO_LONG, 0,
                  "%ld CAs stand below the anchor; at most %d may", count, options->max_depth);
}

/*
 * The schedule for profile_options.has_web_lifetime. Each bound holds for certificates whose
 * notBefore is `from` or later.
 */
static const struct {
    int64_t from;
    unsigned days;
} web_lifetimes[] = {
    {INT64_MIN, 398},
    {1773532800, 200}, /* 2026-03-15 */
    {1805068800, 100}, /* 2027-03-15 */
    {1868227200, 47},  /* 2029-03-15 */
};

/*
 * Returns the largest number of days for which an end entity that begins at `from` may be valid; 0
 * if there is no bound.
 */
static unsigned bound_lifetime(const struct profile_options *options, int64_t from)
{
    unsigned days = options->max_lifetime_days;

    if (!options->has_web_lifetime)
        return days;
    for (size_t i = 0; i < sizeof(web_lifetimes) / sizeof(*web_lifetimes); i++) {
        if (from >= web_lifetimes[i].from)
            days = web_lifetimes[i].days;
    }
    return days;
}

void profile_check_terms(const struct profile_options *options, const struct facts *leaf,
                         struct fault_list *faults)
{
    /* The seconds of notBefore and of notAfter both belong to the validity, RFC 5280 section
     * 4.1.2.5. */
    int64_t lifetime = leaf->until.time - leaf->from.time + 1;
    unsigned days = bound_lifetime(options, leaf->from.time);

    if (days && lifetime > (int64_t)days * SECONDS_A_DAY)
        fault_add(faults, "lifetime", X509_V_ERR_APPLICATION_VERIFICATION, 0,
                  "the end entity's certificate is valid for more than %u days", days);
    if (options->distrusted && leaf->from.time > options->distrust_after)
        fault_add(faults, "distrusted", X509_V_ERR_CERT_REJECTED, 0,
                  "the end entity's certificate begins after its anchor ceased to be trusted");
}

static void check_dates(const struct profile_options *options, const struct facts *const *path,
                        size_t n, struct fault_list *faults)
{
    for (size_t i = 0; i < n; i++) {
        if (options->time < path[i]->from.time)
            fault_add(faults, "not-yet-valid", X509_V_ERR_CERT_NOT_YET_VALID, (unsigned)i,
                      "the certificate is not yet valid");
        else if (options->time > path[i]->until.time)
            fault_add(faults, "expired", X509_V_ERR_CERT_HAS_EXPIRED, (unsigned)i,
                      "the certificate has expired");
    }
}

/* Checks that the rules can be applied at all. If not, adds a fault and returns false. */
static bool check_question(const struct profile_options *options, const struct facts *const *path,
                           size_t n, struct fault_list *faults)
{
    bool sound = true;

    if (n != 1 && options->is_direct)
        n = 0;
    if (n < (options->is_direct ? 1U : 2U)) {
        fault_add(faults, "path-too-short", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0,
                  "a path has an end entity and an anchor");
        return false;
    }
    if (options->profiles == 0 || (options->profiles & ~(unsigned)EVERY) ||
        (options->purpose != PURPOSE_SERVER && options->purpose != PURPOSE_CLIENT)) {
        fault_add(faults, "profile-unknown", X509_V_ERR_APPLICATION_VERIFICATION, 0,
                  "the profile or the purpose is not known");
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct facts_fault *fault = path[i]->fault;

        if (fault)
            fault_add(faults, fault->code, fault->verify_code, (unsigned)i, "%s", fault->sentence);
        sound = sound && !fault;
    }
    return sound;
}

int profile_check(const struct profile_options *options, const struct facts *const *path, size_t n,
                  struct fault_list *faults)
{
    if (!options || !path || !faults)
        return error_origin(-EINVAL);
    for (size_t i = 0; i < n; i++)
        if (!path[i])
            return error_origin(-EINVAL);
    if (!check_question(options, path, n, faults))
        return 0;
    for (size_t i = 0; i < n; i++)
        apply_rules(options, path[i], (unsigned)i, find_place(options, i, n), faults);
    check_lengths(options, path, n, faults);
    profile_check_terms(options, path[0], faults);
    check_dates(options, path, n, faults);
    return 0;
}
