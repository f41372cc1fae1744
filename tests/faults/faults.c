/* SPDX-License-Identifier: MIT */

/*
 * Makes allocations fail on demand in the program that this file is linked into. The functions
 * below replace libc's in the whole program, so that allocations of libraries and of libc itself
 * fail too. A test controls them by writing to the file PROGRAM.faults beside the program, which
 * has to exist when the program starts. All forks of the program share that file.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The program hides its symbols by default; libc finds only symbols that are visible. */
#define REPLACES_LIBC __attribute__((visibility("default"), used))

#define ENDING ".faults"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

enum process {
    PROCESS_FIRST = 1, /* the process that the program was started in */
    PROCESS_FORK = 2,
};

/* The control file, as tests/integration/faults.py writes it. */
struct control {
    _Atomic int64_t process;  /* enum process: the processes whose allocations are counted */
    _Atomic int64_t n;        /* the number of the allocation that fails, from 1; 0: none */
    _Atomic int64_t goes_on;  /* 1: all later allocations of the same process fail too */
    _Atomic int64_t n_seen;   /* number of allocations counted so far */
    _Atomic int64_t n_failed; /* number of allocations that have failed */
    _Atomic int64_t attempt;  /* the number of the present attempt, from 1 */
};

static struct control *control;
static enum process this_process = PROCESS_FIRST;
static int64_t failed_attempt; /* the number of the last attempt in which an allocation of this
                                  process failed */

static void note_fork(void)
{
    this_process = PROCESS_FORK;
}

__attribute__((constructor)) static void open_control(void)
{
    char path[PATH_MAX + sizeof(ENDING)];
    ssize_t len = readlink("/proc/self/exe", path, PATH_MAX);
    void *page;
    int fd;

    if (len <= 0)
        return;
    strcpy(path + len, ENDING);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return;
    page = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (page != MAP_FAILED && pthread_atfork(NULL, NULL, note_fork) == 0)
        control = page;
}

static bool fails(void)
{
    int64_t n, seen;

    if (!control || control->process != (int64_t)this_process || control->n == 0)
        return false;
    n = control->n;
    seen = atomic_fetch_add(&control->n_seen, 1) + 1;
    if (seen != n && !(failed_attempt == control->attempt && control->goes_on))
        return false;
    failed_attempt = control->attempt;
    atomic_fetch_add(&control->n_failed, 1);
    errno = ENOMEM;
    return true;
}

REPLACES_LIBC void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

REPLACES_LIBC void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

REPLACES_LIBC void *realloc(void *old, size_t size)
{
    return size > 0 && fails() ? NULL : __libc_realloc(old, size);
}

REPLACES_LIBC void *memalign(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

REPLACES_LIBC void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}

REPLACES_LIBC int posix_memalign(void **blockp, size_t alignment, size_t size)
{
    void *block = fails() ? NULL : __libc_memalign(alignment, size);

    if (!block)
        return ENOMEM;
    *blockp = block;
    return 0;
}
