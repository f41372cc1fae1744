/* SPDX-License-Identifier: MIT */

/*
 * The hooks of the tests' daemon, by which its children misbehave on demand. The host of a request
 * chooses what its verifier does:
 *
 *     open.hook.test, socket.hook.test, ...  makes that system call (tables below)
 *     spin.hook.test                         uses CPU for ever
 *     crash.hook.test                        crashes
 *     allocate.hook.test                     allocates until memory runs out, frees it, goes on
 *     exhaust.hook.test                      allocates until memory runs out, keeps it, goes on
 *     doze.hook.test                         sleeps for half a second, then goes on
 *     babble.hook.test                       sends the front a byte that is no reply, then dozes
 *
 *     wait-once-N.hook.test                  sleeps for ever the first time that any verifier gets
 *                                            this N (0 to 4095), and goes on every other time
 *
 * After the checker has read a configuration, it sleeps as long as there is a file at the path that
 * the environment variable CERTNAMED_HOLD had at the start. If it reads the configuration again,
 * the path ends in ".2", and in ".3" the third time.
 *
 * If the environment variable CERTNAMED_PASS_RIGHTS is set, SO_PASSRIGHTS stays on, as on kernels
 * that do not have the option: clients can then pass descriptors.
 *
 * If there is a file at the path that the environment variable CERTNAMED_SLOW had at the start,
 * each of the daemon's own calls that looks up or opens a file with "slow-" in its path takes 200
 * ms, as on a disk that is slow.
 *
 * If there is a file at the path that the environment variable CERTNAMED_PROBE had at the start,
 * the checker does what the file says: a system call of the tables below, or "write PATH"; or, once
 * it has confined itself, "read PATH".
 *
 * Each act is printed on standard error with the process id, so that a test knows which process
 * does it.
 */

#include "daemon/verifier/hook.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define DOMAIN         ".hook.test"
#define WAIT_PREFIX    "wait-once-"
#define WAITS_COUNT    4096
#define VERIFIER_FD    3
#define BLOCK_BYTES    1048576
#define BLOCKS_COUNT   1024
#define SIGNAL_NOTHING 0
#define DOZE_MS        500

/* One byte for each N, in memory that all children of the supervisor share. */
static uint8_t *seen;

static char hold[4096];
static char probe[4096];
static char slow[4096];

/* The process id, read before the sandbox is entered, since the sandbox does not allow getpid. */
static int own_pid;

static void remember_pid(void)
{
    own_pid = (int)getpid();
}

void hook_setup(void)
{
    void *page = mmap(NULL, WAITS_COUNT, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED) {
        perror("hook: mmap");
        exit(EXIT_FAILURE);
    }
    seen = page;
    if (getenv("CERTNAMED_HOLD"))
        snprintf(hold, sizeof(hold), "%s", getenv("CERTNAMED_HOLD"));
    if (getenv("CERTNAMED_SLOW"))
        snprintf(slow, sizeof(slow), "%s", getenv("CERTNAMED_SLOW"));
    if (getenv("CERTNAMED_PROBE"))
        snprintf(probe, sizeof(probe), "%s", getenv("CERTNAMED_PROBE"));
    remember_pid();
    if (pthread_atfork(NULL, NULL, remember_pid) != 0)
        exit(EXIT_FAILURE);
}

#define SO_PASSRIGHTS_NUMBER 83

int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t len);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t len);

static bool keeps_rights;

/* Reads the variable before main, because the daemon clears its environment early. */
__attribute__((constructor)) static void read_keeps_rights(void)
{
    keeps_rights = getenv("CERTNAMED_PASS_RIGHTS") != NULL;
}

/* The linker makes the daemon call this function instead of the C library's setsockopt. */
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    if (level == SOL_SOCKET && option == SO_PASSRIGHTS_NUMBER && keeps_rights)
        return 0;
    return __real_setsockopt(fd, level, option, value, len);
}

/* --- a slow disk --- */

#define SLOW_NAME "slow-"
#define SLOW_MS   200

static void delay(const char *path)
{
    if (slow[0] != '\0' && strstr(path, SLOW_NAME) && access(slow, F_OK) == 0)
        poll(NULL, 0, SLOW_MS);
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __real_stat(const char *path, struct stat *status);
int __wrap_stat(const char *path, struct stat *status);
int __real_lstat(const char *path, struct stat *status);
int __wrap_lstat(const char *path, struct stat *status);
int __real_fstatat(int folder, const char *path, struct stat *status, int flags);
int __wrap_fstatat(int folder, const char *path, struct stat *status, int flags);
DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);

int __wrap_open(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode;

    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
    delay(path);
    return __real_open(path, flags, mode);
}

int __wrap_openat(int folder, const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode;

    va_start(arguments, flags);
    mode = va_arg(arguments, mode_t);
    va_end(arguments);
    delay(path);
    return __real_openat(folder, path, flags, mode);
}

int __wrap_stat(const char *path, struct stat *status)
{
    delay(path);
    return __real_stat(path, status);
}

int __wrap_lstat(const char *path, struct stat *status)
{
    delay(path);
    return __real_lstat(path, status);
}

