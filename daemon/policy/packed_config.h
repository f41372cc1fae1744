/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A parsed configuration as bytes (base/packed.h). The checker process parses the text with
 * libconfuse and sends the bytes to the supervisor, in which libconfuse never runs. The bytes have
 * the numbers of users and groups, because glibc crashes when memory runs out while it looks up a
 * name. Reading checks everything that the grammar promises; policy_check_config then checks the
 * values as it does for a text.
 */

#include "base/packed.h"
#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"

/* Writes the sections. Each section's file is written as an index into `files`. */
void packed_config_write(struct packed_writer *writer, const struct parsed_config *config,
                         const struct policy_texts *files);

/*
 * Reads the sections into *config, which is empty before. The caller deinitialises *config also
 * after a failure. The sections' `file` pointers are those of `files`, which must outlive *config.
 * Returns 0; -EBADMSG for bytes that packed_config_write cannot have written; or -ENOMEM.
 */
int packed_config_read(struct packed_reader *reader, struct parsed_config *config,
                       const struct policy_texts *files);
