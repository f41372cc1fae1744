/* SPDX-License-Identifier: MIT */
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/os/landlock.h"

/* Standard input, output, error, and the socket to the front. */
#define DESCRIPTORS 4
/* Deep enough for everything libcrypto nests; not for runaway recursion. */
#define STACK_BYTES 1048576

/* What libc's poll comes to. */
#ifdef SYS_poll
#define POLL_CALL SCMP_SYS(poll)
#else
#define POLL_CALL SCMP_SYS(ppoll)
#endif

/*
 * What every process of ours that reads from outside needs: libc's allocator, what is done once
 * (futex), clocks, a log that must not hold us up (poll), and the end.
 */
static const int common_calls[] = {
    SCMP_SYS(brk),   SCMP_SYS(munmap),        SCMP_SYS(mremap),   SCMP_SYS(madvise),
    SCMP_SYS(futex), SCMP_SYS(exit_group),    SCMP_SYS(recvfrom), SCMP_SYS(sendmsg),
    POLL_CALL,       SCMP_SYS(clock_gettime),
};

/*
 * A verifier's, beside its CPU timer (allow_verifier): glibc's qsort of more than 1 KiB, which
 * libcrypto does with a SET OF, asks once how much memory there is (sysinfo); and libcrypto checks
 * a public key on a curve that it has no code of its own for, P-384 among them, with blinded
 * points, whose random numbers are seeded anew in each process (getrandom, getpid).
 */
static const int verifier_calls[] = {
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
};

/*
 * The front's: connections that come and go, descriptors of verifiers, the event loop, going on
 * after SIGSTOP and SIGCONT (restart_syscall); the settings of an epoch, which it reads where they
 * lie (pread64); and the record of requests, of which it finds the end (lseek), appends a head and
 * a body in one call (writev), and takes back what went only in part (ftruncate).
 */
static const int front_calls[] = {
    SCMP_SYS(restart_syscall), SCMP_SYS(accept4),      SCMP_SYS(getsockopt), SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),         SCMP_SYS(close),        SCMP_SYS(epoll_ctl),  SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),     SCMP_SYS(epoll_pwait2), SCMP_SYS(pread64),    SCMP_SYS(lseek),
    SCMP_SYS(writev),          SCMP_SYS(ftruncate),
};

/* Where less is allowed already, that is kept. */
static int limit(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit both;

    if (getrlimit(resource, &both) < 0)
        return -errno;
    if (both.rlim_max > value)
        both.rlim_max = value;
    both.rlim_cur = both.rlim_max;
    return setrlimit(resource, &both) < 0 ? -errno : 0;
}

/* Address space in use, from the kernel's own account of it. 0 or -errno. */
static int read_size(rlim_t *bytesp)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    int n;

    if (!file)
        return -errno;
    n = fscanf(file, "%lu", &pages);
    fclose(file);
    if (n != 1)
        return -EIO;
    *bytesp = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
    return 0;
}

/* `size` is what is in use already. */
static int set_limits(rlim_t size)
{
    int r = limit(RLIMIT_AS, size + LIMIT_VERIFIER_GROWTH_BYTES);

    if (!r)
        r = limit(RLIMIT_STACK, STACK_BYTES);
    if (!r)
        r = limit(RLIMIT_NOFILE, DESCRIPTORS);
    if (!r)
        r = limit(RLIMIT_NPROC, 0);
    return r;
}

#define N_CALLS(calls) (sizeof(calls) / sizeof((calls)[0]))

static int allow(scmp_filter_ctx filter, const int *calls, size_t n_calls)
{
    int r = 0;

    for (size_t i = 0; !r && i < n_calls; i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return r;
}

/* Writing goes to standard error alone, and no memory becomes executable. */
static int allow_with_limits(scmp_filter_ctx filter)
{
    int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                             SCMP_A0(SCMP_CMP_EQ, STDERR_FILENO, 0));

    if (!r)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (!r)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                             SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return r;
}

/* A socket for metrics that the supervisor hands over becomes non-blocking. */
static int allow_front(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 2,
                            SCMP_A1(SCMP_CMP_EQ, F_SETFL, 0), SCMP_A2(SCMP_CMP_EQ, O_NONBLOCK, 0));
}

/* The CPU timer alone: with another one a verifier that an attacker controls could wake itself up
 * after its request. */
static int allow_verifier(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setitimer), 1,
                            SCMP_A0(SCMP_CMP_EQ, ITIMER_PROF, 0));
}

static int refuse(int r)
{
    log_error(
        "seccomp cannot be used here: does the kernel lack it, or does a container forbid it?");
    return r;
}

static int load_filter(const int *calls, size_t n_calls, bool front)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int r;

    /* It looks what the kernel lets it do, and gives no number. */
    if (!filter)
        return refuse(-ENOTSUP);
    r = allow(filter, common_calls, N_CALLS(common_calls));
    if (!r)
        r = allow(filter, calls, n_calls);
    if (!r)
        r = allow_with_limits(filter);
    if (!r)
        r = front ? allow_front(filter) : allow_verifier(filter);
    if (!r)
        r = seccomp_load(filter);
    seccomp_release(filter);
    return r ? refuse(r) : 0;
}

int sandbox_enter_front(void)
{
    int r = landlock_enter();

    return r ? r : load_filter(front_calls, N_CALLS(front_calls), true);
}

int sandbox_enter_verifier(void)
{
    rlim_t size = 0;
    int r = read_size(&size);

    if (!r)
        r = landlock_enter();
    if (!r)
        r = set_limits(size);
    return r ? r : load_filter(verifier_calls, N_CALLS(verifier_calls), false);
}

int sandbox_start_cpu_timer(void)
{
    struct itimerval timer = {.it_value = {.tv_usec = LIMIT_VERIFY_CPU_MS * 1000}};

    return setitimer(ITIMER_PROF, &timer, NULL) < 0 ? -errno : 0;
}

void sandbox_stop_cpu_timer(void)
{
    struct itimerval none = {0};

    setitimer(ITIMER_PROF, &none, NULL);
}

bool sandbox_is_relaxed(void)
{
    return false;
}

int sandbox_patience_ms(int limit_ms)
{
    return limit_ms;
}
