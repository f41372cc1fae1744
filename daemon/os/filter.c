/* SPDX-License-Identifier: MIT */
#include "daemon/os/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/log.h"

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* Builds a filter and writes its instructions to a file. Returns whether that succeeded. */
static bool export_filter(int fd, uint32_t otherwise, filter_build_fn build, int argument)
{
    scmp_filter_ctx context = seccomp_init(otherwise);

    if (!context)
        return false;
    /* makes a tree of comparisons, which is faster than a list; libseccomp 2.4 does not support it
     */
    (void)seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    return build(context, argument) == 0 && seccomp_export_bpf(context, fd) == 0;
}

static int export_in_child(int fd, uint32_t otherwise, filter_build_fn build, int argument)
{
    pid_t pid = fork(), ended;
    int status = 0;

    if (pid < 0)
        return -errno;
    if (pid == 0)
        _exit(export_filter(fd, otherwise, build, argument) ? EXIT_SUCCESS : EXIT_FAILURE);
    do
        ended = waitpid(pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    if (ended < 0)
        return -errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS ? 0 : -ENOMEM;
}

int filter_take(struct sandbox_filter *filter, int fd)
{
    struct stat status;
    void *code;

    if (fstat(fd, &status) < 0)
        return -errno;
    if (status.st_size <= 0 || status.st_size % (off_t)sizeof(struct sock_filter) != 0 ||
        status.st_size / (off_t)sizeof(struct sock_filter) > BPF_MAXINSNS)
        return -EBADMSG;
    code = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (code == MAP_FAILED)
        return -errno;
    *filter = (struct sandbox_filter){.code = code, .len = (size_t)status.st_size, .fd = fd};
    return 0;
}

static int make_once(struct sandbox_filter *filter, uint32_t otherwise, filter_build_fn build,
                     int argument)
{
    int fd = memfd_create("filter", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int r;

    if (fd < 0)
        return -errno;
    r = export_in_child(fd, otherwise, build, argument);
    /* The seals make sure that a process that is given the file later cannot change the filter of
     * another process. */
    if (!r && fcntl(fd, F_ADD_SEALS, SEALS) < 0)
        r = -errno;
    if (!r)
        r = filter_take(filter, fd);
    if (r)
        fd_close(fd);
    return r;
}

static bool is_same(const struct sandbox_filter *a, const struct sandbox_filter *b)
{
    return a->len == b->len && memcmp(a->code, b->code, a->len) == 0;
}

int filter_make(struct sandbox_filter *filter, uint32_t otherwise, filter_build_fn build,
                int argument)
{
    struct sandbox_filter again = {0};
    int r = make_once(filter, otherwise, build, argument);

    if (!r)
        r = make_once(&again, otherwise, build, argument);
    if (!r && !is_same(filter, &again))
        r = -ENOMEM;
    sandbox_filter_free(&again);
    if (!r)
        return 0;
    sandbox_filter_free(filter);
    log_error("a seccomp filter cannot be made: most likely for want of memory");
    return r;
}

int filter_enter(const struct sandbox_filter *filter)
{
    const struct sock_fprog program = {
        .len = (unsigned short)(filter->len / sizeof(struct sock_filter)),
        .filter = (struct sock_filter *)(uintptr_t)filter->code,
    };

    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0)
        return 0;
    log_error("seccomp cannot be used here: the kernel lacks it, or a container forbids it");
    return -errno;
}

int filter_make_and_enter(uint32_t otherwise, filter_build_fn build, int argument)
{
    struct sandbox_filter filter = {0};
    int r = filter_make(&filter, otherwise, build, argument);

    if (!r)
        r = filter_enter(&filter);
    sandbox_filter_free(&filter);
    return r;
}

int filter_add(scmp_filter_ctx context, uint32_t action, const int *calls, size_t n_calls)
{
    int r = 0;

    for (size_t i = 0; !r && i < n_calls; i++) {
        r = seccomp_rule_add(context, action, calls[i], 0);
        if (r == -EDOM)
            r = 0;
    }
    return r;
}
