/* SPDX-License-Identifier: MIT */

/*
 * Runs a program and tampers with its system calls, whoever makes them: the program, a library or
 * libc. The calls of the program and of all its descendants stop for this tracer, which makes one
 * of them fail, or makes the process attempt another call in between. A test controls the tracer
 * through a file that both map (struct control; tests/integration/tracer.py writes it):
 *
 *     tracer CONTROL PROGRAM ARGUMENT...
 *
 * The process that was started becomes the program, and the tracer a process beside it, so that
 * the program has the process number and the parent that it would have without a tracer.
 *
 * A call fails without having been made: the kernel makes a harmless one in its place, which every
 * filter of the daemon allows, and the program sees an error number that its call can have.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* The exit status for a machine on which nothing can be traced. */
#define EXIT_CANNOT_TRACE 77

#define PROCESSES_COUNT 4096
#define NAME_BYTES      16
#define ARGUMENTS_COUNT 6

/* An argument of an attempt that stands for the address of the control's text. */
#define TEXT_ARGUMENT INT64_MIN
#define TEXT_BYTES    64
/* Where the text is written: below the stack's red zone. */
#define BELOW_STACK_BYTES 1024

enum mode {
    MODE_FAIL = 1,    /* the call fails */
    MODE_ATTEMPT = 2, /* the process attempts another call before it */
};

struct control {
    _Atomic int64_t n;          /* the call that is tampered with, from 1 on; 0: none */
    _Atomic int64_t n_seen;     /* calls that were counted */
    _Atomic int64_t n_tampered; /* calls that were tampered with */
    _Atomic int64_t number;     /* the system call that failed last, or that is attempted */
    int64_t mode;
    int64_t is_first;      /* 1: calls of the process that was started count; 0: those of others */
    char name[NAME_BYTES]; /* of the processes whose calls count */
    int64_t arguments[ARGUMENTS_COUNT]; /* of the attempt */
    char text[TEXT_BYTES];
    _Atomic int64_t result;  /* of the attempt */
    _Atomic int64_t is_done; /* the attempt has returned; it never does if the process is ended */
};

struct process {
    pid_t pid;
    char name[NAME_BYTES];
    bool has_attempted;              /* it goes on after an attempt */
    bool is_tampered;                /* the call that is at work */
    int64_t error;                   /* MODE_FAIL: the error number that it returns */
    uint64_t linker_from, linker_to; /* the addresses of the dynamic linker */
    struct user_regs_struct before;  /* the registers before it */
};

static struct control *control;
static struct process processes[PROCESSES_COUNT];
static pid_t first;

/* --- which call fails, and how --- */

/* Calls that cannot fail, or whose failure no program can handle. */
static const long infallible[] = {
    SYS_exit,
    SYS_exit_group,
    SYS_rt_sigreturn,
    SYS_restart_syscall,
    SYS_futex,
    SYS_getpid,
    SYS_gettid,
    SYS_getppid,
    SYS_getuid,
    SYS_geteuid,
    SYS_getgid,
    SYS_getegid,
    SYS_umask,
    SYS_sched_yield,
    SYS_clock_gettime,
    SYS_rt_sigaction,
    SYS_rt_sigprocmask,
    SYS_arch_prctl,
    SYS_set_tid_address,
    SYS_set_robust_list,
    SYS_rseq,
    SYS_munmap,
    SYS_close,
    SYS_sched_getaffinity,
    SYS_getrlimit,
    SYS_uname,
    SYS_time,
    SYS_gettimeofday,
    SYS_clock_getres,
    SYS_madvise,
};

