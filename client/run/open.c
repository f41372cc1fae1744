/* SPDX-License-Identifier: MIT */
/*
 * Replacements for dlopen() and dlmopen(). A library that is opened with RTLD_DEEPBIND, or in a
 * namespace of its own, finds OpenSSL's functions before the replacements of this library.
 */

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>

#include "client/run/preload.h"
#include "client/run/record.h"

typedef void *dlopen_fn(const char *path, int flags);
typedef void *dlmopen_fn(Lmid_t space, const char *path, int flags);

static dlopen_fn *real_dlopen;

__attribute__((constructor)) static void find_dlopen(void)
{
    real_dlopen = (dlopen_fn *)(uintptr_t)dlsym(RTLD_NEXT, "dlopen");
}

/*
 * Opens a library without RTLD_DEEPBIND. The C library searches the folders (RUNPATH) of the object
 * to which the call returns. The call is the last one, so that the optimizer makes it a jump and
 * that object is the program's.
 */
INTERPOSE void *dlopen(const char *path, int flags)
{
    if (!real_dlopen)
        find_dlopen();
    return real_dlopen(path, preload_get()->report ? flags : flags & ~RTLD_DEEPBIND);
}

/* Refuses to open a library in another namespace. The failing dlopen() sets the text of dlerror().
 */
INTERPOSE void *dlmopen(Lmid_t space, const char *path, int flags)
{
    dlmopen_fn *real = (dlmopen_fn *)(uintptr_t)dlsym(RTLD_NEXT, "dlmopen");

    if (!real_dlopen)
        find_dlopen();
    if (space == LM_ID_BASE)
        return dlopen(path, flags);
    record_note("%s is opened in a namespace of its own; it is %s", path ? path : "the program",
                preload_get()->report ? "not covered" : "not opened");
    if (preload_get()->report && real)
        return real(space, path, flags);
    return real_dlopen("/dlmopen/is/not/covered/by/certname-run", RTLD_NOW);
}
