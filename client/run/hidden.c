/* SPDX-License-Identifier: MIT */
/* At the end of a process under --report, names loaded files whose TLS could not be seen. */

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

/*
 * Names loaded files with TLS that is not covered; without this a report that does not mention
 * their connections would look complete.
 */
__attribute__((destructor)) static void report_hidden(void)
{
    if (preload_get()->report)
        dl_iterate_phdr(report_object, NULL);
}
