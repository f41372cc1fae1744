/* SPDX-License-Identifier: MIT */
#include "daemon/os/sandbox.h"

/*
 * The sandbox of builds for sanitizers and valgrind, which does nothing: these programs map
 * terabytes, open files and are slow.
 */

/* How many times its limit a process may take in such a build; one that takes longer hangs. */
#define SLOWNESS 60

int sandbox_enter_front(int bin)
{
    (void)bin;
    return 0;
}

int sandbox_enter_bin(void)
{
    return 0;
}

int sandbox_make_verifier_filter(struct sandbox_filter *filter)
{
    *filter = (struct sandbox_filter){0};
    return 0;
}

int sandbox_take_filter(struct sandbox_filter *filter, int fd)
{
    (void)fd;
    *filter = (struct sandbox_filter){0};
    return 0;
}

int sandbox_enter_verifier(const struct sandbox_filter *filter)
{
    (void)filter;
    return 0;
}

int sandbox_enter_supervisor(const char *const *folders, size_t n)
{
    (void)folders;
    (void)n;
    return 0;
}

int sandbox_start_cpu_timer(void)
{
    return 0;
}

void sandbox_stop_cpu_timer(void)
{
}

bool sandbox_is_relaxed(void)
{
    return true;
}

int sandbox_patience_ms(int limit_ms)
{
    return limit_ms * SLOWNESS;
}
