/* SPDX-License-Identifier: MIT */
#include "daemon/verify/pins.h"

#include "daemon/policy/pinset.h"
#include "daemon/verify/findings.h"

/*
 * Sets the range of certificates, from *firstp to before *endp, of which one has to have a pinned
 * key. Without a valid path only the end entity counts, because anybody can append other
 * certificates.
 */
static void find_scope(const struct pins_question *question, size_t *firstp, size_t *endp)
{
    const struct fingerprints *certificates = question->certificates;
    enum policy_scope scope = question->pinset->scope;

    *firstp = 0;
    *endp = certificates->validated ? certificates->n : 1;
    if (scope == POLICY_SCOPE_LEAF)
        *endp = 1;
    if (scope == POLICY_SCOPE_ISSUER) {
        *firstp = 1;
        *endp = *endp > 1 ? *endp - 1 : 1;
    }
    if (scope == POLICY_SCOPE_ANCHOR)
        *firstp = *endp > 1 ? *endp - 1 : 1;
}

static bool has_pinned_key(const struct pins_question *question)
{
    size_t first, end;

    find_scope(question, &first, &end);
    for (size_t i = first; i < end; i++) {
        if (policy_pinset_has(question->pinset, question->certificates->list[i].spki))
            return true;
    }
    return false;
}

/* Returns whether one of the certificates has a forbidden key, and its depth in *depthp. */
static bool find_forbidden_key(const struct pins_question *question, uint32_t *depthp)
{
    size_t n = question->certificates->validated ? question->certificates->n : 1;

    for (size_t i = 0; i < n; i++) {
        if (policy_pinset_forbids(question->pinset, question->certificates->list[i].spki)) {
            *depthp = (uint32_t)i;
            return true;
        }
    }
    return false;
}

/*
 * Adds the finding to the verdict. Here a pin mismatch becomes a refusal, unless the pinset is only
 * reported.
 */
static enum pins_state refuse(const struct pins_question *question, struct verdict *verdict,
                              struct finding finding, const char *sentence, struct words *words)
{
    finding.verify_code = FINDING_APPLICATION;
    finding.message = words_print(
        words, "application verification failure: %s pinset \"%s\" (%s:%u)", sentence,
        question->pinset->name, question->pinset->origin.file, question->pinset->origin.line);
    findings_add(verdict, &finding);
    return finding.report_only ? PINS_REPORTED : PINS_BROKEN;
}

/* Returns the words of the message before `pinset "NAME"`, which say what keys were compared. */
static const char *describe_mismatch(const struct pins_question *question)
{
    enum policy_scope scope = question->pinset->scope;

    if (question->certificates->validated)
        return "no key of the path within the pins' scope is in";
    if (scope == POLICY_SCOPE_ISSUER || scope == POLICY_SCOPE_ANCHOR)
        return "without a path no key can be shown to be in";
    return "the end entity's key is not in";
}

/* Compares the keys with the pins, if the pinset is in effect at this time. */
static enum pins_state judge_pinned(const struct pins_question *question,
                                    const struct policy_pinset_state *state,
                                    struct verdict *verdict, struct words *words)
{
    struct finding finding = {.report_only = state->report_only};

    switch (state->action) {
    case POLICY_PINS_IGNORE:
        return PINS_NONE;
    case POLICY_PINS_CHECK:
        if (question->is_local && question->pinset->local_override)
            return PINS_NONE;
        if (has_pinned_key(question))
            return PINS_HOLD;
        finding.code = "pin-mismatch";
        return refuse(question, verdict, finding, describe_mismatch(question), words);
    case POLICY_PINS_REFUSE:
        break;
    }
    finding.code = "pins-expired";
    return refuse(question, verdict, finding,
                  "renew the pins: nobody is accepted any more by the expired", words);
}

struct pins_answer pins_judge(const struct pins_question *question, struct verdict *verdict,
                              struct words *words)
{
    struct pins_answer answer = {PINS_NONE, POLICY_TIME_MIN, POLICY_TIME_MAX};
    struct finding finding = {.code = "pin-forbidden"};
    struct policy_pinset_state state;

    if (!question->pinset)
        return answer;
    state = policy_pinset_judge(question->pinset, question->now);
    answer.from = state.from;
    answer.until = state.until;
    verdict->checked[question->certificates->validated ? VERDICT_CHECK_PINS_PATH
                                                       : VERDICT_CHECK_PINS_LEAF] = true;
    answer.state = judge_pinned(question, &state, verdict, words);
    if (find_forbidden_key(question, &finding.depth)) {
        enum pins_state forbidden;

        finding.report_only = question->pinset->mode == POLICY_MODE_REPORT;
        forbidden = refuse(question, verdict, finding, "a key is in use that is forbidden by",
                           words);
        if (forbidden == PINS_BROKEN || answer.state != PINS_BROKEN)
            answer.state = forbidden;
    }
    return answer;
}
