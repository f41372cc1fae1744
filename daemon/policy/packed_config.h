/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * A parsed configuration in bytes (base/packed.h): the process that reads text with libconfuse
 * hands it to the supervisor, which never does. The reader checks everything that the grammar
 * promises; values are then checked as those of a text are (check.h).
 */

#include "base/packed.h"
#include "daemon/policy/parsed.h"
#include "daemon/policy/policy.h"

/* Writes the sections; each names its file by the place among `files`. */
void packed_config_write(struct packed_writer *writer, const struct parsed_config *config,
                         const struct policy_texts *files);

/*
 * Reads the sections into *config, which is empty before, and which the caller deinitialises also
 * on failure. Their files are those of `files`, borrowed. Returns 0; -EBADMSG for bytes that
 * packed_config_write cannot have written; or -ENOMEM.
 */
int packed_config_read(struct packed_reader *reader, struct parsed_config *config,
                       const struct policy_texts *files);
