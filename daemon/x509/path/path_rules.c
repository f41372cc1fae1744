/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/path_rules.h"

#include <openssl/x509_vfy.h>

#include "daemon/x509/parse/distinguished.h"
#include "daemon/x509/path/constraints.h"

static bool is_about_dates(const struct fault *fault)
{
    return fault->verify_code == X509_V_ERR_CERT_NOT_YET_VALID ||
           fault->verify_code == X509_V_ERR_CERT_HAS_EXPIRED;
}

/* Divides the faults that were found into those about dates and all others. */
static void sort_faults(const struct fault_list *found, struct fault_list *faults,
                        struct fault_list *date_faults)
{
    for (size_t i = 0; i < found->n; i++) {
        const struct fault *fault = &found->faults[i];
        struct fault_list *list = is_about_dates(fault) ? date_faults : faults;

        fault_add(list, fault->code, fault->verify_code, fault->depth, "%s", fault->text);
    }
}

/* Returns whether the store has an anchor with the same name and key as this one. */
static bool has_same_anchor(const struct store *store, const struct outline *anchor)
{
    size_t n;
    const struct anchor *const *anchors = store_find(store, anchor->subject_hash, &n);

    for (size_t i = 0; i < n; i++) {
        if (bytes_equal(anchors[i]->outline.spki, anchor->spki) &&
            distinguished_equal(anchors[i]->outline.subject, anchor->subject))
            return true;
    }
    return false;
}

/*
 * Returns the profiles that the path has to satisfy: those of all stores of the question that have
 * its anchor, so that an anchor that is in several stores is judged by the strictest profile.
 */
static unsigned find_profiles(const struct path_rules_question *question)
{
    const struct path_question *asked = question->asked;
    const struct outline *anchor = &question->path[question->n - 1]->outline;
    unsigned profiles = 0;

    if (asked->is_profile_fixed)
        return asked->profile;
    for (size_t i = 0; i < asked->n_stores; i++) {
        unsigned profile = store_limits(asked->stores[i])->profile;

        if (has_same_anchor(asked->stores[i], anchor))
            profiles |= profile ? profile : asked->profile;
    }
    return profiles;
}

/*
 * Compares the names of the path with the constraints of its authorities and of the trust section.
 */
static int check_names(const struct path_rules_question *question,
                       const struct constraints_options *section, unsigned profiles,
                       struct fault_list *faults, struct fault_list *confinements)
{
    struct constraints_options options = {
        .budget = CONSTRAINTS_COMPARISONS_COUNT,
        .common_name = question->asked->common_name,
        .is_direct = question->n == 1,
        .leading_dot = profiles == PROFILE_COMPATIBLE,
    };
    struct constraints_options of_section = *section;
    int r = constraints_check(question->facts, question->n, &options, faults);

    if (r)
        return r;
    of_section.budget = options.budget;
    of_section.common_name = options.common_name;
    of_section.is_direct = options.is_direct;
    of_section.leading_dot = options.leading_dot;
    return constraints_check_section(question->facts, question->n, &of_section, confinements);
}

int path_rules_check(const struct path_rules_question *question, struct fault_list *faults,
                     struct fault_list *date_faults, struct fault_list *confinements)
{
    const struct store_limits *limits = store_limits(question->path[question->n - 1]->store);
    struct profile_options options = {
        .profiles = find_profiles(question),
        .is_direct = question->n == 1,
        .purpose = question->asked->purpose,
        .judge_anchor = question->asked->judge_anchors,
        .time = question->asked->time,
        .max_depth = question->asked->max_depth,
    };
    struct fault_list found = {0};
    int r = profile_check(&options, question->facts, question->n, &found);

    if (r)
        return r;
    sort_faults(&found, faults, date_faults);
    options.max_lifetime_days = limits->max_lifetime_days;
    options.has_web_lifetime = limits->has_web_lifetime;
    options.distrusted = limits->distrusted;
    options.distrust_after = limits->distrust_after;
    profile_check_terms(&options, question->facts[0], confinements);
    return check_names(question, &limits->names, options.profiles, faults, confinements);
}
