/* SPDX-License-Identifier: MIT */
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <seccomp.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon/os/filter.h"
#include "daemon/os/landlock.h"

/* The descriptors of a verifier: standard input, output and error, and the socket to the front. */
#define N_DESCRIPTORS 4
/*
 * The stack of a verifier: enough for the deepest nesting in libcrypto, and little enough to end a
 * runaway recursion.
 */
#define STACK_BYTES 1048576

/* The system call that libc's poll makes. */
#ifdef SYS_poll
#define POLL_CALL SCMP_SYS(poll)
#else
#define POLL_CALL SCMP_SYS(ppoll)
#endif

/*
 * The system calls that every filter here allows: for libc's allocator, one-time initialisation
 * (futex), messages, clocks, a log that does not block (poll), and the end of the process.
 */
static const int common_calls[] = {
    SCMP_SYS(brk),      SCMP_SYS(munmap), SCMP_SYS(mremap),
    SCMP_SYS(madvise),  SCMP_SYS(futex),  SCMP_SYS(exit_group),
    SCMP_SYS(recvfrom), POLL_CALL,        SCMP_SYS(clock_gettime),
};

/*
 * Further system calls of a verifier (allow_verifier adds that of its CPU timer). glibc's qsort
 * asks for the size of the memory (sysinfo) when it sorts more than 1 KiB, as libcrypto does with a
 * SET OF. For curves without special code, such as P-384, libcrypto blinds points, and seeds the
 * random numbers for that in each process (getrandom, getpid).
 */
static const int verifier_calls[] = {
    SCMP_SYS(sendmsg),
    SCMP_SYS(sysinfo),
    SCMP_SYS(getrandom),
    SCMP_SYS(getpid),
};

/*
 * Further system calls of the front: for connections, descriptors of verifiers and the event loop;
 * for going on after SIGSTOP and SIGCONT (restart_syscall); for the settings of an epoch, which are
 * in a memory file (pread64); and for the file of recorded requests: finding its end (lseek),
 * appending header and payload in one call (writev), and removing a record that was written only in
 * part (ftruncate).
 */
static const int front_calls[] = {
    SCMP_SYS(restart_syscall), SCMP_SYS(accept4),      SCMP_SYS(getsockopt), SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),         SCMP_SYS(close),        SCMP_SYS(epoll_ctl),  SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),     SCMP_SYS(epoll_pwait2), SCMP_SYS(pread64),    SCMP_SYS(lseek),
    SCMP_SYS(writev),          SCMP_SYS(ftruncate),    SCMP_SYS(shutdown),
};

/*
 * Further system calls of the bin: it receives sockets, forks a child for each batch, waits for a
 * message of that child on a socket pair, and collects it. The rest is what libc's fork needs.
 */
static const int bin_calls[] = {
    SCMP_SYS(restart_syscall),
    SCMP_SYS(recvmsg),
    SCMP_SYS(clone),
    SCMP_SYS(clone3),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(rseq),
    SCMP_SYS(socketpair),
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(close),
    SCMP_SYS(wait4),
};

/* Lowers a limit to `value`, unless it is lower already. */
static int lower_limit(__rlimit_resource_t resource, rlim_t value)
{
    struct rlimit both;

    if (getrlimit(resource, &both) < 0)
        return -errno;
    if (both.rlim_max > value)
        both.rlim_max = value;
    both.rlim_cur = both.rlim_max;
    return setrlimit(resource, &both) < 0 ? -errno : 0;
}

/* Reads the size of this process's address space. Returns 0 or -errno. */
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

/* Sets the limits of a verifier. `size` is the size of its address space in bytes. */
static int set_limits(rlim_t size)
{
    int r = lower_limit(RLIMIT_AS, size + LIMIT_VERIFIER_GROWTH_BYTES);

    if (!r)
        r = lower_limit(RLIMIT_STACK, STACK_BYTES);
    if (!r)
        r = lower_limit(RLIMIT_NOFILE, N_DESCRIPTORS);
    if (!r)
        r = lower_limit(RLIMIT_NPROC, 0);
    return r;
}

