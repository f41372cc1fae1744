/* SPDX-License-Identifier: MIT */
#include "daemon/policy/pinset.h"

#include <stdlib.h>
#include <string.h>

#define DAY_S 86400

static int64_t warned_from(const struct policy_pinset *pinset)
{
    int64_t ahead = (int64_t)pinset->warn_days * DAY_S;

    if (pinset->until == POLICY_TIME_MAX)
        return POLICY_TIME_MAX;
    if (pinset->until < POLICY_TIME_MIN + ahead)
        return POLICY_TIME_MIN;
    return pinset->until - ahead;
}

enum policy_pinset_phase policy_pinset_phase(const struct policy_pinset *pinset, int64_t now)
{
    bool has_end = pinset->until != POLICY_TIME_MAX;

    if (has_end && now >= pinset->until)
        return POLICY_PINSET_EXPIRED;
    if (now < pinset->from)
        return POLICY_PINSET_NOT_YET;
    return has_end && now >= warned_from(pinset) ? POLICY_PINSET_WARNED : POLICY_PINSET_ACTIVE;
}

static enum policy_pinset_action expired_action(const struct policy_pinset *pinset)
{
    switch (pinset->on_expiry) {
    case POLICY_ON_EXPIRY_OPEN:
        return POLICY_PINS_IGNORE;
    case POLICY_ON_EXPIRY_REPORT:
        return POLICY_PINS_CHECK;
    default:
        return POLICY_PINS_REFUSE;
    }
}

static int64_t later(int64_t one, int64_t other)
{
    return one > other ? one : other;
}

struct policy_pinset_state policy_pinset_judge(const struct policy_pinset *pinset, int64_t now)
{
    struct policy_pinset_state state = {
        .phase = policy_pinset_phase(pinset, now),
        .report_only = pinset->mode == POLICY_MODE_REPORT,
        .from = POLICY_TIME_MIN,
        .until = POLICY_TIME_MAX,
    };
    int64_t warned = later(warned_from(pinset), pinset->from);

    switch (state.phase) {
    case POLICY_PINSET_NOT_YET:
        state.action = POLICY_PINS_IGNORE;
        state.until = pinset->from;
        break;
    case POLICY_PINSET_ACTIVE:
        state.action = POLICY_PINS_CHECK;
        state.from = pinset->from;
        state.until = warned;
        break;
    case POLICY_PINSET_WARNED:
        state.action = POLICY_PINS_CHECK;
        state.from = warned;
        state.until = pinset->until;
        break;
    case POLICY_PINSET_EXPIRED:
        state.action = expired_action(pinset);
        state.report_only |= pinset->on_expiry == POLICY_ON_EXPIRY_REPORT;
        state.from = pinset->until;
        break;
    }
    return state;
}

static int pin_seek(const void *a, const void *b)
{
    return memcmp(a, b, POLICY_PIN_BYTES);
}

bool policy_pinset_has(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES])
{
    return pinset->n_pins > 0 &&
           bsearch(pin, pinset->pins, pinset->n_pins, POLICY_PIN_BYTES, pin_seek);
}

bool policy_pinset_forbids(const struct policy_pinset *pinset, const uint8_t pin[POLICY_PIN_BYTES])
{
    return pinset->n_bad_pins > 0 &&
           bsearch(pin, pinset->bad_pins, pinset->n_bad_pins, POLICY_PIN_BYTES, pin_seek);
}
