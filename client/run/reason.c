/* SPDX-License-Identifier: MIT */
#include "client/run/reason.h"

#include <stdio.h>

#include "client/run/judge.h"

static __thread char looked_at[JUDGE_REASON_BYTES];
static __thread char whole[JUDGE_REASON_BYTES + 256];

void reason_look_at(const char *reason)
{
    snprintf(looked_at, sizeof(looked_at), "%s", reason);
}

const char *reason_looked_at(void)
{
    return looked_at;
}

const char *reason_add_to(const char *text)
{
    if (!looked_at[0])
        return text;
    snprintf(whole, sizeof(whole), "%.240s (%s)", text, looked_at);
    return whole;
}
