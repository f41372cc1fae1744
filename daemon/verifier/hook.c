/* SPDX-License-Identifier: MIT */
#include "daemon/verifier/hook.h"

/* The hooks of the daemon itself: they do nothing. */

void hook_setup(void)
{
}

void hook_in_check(void)
{
}

void hook_in_confined_check(void)
{
}

void hook_before_verification(const struct request *request)
{
    (void)request;
}
