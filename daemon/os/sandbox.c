/* SPDX-License-Identifier: MIT */
#include "daemon/os/sandbox.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/fd.h"

int sandbox_enter_common(void)
{
    struct rlimit none = {0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
        setrlimit(RLIMIT_CORE, &none) < 0)
        return -errno;
    return 0;
}

void sandbox_filter_free(struct sandbox_filter *filter)
{
    if (filter->code) {
        munmap((void *)(uintptr_t)filter->code, filter->len);
        fd_close(filter->fd);
    }
    *filter = (struct sandbox_filter){0};
}