int __wrap_fstatat(int folder, const char *path, struct stat *status, int flags)
{
    delay(path);
    return __real_fstatat(folder, path, status, flags);
}

DIR *__wrap_opendir(const char *path)
{
    delay(path);
    return __real_opendir(path);
}

static void print_act(const char *what, long detail)
{
    char line[128];
    int n = snprintf(line, sizeof(line), "hook: %s %ld pid %d\n", what, detail, own_pid);
    ssize_t written = write(STDERR_FILENO, line, (size_t)n);

    (void)written;
}

/* --- system calls; each function returns the kernel's result if the filter allows the call --- */

static long attempt_open(void)
{
    return syscall(SYS_openat, AT_FDCWD, "/dev/null", O_RDONLY);
}

static long attempt_socket(void)
{
    return syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static long attempt_exec(void)
{
    char *const nothing[] = {NULL};

    return syscall(SYS_execve, "/bin/true", nothing, nothing);
}

static long attempt_ptrace(void)
{
    return syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
}

static long attempt_clone(void)
{
    long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);

    if (pid == 0)
        _exit(EXIT_SUCCESS);
    return pid;
}

static long attempt_kill(void)
{
    return syscall(SYS_kill, 1, SIGNAL_NOTHING);
}

static long attempt_mmap_exec(void)
{
    return syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static long attempt_mprotect_exec(void)
{
    return syscall(SYS_mprotect, seen, 4096, PROT_READ | PROT_EXEC);
}

static long attempt_write(void)
{
    return syscall(SYS_write, VERIFIER_FD, "x", 1);
}

static long attempt_memfd(void)
{
    return syscall(SYS_memfd_create, "hook", 0);
}

/* --- system calls whose arguments are only numbers --- */

/* Each of these calls would do harm, or help to do harm, if the filter allowed it. */
static const struct {
    const char *name;
    long number;
    long arguments[5];
} bare_calls[] = {
    {"connect", SYS_connect, {VERIFIER_FD}},
    {"bind", SYS_bind, {VERIFIER_FD}},
    {"listen", SYS_listen, {VERIFIER_FD, 1}},
    {"socketpair", SYS_socketpair, {AF_UNIX, SOCK_STREAM}},
    {"recvmsg", SYS_recvmsg, {VERIFIER_FD}},
    {"sendto", SYS_sendto, {VERIFIER_FD}},
    {"dup", SYS_dup, {VERIFIER_FD}},
    {"fcntl", SYS_fcntl, {VERIFIER_FD, F_GETFL}},
    {"ioctl", SYS_ioctl, {VERIFIER_FD}},
    {"close", SYS_close, {VERIFIER_FD}},
    {"read", SYS_read, {STDIN_FILENO}},
    {"getdents", SYS_getdents64, {STDIN_FILENO}},
    {"openat2", SYS_openat2, {AT_FDCWD}},
    {"unlink", SYS_unlinkat, {AT_FDCWD}},
    {"chmod", SYS_fchmodat, {AT_FDCWD}},
    {"mount", SYS_mount, {0}},
    {"chroot", SYS_chroot, {0}},
    {"unshare", SYS_unshare, {CLONE_NEWUSER}},
    {"setns", SYS_setns, {VERIFIER_FD}},
    {"setuid", SYS_setuid, {0}},
    {"prctl", SYS_prctl, {PR_SET_DUMPABLE, 1}},
    {"prlimit", SYS_prlimit64, {0, RLIMIT_AS}},
    {"tgkill", SYS_tgkill, {1, 1, SIGNAL_NOTHING}},
    {"pidfd-open", SYS_pidfd_open, {1}},
    {"pidfd-getfd", SYS_pidfd_getfd, {VERIFIER_FD}},
    {"peek", SYS_process_vm_readv, {1}},
    {"bpf", SYS_bpf, {0}},
    {"perf", SYS_perf_event_open, {0}},
    {"io-uring", SYS_io_uring_setup, {1}},
    {"userfaultfd", SYS_userfaultfd, {0}},
    {"keyring", SYS_add_key, {0}},
    {"shm", SYS_shmget, {0, 4096}},
    {"thread", SYS_clone, {CLONE_VM | CLONE_THREAD | CLONE_SIGHAND}},
    {"handler", SYS_rt_sigaction, {SIGPROF}},
    {"alarm", SYS_setitimer, {ITIMER_REAL}},
    {"virtual-timer", SYS_setitimer, {ITIMER_VIRTUAL}},
};

static bool attempt_bare(const char *name, long *resultp)
{
    for (size_t i = 0; i < sizeof(bare_calls) / sizeof(bare_calls[0]); i++) {
        const long *of = bare_calls[i].arguments;

        if (strcmp(bare_calls[i].name, name) != 0)
            continue;
        print_act(name, 0);
        *resultp = syscall(bare_calls[i].number, of[0], of[1], of[2], of[3], of[4]);
        return true;
    }
    return false;
}

/* --- other misbehaviour --- */

static long spin(void)
{
    volatile bool spinning = true;

    while (spinning)
        ;
    return 0;
}

static long crash(void)
{
    /* An illegal instruction, because sanitizers handle other faults themselves. */
    __builtin_trap();
    return 0;
}

static long allocate(void)
{
    static void *volatile blocks[BLOCKS_COUNT];
    long n = 0;

    while (n < BLOCKS_COUNT && (blocks[n] = malloc(BLOCK_BYTES)))
        n++;
    for (long i = 0; i < n; i++)
        free(blocks[i]);
    return n;
}

/* Allocates smaller and smaller blocks, until not even a small one can be allocated. */
static long exhaust(void)
{
    void *volatile block;
    long n = 0;

    for (size_t size = BLOCK_BYTES; size >= sizeof(block); size /= 2) {
        for (long i = 0; i < BLOCKS_COUNT && (block = malloc(size)); i++)
            n++;
    }
    return n;
}

static long doze(void)
{
    return poll(NULL, 0, DOZE_MS);
}

static long babble(void)
{
    static char byte = 'x';
    struct iovec part = {.iov_base = &byte, .iov_len = 1};
    const struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    return sendmsg(VERIFIER_FD, &message, MSG_NOSIGNAL) < 0 ? -errno : doze();
}

/* Sleeps until the front closes the socket: poll asks for no events, so a waiting request does not
 * wake it. */
static void wait_once(unsigned number)
{
    struct pollfd socket = {.fd = VERIFIER_FD};

    if (__atomic_exchange_n(&seen[number], 1, __ATOMIC_SEQ_CST))
        return;
    print_act("waiting", (long)number);
    while (poll(&socket, 1, -1) < 0 && errno == EINTR)
        ;
}

/* --- choosing an act --- */

static const struct {
    const char *name;
    long (*act)(void);
} acts[] = {
    {"open", attempt_open},
    {"socket", attempt_socket},
    {"exec", attempt_exec},
    {"ptrace", attempt_ptrace},
    {"clone", attempt_clone},
    {"kill", attempt_kill},
    {"mmap-exec", attempt_mmap_exec},
    {"mprotect-exec", attempt_mprotect_exec},
    {"write", attempt_write},
    {"memfd", attempt_memfd},
    {"spin", spin},
    {"crash", crash},
    {"allocate", allocate},
    {"exhaust", exhaust},
    {"doze", doze},
    {"babble", babble},
};

static void act_by_name(const char *name)
{
    char done[64];
    long result;

    if (attempt_bare(name, &result)) {
        snprintf(done, sizeof(done), "%s returned", name);
        print_act(done, result);
        return;
    }
    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(acts[i].name, name) != 0)
            continue;
        print_act(name, 0);
        snprintf(done, sizeof(done), "%s returned", name);
        print_act(done, acts[i].act());
    }
}

