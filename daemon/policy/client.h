/* SPDX-License-Identifier: MIT */
#pragma once

/* Who asks: the sections `client`, by uid and gid. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/rule.h"

/* Classes of clients: those without a section, section 1 and so on, and the unidentifiable. */
#define POLICY_CLASS_NONE         0u
#define POLICY_CLASS_UNIDENTIFIED UINT32_MAX

/* What the kernel shows for a uid or gid that the asking process has no name for. */
#define POLICY_ID_UNIDENTIFIED 65534u

/* One line of the table by which a client's class is found. */
struct policy_client {
    bool is_group;
    uint32_t id; /* uid, or gid with is_group */
    uint32_t class_number;
    const struct policy_origin *origin;
};