static const struct {
    long number;
    int error;
} errors[] = {
    {SYS_openat, EMFILE},
    {SYS_open, EMFILE},
    {SYS_read, EIO},
    {SYS_pread64, EIO},
    {SYS_lseek, EIO},
    {SYS_newfstatat, EIO},
    {SYS_fstat, EIO},
    {SYS_stat, EIO},
    {SYS_lstat, EIO},
    {SYS_statx, EIO},
    {SYS_statfs, EIO},
    {SYS_getdents64, EIO},
    {SYS_readlink, EIO},
    {SYS_access, EIO},
    {SYS_faccessat2, EIO},
    {SYS_write, ENOSPC},
    {SYS_writev, ENOSPC},
    {SYS_pwrite64, ENOSPC},
    {SYS_ftruncate, EIO},
    {SYS_fsync, EIO},
    {SYS_rename, ENOSPC},
    {SYS_unlink, EIO},
    {SYS_chmod, EPERM},
    {SYS_fchmod, EPERM},
    {SYS_socket, EMFILE},
    {SYS_socketpair, EMFILE},
    {SYS_bind, EADDRINUSE},
    {SYS_listen, EADDRINUSE},
    {SYS_connect, EAGAIN},
    {SYS_accept4, EMFILE},
    {SYS_sendmsg, ENOBUFS},
    {SYS_sendto, ENOBUFS},
    {SYS_recvmsg, ENOMEM},
    {SYS_recvfrom, ENOMEM},
    {SYS_getsockopt, ENOBUFS},
    {SYS_setsockopt, ENOMEM},
    {SYS_getsockname, ENOBUFS},
    {SYS_getpeername, ENOBUFS},
    {SYS_shutdown, ENOTCONN},
    {SYS_fcntl, EMFILE},
    {SYS_dup, EMFILE},
    {SYS_dup2, EMFILE},
    {SYS_dup3, EMFILE},
    {SYS_close_range, ENOMEM},
    {SYS_pipe2, EMFILE},
    {SYS_memfd_create, EMFILE},
    {SYS_signalfd4, EMFILE},
    {SYS_epoll_create1, EMFILE},
    {SYS_timerfd_create, EMFILE},
    {SYS_timerfd_settime, EINVAL},
    {SYS_eventfd2, EMFILE},
    {SYS_epoll_ctl, ENOSPC},
    {SYS_epoll_wait, EINTR},
    {SYS_epoll_pwait, EINTR},
    {SYS_poll, EINTR},
    {SYS_ppoll, EINTR},
    {SYS_wait4, EINTR},
    {SYS_waitid, EINTR},
    {SYS_pidfd_open, EMFILE},
    {SYS_pidfd_send_signal, EPERM},
    {SYS_clone, EAGAIN},
    {SYS_clone3, EAGAIN},
    {SYS_setresuid, EAGAIN},
    {SYS_setresgid, EAGAIN},
    {SYS_setgroups, EPERM},
    {SYS_capset, EPERM},
    {SYS_capget, EPERM},
    {SYS_prctl, EPERM},
    {SYS_setrlimit, EPERM},
    {SYS_prlimit64, EPERM},
    {SYS_setitimer, EINVAL},
    {SYS_seccomp, EINVAL},
    {SYS_ioctl, ENOTTY},
    {SYS_getrandom, EAGAIN},
    {SYS_clock_nanosleep, EINTR},
    {SYS_sched_setattr, EPERM},
    {SYS_landlock_create_ruleset, EMFILE},
};

static bool is_infallible(uint64_t number)
{
    for (size_t i = 0; i < sizeof(infallible) / sizeof(infallible[0]); i++) {
        if ((uint64_t)infallible[i] == number)
            return true;
    }
    return false;
}

static int choose_error(uint64_t number)
{
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if ((uint64_t)errors[i].number == number)
            return errors[i].error;
    }
    return ENOMEM;
}

/* --- processes --- */

static void read_name(struct process *process)
{
    char path[64];
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/comm", (int)process->pid);
    file = fopen(path, "re");
    if (!file)
        return;
    if (!fgets(process->name, sizeof(process->name), file))
        process->name[0] = '\0';
    process->name[strcspn(process->name, "\n")] = '\0';
    fclose(file);
}

/*
 * Finds the dynamic linker of a process. Its own calls are left alone: they come before the
 * program, and it crashes if the first of them fail.
 */
static void find_linker(struct process *process)
{
    char path[64], line[512], name[256];
    unsigned long from, to;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/maps", (int)process->pid);
    file = fopen(path, "re");
    process->linker_from = process->linker_to = 0;
    while (file && fgets(line, sizeof(line), file)) {
        if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %255s", &from, &to, name) != 3 ||
            !strstr(name, "/ld-linux"))
            continue;
        if (process->linker_from == 0)
            process->linker_from = from;
        process->linker_to = to;
    }
    if (file)
        fclose(file);
}