static void probe_write(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    print_act("write returned", fd < 0 ? -errno : 0);
    if (fd >= 0)
        close(fd);
}

static char read_path[4096]; /* the path of the probe's "read PATH"; empty: there is none */

void hook_in_confined_check(void)
{
    int fd;

    if (read_path[0] == '\0')
        return;
    fd = open(read_path, O_RDONLY | O_CLOEXEC);
    print_act("read returned", fd < 0 ? -errno : 0);
    if (fd >= 0)
        close(fd);
}

/* Does what the file at the path `probe` says, or remembers it for hook_in_confined_check. */
static void probe_by_file(void)
{
    char name[4096] = "";
    FILE *file = probe[0] != '\0' ? fopen(probe, "re") : NULL;

    if (!file)
        return;
    if (!fgets(name, sizeof(name), file))
        name[0] = '\0';
    fclose(file);
    name[strcspn(name, "\n")] = '\0';
    read_path[0] = '\0';
    if (strncmp(name, "read ", 5) == 0)
        strcpy(read_path, name + 5);
    else if (strncmp(name, "write ", 6) == 0)
        probe_write(name + 6);
    else
        act_by_name(name);
}

void hook_in_check(void)
{
    static unsigned n_read;
    char path[sizeof(hold) + 16];

    probe_by_file();
    strcpy(path, hold);
    if (++n_read > 1)
        snprintf(path, sizeof(path), "%s.%u", hold, n_read);
    if (hold[0] == '\0' || access(path, F_OK) < 0)
        return;
    print_act("holding", (int)n_read);
    while (access(path, F_OK) == 0)
        poll(NULL, 0, 1);
}

void hook_before_verification(const struct request *request)
{
    struct bytes host = request->references[0].text;
    size_t n_domain = strlen(DOMAIN);
    char name[32];
    size_t n;

    if (request->n_references == 0 || host.len <= n_domain || host.len - n_domain >= sizeof(name))
        return;
    n = host.len - n_domain;
    if (memcmp(host.data + n, DOMAIN, n_domain) != 0)
        return;
    memcpy(name, host.data, n);
    name[n] = '\0';
    if (strncmp(name, WAIT_PREFIX, strlen(WAIT_PREFIX)) == 0)
        wait_once((unsigned)strtoul(name + strlen(WAIT_PREFIX), NULL, 10) % WAITS_COUNT);
    else
        act_by_name(name);
}