#define N_CALLS(calls) (sizeof(calls) / sizeof((calls)[0]))

/* Allows write to standard error alone, and mmap and mprotect without PROT_EXEC. */
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

/*
 * Allows some system calls of the front for certain arguments only: a socket for metrics that the
 * supervisor sends is made non-blocking; descriptors are sent to the bin alone; a connection over
 * which descriptors may be passed gets its urgent data inline, and is checked for unread input
 * before it is closed; and for some connections the kernel is asked for the process that writes.
 */
static int allow_front(scmp_filter_ctx filter, int bin)
{
    int r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(fcntl), 2,
                             SCMP_A1(SCMP_CMP_EQ, F_SETFL, 0), SCMP_A2(SCMP_CMP_EQ, O_NONBLOCK, 0));

    if (!r)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendmsg), 1,
                             SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)bin, 0));
    if (!r)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                             SCMP_A1(SCMP_CMP_EQ, SIOCINQ, 0));
    if (!r)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), 2,
                             SCMP_A1(SCMP_CMP_EQ, SOL_SOCKET, 0),
                             SCMP_A2(SCMP_CMP_EQ, SO_OOBINLINE, 0));
    if (!r)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setsockopt), 2,
                             SCMP_A1(SCMP_CMP_EQ, SOL_SOCKET, 0),
                             SCMP_A2(SCMP_CMP_EQ, SO_PASSCRED, 0));
    return r;
}

/*
 * Allows setitimer for the CPU timer alone: with another timer a verifier that an attacker has
 * taken over could wake up after its request.
 */
static int allow_verifier(scmp_filter_ctx filter, int unused)
{
    (void)unused;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(setitimer), 1,
                            SCMP_A0(SCMP_CMP_EQ, ITIMER_PROF, 0));
}

/* --- the filters --- */

/* Adds what every filter has, and the calls of one. */
static int allow_calls(scmp_filter_ctx filter, const int *calls, size_t n_calls)
{
    int r = filter_add(filter, SCMP_ACT_ALLOW, common_calls, N_CALLS(common_calls));

    if (!r)
        r = filter_add(filter, SCMP_ACT_ALLOW, calls, n_calls);
    return r ? r : allow_with_limits(filter);
}

static int build_front(scmp_filter_ctx filter, int bin)
{
    int r = allow_calls(filter, front_calls, N_CALLS(front_calls));

    return r ? r : allow_front(filter, bin);
}

static int build_bin(scmp_filter_ctx filter, int unused)
{
    (void)unused;
    return allow_calls(filter, bin_calls, N_CALLS(bin_calls));
}

static int build_verifier(scmp_filter_ctx filter, int unused)
{
    int r = allow_calls(filter, verifier_calls, N_CALLS(verifier_calls));

    return r ? r : allow_verifier(filter, unused);
}

int sandbox_enter_front(int bin)
{
    int r = landlock_enter();

    return r ? r : filter_make_and_enter(SCMP_ACT_KILL_PROCESS, build_front, bin);
}

int sandbox_enter_bin(void)
{
    int r = landlock_enter();

    return r ? r : filter_make_and_enter(SCMP_ACT_KILL_PROCESS, build_bin, 0);
}

int sandbox_make_verifier_filter(struct sandbox_filter *filter)
{
    return filter_make(filter, SCMP_ACT_KILL_PROCESS, build_verifier, 0);
}

int sandbox_take_filter(struct sandbox_filter *filter, int fd)
{
    return filter_take(filter, fd);
}

int sandbox_enter_verifier(const struct sandbox_filter *filter)
{
    rlim_t size = 0;
    int r = read_size(&size);

    if (!r)
        r = landlock_enter();
    if (!r)
        r = set_limits(size);
    return r ? r : filter_enter(filter);
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
