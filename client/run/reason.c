/* SPDX-License-Identifier: MIT */
#include "client/run/reason.h"

#include <stdio.h>

#include "client/run/judge.h"

static __thread char remembered[JUDGE_REASON_BYTES];
static __thread char whole[JUDGE_REASON_BYTES + 256];

void reason_remember(const char *reason)
{
    snprintf(remembered, sizeof(remembered), "%s", reason);
}

const char *reason_looked_at(void)
{
    return remembered;
}

const char *reason_add_to(const char *text)
{
    if (!remembered[0])
        return text;
    snprintf(whole, sizeof(whole), "%.240s (%s)", text, remembered);
    return whole;
}
