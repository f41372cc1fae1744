/* SPDX-License-Identifier: MIT */

/*
 * A verifier that misbehaves on demand. What it does is chosen by the host that is asked about:
 *
 *     open.hook.test, socket.hook.test, ...  attempts that system call (the table below)
 *     spin.hook.test                         uses CPU for ever
 *     crash.hook.test                        crashes
 *     allocate.hook.test                     allocates until there is no more, then goes on
 *
 *     wait-once-N.hook.test                  waits for ever, without using CPU, the first time any
 *                                            verifier sees this N (0 to 4095), and goes on then
 *
 * It says on standard error what it is about to do and in which process, so that a test knows that
 * a request is at work there.
 */

#include "daemon/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DOMAIN         ".hook.test"
#define WAIT_PREFIX    "wait-once-"
#define WAITS_COUNT    4096
#define VERIFIER_FD    3
#define BLOCK_BYTES    1048576
#define BLOCKS_COUNT   1024
#define SIGNAL_NOTHING 0

/* One byte for each N, shared by everybody who is forked after hook_setup. */
static uint8_t *seen;

void hook_setup(void)
{
    void *page = mmap(NULL, WAITS_COUNT, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED) {
        perror("hook: mmap");
        exit(EXIT_FAILURE);
    }
    seen = page;
}

static void say(const char *what, long detail)
{
    char line[128];
    int n = snprintf(line, sizeof(line), "hook: %s %ld pid %d\n", what, detail, (int)getpid());
    ssize_t written = write(STDERR_FILENO, line, (size_t)n);

    (void)written;
}

/* --- system calls: each returns what the kernel does, if the filter lets it come to that --- */

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

/* --- other harm --- */

static long spin(void)
{
    volatile bool spinning = true;

    while (spinning)
        ;
    return 0;
}

static long crash(void)
{
    /* An illegal instruction: no sanitizer makes a report of its own of it. */
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

/* Until the front closes its end, which it does not: the next request comes after the answer to
 * this one. */
static void wait_once(unsigned number)
{
    uint8_t byte;
    ssize_t n;

    if (__atomic_exchange_n(&seen[number], 1, __ATOMIC_SEQ_CST))
        return;
    say("waiting", (long)number);
    do
        n = recv(VERIFIER_FD, &byte, sizeof(byte), MSG_PEEK);
    while (n < 0 && errno == EINTR);
}

/* --- the choice --- */

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
};

static void act_by_name(const char *name)
{
    char done[64];

    for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
        if (strcmp(acts[i].name, name) != 0)
            continue;
        say(name, 0);
        snprintf(done, sizeof(done), "%s returned", name);
        say(done, acts[i].act());
    }
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
