/* SPDX-License-Identifier: MIT */
/* What a process under --report names at its end: libraries whose TLS could not be seen. */

#include <link.h>
#include <string.h>

#include "client/run/coverage.h"
#include "client/run/preload.h"
#include "client/run/record.h"

static int report_object(struct dl_phdr_info *info, size_t size, void *context)
{
    const char *path = info->dlpi_name, *base = path ? strrchr(path, '/') : NULL, *what;

    (void)size;
    (void)context;
    if (!base || strncmp(base, "/libcrypto.so", 13) == 0 || strncmp(base, "/libssl.so", 10) == 0)
        return 0;
    what = coverage_hidden(path);
    if (what)
        record_note("%s carries %s within itself, whose connections are not seen", path, what);
    return 0;
}

/* Names what is loaded and cannot be covered: a silent report would look as if it covered all. */
__attribute__((destructor)) static void report_hidden(void)
{
    if (preload_get()->report)
        dl_iterate_phdr(report_object, NULL);
}
