/* SPDX-License-Identifier: MIT */
#include "daemon/os/time_slice.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

void time_slice_set(uint64_t ns)
{
    /* This is struct sched_attr of sched_setattr(2) in its first version. It is defined here, since
     * glibc before 2.41 lacks it and the kernel's header conflicts with glibc's. */
    const struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime_ns, deadline_ns, period_ns;
    } wish = {
        .size = sizeof(wish),
        .policy = SCHED_OTHER,
        .nice = getpriority(PRIO_PROCESS, 0),
        .runtime_ns = ns,
    };

    if (sched_getscheduler(0) == SCHED_OTHER)
        (void)syscall(SYS_sched_setattr, 0, &wish, 0);
}
