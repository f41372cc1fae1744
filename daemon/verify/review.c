/* SPDX-License-Identifier: MIT */
#include "daemon/verify/review.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/verify/denial.h"
#include "daemon/verify/pins.h"

#define SYSTEM_STORE "system"

/*
 * Memory for judging one path. Of the verdict only the codes and depths of the failures are read;
 * their texts are discarded.
 */
struct scratch {
    struct fingerprints certificates;
    struct verdict verdict;
    struct words words;
};

bool review_is_local(const struct store *store)
{
    return store_is_lasting(store) && strcmp(store_name(store), SYSTEM_STORE) != 0;
}

bool review_is_wanted(const struct review *review)
{
    size_t n;

    (void)policy_denies(review->context->policy, &n);
    return n > 0 || review->candidate->rule.pinset;
}

static bool has_code(const struct verdict_failure *failure, const char *code)
{
    return failure->code.len == strlen(code) &&
           memcmp(failure->code.data, code, failure->code.len) == 0;
}

static bool is_pin_missing(const struct verdict_failure *failure)
{
    return has_code(failure, "pin-mismatch") || has_code(failure, "pins-expired");
}

/*
 * Returns the worst of the failures: a denial or forbidden key of the end entity, then one of an
 * issuer, then a missing pin.
 */
static enum path_review find_worst(const struct verdict *verdict)
{
    enum path_review worst = PATH_REVIEW_PIN;

    for (size_t i = 0; i < verdict->n_failures; i++) {
        const struct verdict_failure *failure = &verdict->failures[i];

        if (is_pin_missing(failure))
            continue;
        if (failure->depth == 0)
            return PATH_REVIEW_END_ENTITY;
        worst = PATH_REVIEW_ISSUER;
    }
    return worst;
}

static enum path_review judge(const struct review *review, const struct store *store,
                              struct scratch *scratch)
{
    const struct pins_question question = {
        .pinset = review->candidate->rule.pinset,
        .certificates = &scratch->certificates,
        .is_local = review_is_local(store),
        .now = review->now,
    };
    enum denial_state denial = denial_judge(review->context->policy, &review->candidate->subject,
                                            &scratch->certificates, &scratch->verdict,
                                            &scratch->words);
    struct pins_answer pins = pins_judge(&question, &scratch->verdict, &scratch->words);
    bool do_pins_permit = pins.state == PINS_NONE || pins.state == PINS_HOLD ||
                          pins.state == PINS_REPORTED;

    if (denial == DENIAL_NONE && do_pins_permit && scratch->verdict.n_failures == 0)
        return PATH_REVIEW_ACCEPTED;
    return find_worst(&scratch->verdict);
}

int review_path(void *context, const struct path_certificate *path, size_t n,
                const struct store *store, enum path_review *reviewp)
{
    const struct review *review = context;
    struct scratch *scratch = calloc(1, sizeof(*scratch));
    int r;

    if (!scratch)
        return error_origin(-ENOMEM);
    r = fingerprints_of_path(&scratch->certificates, review->context, path, n);
    if (!r)
        *reviewp = judge(review, store, scratch);
    free(scratch);
    return r;
}
