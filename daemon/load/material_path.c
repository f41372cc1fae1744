/* SPDX-License-Identifier: MIT */
#include "daemon/load/material_path.h"

#include <errno.h>
#include <stdio.h>

#include "daemon/x509/path/store.h"

int material_path_refuse(struct policy_error *error, const struct policy_trust *trust, int r,
                         const char *text)
{
    if (r == 0 || r == -ENOMEM)
        return r;
    *error = (struct policy_error){.line = trust->origin.line};
    snprintf(error->file, sizeof(error->file), "%.255s", trust->origin.file);
    snprintf(error->message, sizeof(error->message), "%.100s: %.400s", trust->origin.section, text);
    return 1;
}

int material_path_check(const struct policy_trust *trust, const char *path,
                        struct policy_error *error)
{
    char text[STORE_ERROR_BYTES];
    struct policy_error found = {0};
    int r = policy_material_check(path, &found);

    snprintf(text, sizeof(text), "%.150s: %.350s", found.file, found.message);
    return material_path_refuse(error, trust, r, text);
}