/* Returns the entry of a process, which is new for an unknown one. */
static struct process *find_process(pid_t pid)
{
    struct process *unused = NULL;

    for (size_t i = 0; i < PROCESSES_COUNT; i++) {
        if (processes[i].pid == pid)
            return &processes[i];
        if (processes[i].pid == 0 && !unused)
            unused = &processes[i];
    }
    if (!unused) {
        fprintf(stderr, "tracer: there are too many processes\n");
        exit(EXIT_FAILURE);
    }
    *unused = (struct process){.pid = pid};
    read_name(unused);
    find_linker(unused);
    return unused;
}

/* --- tampering --- */

static bool is_counted(const struct process *process)
{
    return control->n > 0 && (process->pid == first) == (control->is_first != 0) &&
           strncmp(process->name, control->name, NAME_BYTES) == 0;
}

/* Puts a call in the place of the one that is about to be made. */
static void replace_call(struct process *process, uint64_t number, const int64_t *arguments)
{
    struct user_regs_struct registers = process->before;

    registers.orig_rax = number;
    registers.rdi = (uint64_t)arguments[0];
    registers.rsi = (uint64_t)arguments[1];
    registers.rdx = (uint64_t)arguments[2];
    registers.r10 = (uint64_t)arguments[3];
    registers.r8 = (uint64_t)arguments[4];
    registers.r9 = (uint64_t)arguments[5];
    ptrace(PTRACE_SETREGS, process->pid, NULL, &registers);
    process->is_tampered = true;
    control->n_tampered++;
}

static void fail_call(struct process *process)
{
    /* No clock has this number. */
    static const int64_t harmless[ARGUMENTS_COUNT] = {1000}, none[ARGUMENTS_COUNT];

    process->error = choose_error(process->before.orig_rax);
    control->number = (int64_t)process->before.orig_rax;
    /* The kernel's brk has no error number: where it fails, it returns the end as it is. */
    if (process->before.orig_rax == SYS_brk)
        replace_call(process, SYS_brk, none);
    else
        replace_call(process, SYS_clock_gettime, harmless);
}

/*
 * Writes the control's text into the process's stack, where nothing is. Returns its address. Where
 * the tracer is not root's the kernel refuses to write, and the call gets an address without it.
 */
static int64_t write_text(const struct process *process)
{
    uint64_t address = (process->before.rsp - BELOW_STACK_BYTES) & ~7ull;

    for (size_t i = 0; i < TEXT_BYTES; i += sizeof(long)) {
        long word;

        memcpy(&word, control->text + i, sizeof(word));
        ptrace(PTRACE_POKEDATA, process->pid, address + i, word);
    }
    return (int64_t)address;
}

static void attempt_call(struct process *process)
{
    int64_t arguments[ARGUMENTS_COUNT];

    for (size_t i = 0; i < ARGUMENTS_COUNT; i++) {
        arguments[i] = control->arguments[i];
        if (arguments[i] == TEXT_ARGUMENT)
            arguments[i] = write_text(process);
    }
    replace_call(process, (uint64_t)control->number, arguments);
}

static bool is_in_linker(const struct process *process)
{
    return process->before.rip >= process->linker_from && process->before.rip < process->linker_to;
}

static void enter_call(struct process *process)
{
    if (process->has_attempted) {
        process->has_attempted = false;
        control->is_done = 1;
        return;
    }
    if (!is_counted(process))
        return;
    ptrace(PTRACE_GETREGS, process->pid, NULL, &process->before);
    if (control->mode == MODE_FAIL &&
        (is_infallible(process->before.orig_rax) || is_in_linker(process)))
        return;
    if (++control->n_seen != control->n)
        return;
    if (control->mode == MODE_FAIL)
        fail_call(process);
    else
        attempt_call(process);
}

/* The length of the instruction `syscall`. */
#define INSTRUCTION_BYTES 2

/* After an attempt the process makes the call that it was about to make, unless a filter ends it
 * first: only the beginning of that call shows that the attempt has returned. */
