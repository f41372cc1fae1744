/* SPDX-License-Identifier: MIT */
#include "daemon/os/sandbox.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>

int sandbox_enter_common(void)
{
    struct rlimit none = {0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ||
        setrlimit(RLIMIT_CORE, &none) < 0)
        return -errno;
    return 0;
}
