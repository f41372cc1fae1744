/* SPDX-License-Identifier: MIT */
#include "daemon/os/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fd.h"

/*
 * The rights are written as bits instead of the names in <linux/landlock.h>, since the headers that
 * the daemon is built with may be older than the kernel that it runs on.
 */
#define VERSION_FLAG 1u
#define BITS(n)      (((uint64_t)1 << (n)) - 1)

struct ruleset {
    uint64_t files;
    uint64_t network;
    uint64_t scoped;
};

/*
 * The rights that each version of Landlock knows. All of them are handled and no rule allows any,
 * so all are refused.
 */
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

/*
 * Returns the version of the Landlock interface; 0 if the kernel has none; or -errno for any other
 * failure, after which a process must not go on unconfined.
 */
static int find_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);

    if (abi < 0)
        return errno == ENOSYS || errno == EOPNOTSUPP ? 0 : -errno;
    return (int)abi;
}

int landlock_abi(void)
{
    int abi = find_abi();

    return abi > 0 ? abi : 0;
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

/*
 * Checks that no file can be opened any more, whatever the kernel returned before. Returns 0 or
 * -errno.
 */
static int prove_confined(void)
{
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        return errno == EACCES ? 0 : -errno;
    fd_close(fd);
    return -EPERM;
}

int landlock_enter(void)
{
    int abi = find_abi();

    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (abi >= versions[i].abi) {
            int r = enter_ruleset(&versions[i].ruleset, versions[i].size);

            return r ? r : prove_confined();
        }
    }
    return abi;
}

/*
 * All rights to change the file system: every one except executing (bit 0), reading a file (bit 2),
 * reading a folder (bit 3) and calling ioctl on devices (bit 15).
 */
#define WRITING           (BITS(15) & ~(BITS(1) | (BITS(2) << 2)))
#define RULE_PATH_BENEATH 1

struct path_rule {
    uint64_t allowed;
    int32_t parent;
} __attribute__((packed));

static int allow_below(int ruleset, const char *folder, uint64_t rights)
{
    struct path_rule rule = {.allowed = rights};
    int r = 0;

    rule.parent = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (rule.parent < 0)
        return errno == ENOENT || errno == EACCES ? 0 : -errno;
    if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) < 0)
        r = -errno;
    fd_close(rule.parent);
    return r;
}

static int enter_below(int ruleset, const char *const *folders, size_t n, uint64_t rights)
{
    int r = 0;

    for (size_t i = 0; !r && i < n; i++)
        r = allow_below(ruleset, folders[i], rights);
    if (!r && syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
        r = -errno;
    return r;
}

int landlock_enter_writing(const char *const *folders, size_t n)
{
    struct ruleset ruleset = {0};
    int abi = find_abi();
    long fd;
    int r;

    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]) && ruleset.files == 0; i++) {
        if (abi >= versions[i].abi)
            ruleset.files = versions[i].ruleset.files & WRITING;
    }
    if (ruleset.files == 0)
        return abi;
    fd = syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset.files), 0);
    if (fd < 0)
        return -errno;
    r = enter_below((int)fd, folders, n, ruleset.files);
    fd_close((int)fd);
    return r;
}
