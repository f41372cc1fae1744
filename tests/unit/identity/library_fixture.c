/* SPDX-License-Identifier: MIT */

#include "tests/unit/identity/library_fixture.h"

#include <arpa/inet.h>
#include <errno.h>
#include <idn2.h>
#include <libpsl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct library_fault fault;

/* The names of these functions are those that the linker's option --wrap demands. */
void *__wrap_calloc(size_t n, size_t size);
void *__real_calloc(size_t n, size_t size);
psl_ctx_t *__wrap_psl_latest(const char *name);
psl_ctx_t *__real_psl_latest(const char *name);
const psl_ctx_t *__wrap_psl_builtin(void);
const psl_ctx_t *__real_psl_builtin(void);
int __wrap_psl_is_public_suffix2(const psl_ctx_t *list, const char *name, int type);
int __real_psl_is_public_suffix2(const psl_ctx_t *list, const char *name, int type);
int __wrap_idn2_lookup_u8(const uint8_t *text, uint8_t **convertedp, int flags);
int __real_idn2_lookup_u8(const uint8_t *text, uint8_t **convertedp, int flags);
const char *__wrap_inet_ntop(int family, const void *address, char *text, socklen_t size);
const char *__real_inet_ntop(int family, const void *address, char *text, socklen_t size);
int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int __real_vsnprintf(char *text, size_t size, const char *format, va_list arguments);
int __wrap___vsnprintf_chk(char *text, size_t size, int flag, size_t room, const char *format,
                           va_list arguments);

void *__wrap_calloc(size_t n, size_t size)
{
    fault.n_calls++;
    return fault.calloc ? NULL : __real_calloc(n, size);
}

psl_ctx_t *__wrap_psl_latest(const char *name)
{
    fault.n_calls++;
    return fault.latest ? NULL : __real_psl_latest(name);
}

const psl_ctx_t *__wrap_psl_builtin(void)
{
    fault.n_calls++;
    return fault.builtin ? NULL : __real_psl_builtin();
}

int __wrap_psl_is_public_suffix2(const psl_ctx_t *list, const char *name, int type)
{
    fault.n_calls++;
    return __real_psl_is_public_suffix2(list, name, type);
}

int __wrap_idn2_lookup_u8(const uint8_t *text, uint8_t **convertedp, int flags)
{
    int r = __real_idn2_lookup_u8(text, convertedp, flags);

    if (++fault.n_calls < fault.idn_from)
        return r;
    if (fault.idn != 0 || fault.to) {
        if (r == IDN2_OK)
            idn2_free(*convertedp);
        *convertedp = fault.to ? (uint8_t *)strdup(fault.to) : NULL;
        return fault.idn;
    }
    return r;
}

const char *__wrap_inet_ntop(int family, const void *address, char *text, socklen_t size)
{
    fault.n_calls++;
    errno = ENOSPC;
    return fault.ntop ? NULL : __real_inet_ntop(family, address, text, size);
}

int __wrap_vsnprintf(char *text, size_t size, const char *format, va_list arguments)
{
    fault.n_calls++;
    if (fault.print) {
        fault.print = false;
        text[0] = '\0';
        return -1;
    }
    return __real_vsnprintf(text, size, format, arguments);
}

/* The name that vsnprintf has where the compiler adds checks (_FORTIFY_SOURCE). */
int __wrap___vsnprintf_chk(char *text, size_t size, int flag, size_t room, const char *format,
                           va_list arguments)
{
    (void)flag;
    (void)room;
    return __wrap_vsnprintf(text, size, format, arguments);
}

void library_works(void)
{
    fault = (struct library_fault){0};
}
