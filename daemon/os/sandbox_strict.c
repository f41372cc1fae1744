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

#include "base/log.h"
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

/*
 * System calls that neither the supervisor nor a child of it ever makes: for other processes'
 * memory and descriptors, for BPF programs, keys, modules, clock, mounts and namespaces of the
 * kernel, and calls that exploits of the kernel use.
 */
static const int refused_calls[] = {
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(kcmp),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(keyctl),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(open_tree),
    SCMP_SYS(move_mount),
    SCMP_SYS(fsopen),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(personality),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(acct),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(adjtimex),
    SCMP_SYS(clock_adjtime),
    SCMP_SYS(quotactl),
    SCMP_SYS(syslog),
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

static int allow_calls(scmp_filter_ctx filter, const int *calls, size_t n_calls)
{
    int r = 0;

    for (size_t i = 0; !r && i < n_calls; i++)
        r = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return r;
}

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

static int report_failure(int r)
{
    log_error("seccomp cannot be used here: the kernel lacks it, or a container forbids it");
    return r;
}

/*
 * A function that adds rules which depend on the arguments of a system call. `argument` is a value
 * that these rules need.
 */
typedef int (*allow_more_fn)(scmp_filter_ctx filter, int argument);

/*
 * Loads a filter that allows `calls` and the common ones, and what allow_more adds. `argument` is
 * passed to allow_more, which may be NULL.
 */
static int load_filter(const int *calls, size_t n_calls, allow_more_fn allow_more, int argument)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int r;

    /* seccomp_init asks the kernel what it supports, but returns no error number. */
    if (!filter)
        return report_failure(-ENOTSUP);
    r = allow_calls(filter, common_calls, N_CALLS(common_calls));
    if (!r)
        r = allow_calls(filter, calls, n_calls);
    if (!r)
        r = allow_with_limits(filter);
    if (!r && allow_more)
        r = allow_more(filter, argument);
    if (!r)
        r = seccomp_load(filter);
    seccomp_release(filter);
    return r ? report_failure(r) : 0;
}

static int load_refusals(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    int r = filter ? 0 : -ENOTSUP;

    for (size_t i = 0; !r && i < N_CALLS(refused_calls); i++) {
        r = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, refused_calls[i], 0);
        /* EDOM: the architecture does not have this system call, so it cannot be made. */
        if (r == -EDOM)
            r = 0;
    }
    if (!r)
        r = seccomp_load(filter);
    if (filter)
        seccomp_release(filter);
    return r ? report_failure(r) : 0;
}

int sandbox_enter_supervisor(const char *const *folders, size_t n)
{
    int r = landlock_enter_writing(folders, n);

    return r ? r : load_refusals();
}

int sandbox_enter_front(int bin)
{
    int r = landlock_enter();

    return r ? r : load_filter(front_calls, N_CALLS(front_calls), allow_front, bin);
}

int sandbox_enter_bin(void)
{
    int r = landlock_enter();

    return r ? r : load_filter(bin_calls, N_CALLS(bin_calls), NULL, 0);
}

int sandbox_enter_verifier(void)
{
    rlim_t size = 0;
    int r = read_size(&size);

    if (!r)
        r = landlock_enter();
    if (!r)
        r = set_limits(size);
    return r ? r : load_filter(verifier_calls, N_CALLS(verifier_calls), allow_verifier, 0);
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
