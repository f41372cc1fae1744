/* SPDX-License-Identifier: MIT */
#include "daemon/os/landlock.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

/* The rights are written as bits and not by their names, since the headers that the daemon is built
 * with may be older than the kernel that it runs on. */
#define VERSION_FLAG 1u
#define BITS(n)      (((uint64_t)1 << (n)) - 1)

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

/* The rights that each version knows. All of them are handled and no rule allows any, so that all
 * are refused. */
static const struct {
    int abi;
    size_t size;
    struct ruleset ruleset;
} versions[] = {
    {6, 24, {.files = BITS(16), .network = BITS(2), .scoped = BITS(2)}},
    {5, 16, {.files = BITS(16), .network = BITS(2)}},
    {4, 16, {.files = BITS(15), .network = BITS(2)}},
    {3, 8, {.files = BITS(15)}},
    {2, 8, {.files = BITS(14)}},
    {1, 8, {.files = BITS(13)}},
};

int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);

    return abi > 0 ? (int)abi : 0;
}

static int enter_ruleset(const struct ruleset *ruleset, size_t size)
{
    long fd = syscall(SYS_landlock_create_ruleset, ruleset, size, 0);
    int r = 0;

    if (fd < 0)
        return -errno;
    if (syscall(SYS_landlock_restrict_self, (int)fd, 0) < 0)
        r = -errno;
    fd_close((int)fd);
    return r;
}

int landlock_enter(void)
{
    int abi = landlock_abi();

    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (abi >= versions[i].abi)
            return enter_ruleset(&versions[i].ruleset, versions[i].size);
    }
    return 0;
}
