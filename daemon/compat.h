/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * This header declares functions that glibc has and musl does not. The build includes this header
 * before every source of a daemon for a C library that lacks one of these functions, and no source
 * includes it by itself.
 */

#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1u << 2)
#endif

/* glibc's type of the first argument of setrlimit(2). */
#ifndef __GLIBC__
typedef int __rlimit_resource_t;
#endif

#ifndef HAVE_SYS_PIDFD_H
/* See pidfd_open(2). */
static inline int pidfd_open(pid_t pid, unsigned flags)
{
    return (int)syscall(SYS_pidfd_open, pid, flags);
}

/* See pidfd_send_signal(2). */
static inline int pidfd_send_signal(int pidfd, int signal, siginfo_t *info, unsigned flags)
{
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, info, flags);
}
#endif

#ifndef HAVE_CLOSE_RANGE
/* Closes the descriptors from `first` to `last`; see close_range(2). */
static inline int close_range(unsigned first, unsigned last, int flags)
{
    return (int)syscall(SYS_close_range, first, last, (unsigned)flags);
}
#endif

#ifndef HAVE_SIGDESCR_NP
/* Returns the name of a signal for people. */
static inline const char *sigdescr_np(int number)
{
    return strsignal(number);
}
#endif

#ifndef HAVE_STRERRORDESC_NP
/* Returns the text of an errno; that of musl is constant too. */
static inline const char *strerrordesc_np(int number)
{
    return strerror(number);
}
#endif

#ifndef HAVE_MALLOC_TRIM
/* Memory that was freed goes back to the kernel without being asked to, or not at all. */
static inline int malloc_trim(size_t pad)
{
    (void)pad;
    return 0;
}
#endif

#ifndef HAVE_SCANDIRAT
/* Adds a copy of the entry to the list of n. Returns 0 or -1. */
static inline int compat_add_entry(struct dirent ***listp, int n, const struct dirent *entry)
{
    struct dirent **list = realloc(*listp, ((size_t)n + 1) * sizeof(*list));
    struct dirent *copy = list ? malloc(entry->d_reclen) : NULL;

    if (list)
        *listp = list;
    if (!copy)
        return -1;
    memcpy(copy, entry, entry->d_reclen);
    list[n] = copy;
    return 0;
}

static inline void compat_free_entries(struct dirent **list, int n)
{
    while (n > 0)
        free(list[--n]);
    free(list);
}

static inline int compat_compare_entries(const void *a, const void *b)
{
    return strcmp((*(struct dirent *const *)a)->d_name, (*(struct dirent *const *)b)->d_name);
}

/* Lists a folder by name, as scandirat(3) does without a filter; `compare` is alphasort. Returns
 * the number of entries, or -1 and errno. */
static inline int scandirat(int fd, const char *path, struct dirent ***listp,
                            int (*filter)(const struct dirent *),
                            int (*compare)(const struct dirent **, const struct dirent **))
{
    int opened = openat(fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = opened < 0 ? NULL : fdopendir(opened);
    struct dirent **list = NULL;
    const struct dirent *entry;
    int n = 0;

    (void)filter;
    (void)compare;
    if (!folder) {
        if (opened >= 0)
            (void)close(opened);
        return -1;
    }
    while (errno = 0, (entry = readdir(folder)) != NULL) {
        if (compat_add_entry(&list, n, entry) < 0)
            break;
        n++;
    }
    if (errno != 0) {
        int saved = errno;

        compat_free_entries(list, n);
        (void)closedir(folder);
        errno = saved;
        return -1;
    }
    (void)closedir(folder);
    if (n > 0)
        qsort(list, (size_t)n, sizeof(struct dirent *), compat_compare_entries);
    *listp = list;
    return n;
}
#endif
