/* SPDX-License-Identifier: MIT */
#include "client/run/real.h"

#include <dlfcn.h>
#include <stddef.h>

const void *real_object(const void *address)
{
    Dl_info info;

    return dladdr(address, &info) ? info.dli_fbase : NULL;
}

bool real_is_same_object(const void *one, const void *other)
{
    const void *object = real_object(one);

    return object && object == real_object(other);
}

static bool is_own(const void *function)
{
    return real_is_same_object(function, __extension__(const void *) real_find);
}

void *real_find(const void *caller, const char *name)
{
    void *handle = NULL, *function = NULL;
    Dl_info info;

    if (dladdr(caller, &info) && info.dli_fname)
        handle = dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_LOCAL);
    if (handle) {
        function = dlsym(handle, name);
        (void)dlclose(handle);
    }
    if (!function || is_own(function))
        function = dlsym(RTLD_NEXT, name);
    return function && !is_own(function) ? function : NULL;
}