static void leave_call(struct process *process, int64_t result)
{
    struct user_regs_struct registers = process->before;

    if (!process->is_tampered)
        return;
    process->is_tampered = false;
    if (control->mode == MODE_FAIL) {
        registers.rax = registers.orig_rax == SYS_brk ? (uint64_t)result
                                                      : (uint64_t)-process->error;
    } else {
        registers.rax = registers.orig_rax;
        registers.rip -= INSTRUCTION_BYTES;
        control->result = result;
        process->has_attempted = true;
    }
    ptrace(PTRACE_SETREGS, process->pid, NULL, &registers);
}

static void handle_call(struct process *process)
{
    struct __ptrace_syscall_info info;

    if (ptrace(PTRACE_GET_SYSCALL_INFO, process->pid, sizeof(info), &info) <= 0)
        return;
    if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
        enter_call(process);
        return;
    }
    leave_call(process, info.op == PTRACE_SYSCALL_INFO_EXIT ? info.exit.rval : 0);
    /* prctl and execve give a process another name, and so do what else may change it. */
    read_name(process);
}

/* --- the loop --- */

#define IS_CALL (SIGTRAP | 0x80)
#define OPTIONS                                                                                    \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |      \
     PTRACE_O_TRACEEXEC)

static void handle_stop(struct process *process, int status)
{
    int signal_number = WSTOPSIG(status), event = status >> 16;

    if (signal_number == IS_CALL) {
        handle_call(process);
        signal_number = 0;
    } else if (event == PTRACE_EVENT_STOP && signal_number != SIGTRAP) {
        /* SIGSTOP and the like stop the process until SIGCONT. */
        ptrace(PTRACE_LISTEN, process->pid, NULL, NULL);
        return;
    } else if (event != 0) {
        read_name(process);
        if (event == PTRACE_EVENT_EXEC)
            find_linker(process);
        signal_number = 0;
    }
    ptrace(PTRACE_SYSCALL, process->pid, NULL, (long)signal_number);
}

static void trace(void)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, __WALL)) > 0 || errno == EINTR) {
        if (pid <= 0)
            continue;
        if (WIFSTOPPED(status))
            handle_stop(find_process(pid), status);
        else
            find_process(pid)->pid = 0;
    }
}

/* --- the start --- */

static void map_control(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *page = MAP_FAILED;

    if (fd >= 0)
        page = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        fprintf(stderr, "tracer: %s: %s\n", path, strerror(errno));
        exit(EXIT_FAILURE);
    }
    control = page;
    close(fd);
}

/* Becomes the tracer of the process that was started, which reads `ready` to its end meanwhile. */
static _Noreturn void become_tracer(int ready)
{
    char done = 1;

    if (ptrace(PTRACE_SEIZE, first, NULL, OPTIONS) < 0 ||
        ptrace(PTRACE_INTERRUPT, first, NULL, NULL) < 0 || write(ready, &done, 1) != 1)
        _exit(EXIT_FAILURE);
    close(ready);
    /* Nobody reads what a tracer prints, and a test waits for the end of the program's output. */
    dup2(open("/dev/null", O_RDWR), STDOUT_FILENO);
    prctl(PR_SET_NAME, "tracer");
    trace();
    _exit(EXIT_SUCCESS);
}

/* Forks the tracer, which is not this process's child. */
static void start_tracer(void)
{
    int ends[2];
    char done = 0;
    pid_t pid;

    first = getpid();
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    if (pipe2(ends, O_CLOEXEC) < 0 || (pid = fork()) < 0) {
        perror("tracer");
        exit(EXIT_FAILURE);
    }
    if (pid == 0) {
        close(ends[0]);
        if (fork() == 0)
            become_tracer(ends[1]);
        _exit(EXIT_SUCCESS);
    }
    close(ends[1]);
    waitpid(pid, NULL, 0);
    if (read(ends[0], &done, 1) != 1) {
        fprintf(stderr, "tracer: this machine lets nobody trace\n");
        exit(EXIT_CANNOT_TRACE);
    }
    close(ends[0]);
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: tracer CONTROL PROGRAM ARGUMENT...\n");
        return EXIT_FAILURE;
    }
    map_control(argv[1]);
    start_tracer();
    execv(argv[2], argv + 2);
    perror(argv[2]);
    return EXIT_FAILURE;
}
