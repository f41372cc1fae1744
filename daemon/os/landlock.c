/* SPDX-License-Identifier: MIT */
#include "daemon/os/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
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

static int add_rule(int ruleset, int fd, uint64_t rights)
{
    const struct path_rule rule = {.allowed = rights, .parent = fd};

    return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0) < 0 ? -errno : 0;
}

static int allow_below(int ruleset, const char *folder, uint64_t rights)
{
    int fd = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int r;

    if (fd < 0)
        return errno == ENOENT || errno == EACCES ? 0 : -errno;
    r = add_rule(ruleset, fd, rights);
    fd_close(fd);
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

/* Returns the rights to files that this version of Landlock knows; 0 if there is no Landlock. */
static uint64_t find_files(int abi)
{
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (abi >= versions[i].abi)
            return versions[i].ruleset.files;
    }
    return 0;
}

int landlock_enter_writing(const char *const *folders, size_t n)
{
    int abi = find_abi();
    const struct ruleset ruleset = {.files = find_files(abi) & WRITING};
    long fd;
    int r;

    if (ruleset.files == 0)
        return abi;
    fd = syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset.files), 0);
    if (fd < 0)
        return -errno;
    r = enter_below((int)fd, folders, n, ruleset.files);
    fd_close((int)fd);
    return r;
}

/* --- reading a few files --- */

#define READ_FILE   ((uint64_t)1 << 2)
#define READ_FOLDER ((uint64_t)1 << 3)

int landlock_open(struct landlock *landlock)
{
    int abi = find_abi();
    const struct ruleset ruleset = {.files = find_files(abi)};
    long fd;

    *landlock = (struct landlock){.fd = -1, .files = ruleset.files};
    if (ruleset.files == 0)
        return abi;
    fd = syscall(SYS_landlock_create_ruleset, &ruleset, sizeof(ruleset.files), 0);
    if (fd < 0)
        return -errno;
    landlock->fd = (int)fd;
    return 0;
}

int landlock_allow_reading(struct landlock *landlock, int fd)
{
    struct stat status;

    if (landlock->fd < 0)
        return 0;
    if (fstat(fd, &status) < 0)
        return -errno;
    return add_rule(landlock->fd, fd, READ_FILE | (S_ISDIR(status.st_mode) ? READ_FOLDER : 0));
}

int landlock_confine(const struct landlock *landlock)
{
    if (landlock->fd < 0)
        return 0;
    return syscall(SYS_landlock_restrict_self, landlock->fd, 0) < 0 ? -errno : 0;
}

void landlock_close(struct landlock *landlock)
{
    landlock->fd = fd_close(landlock->fd);
}
