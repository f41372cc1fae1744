/* SPDX-License-Identifier: MIT */
#include "daemon/verifier/hook.h"

void hook_setup(void)
{
}

void hook_after_check(void)
{
}

void hook_before_verification(const struct request *request)
{
    (void)request;
}
