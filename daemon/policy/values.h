/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Reads the values of a section's keys into the policy. Unless its comment says otherwise, each
 * function here leaves its outputs unchanged if the section does not have the key; what it stores
 * lives as long as the policy; and it returns 0, 1 if a value is refused (see check->error), or
 * -ENOMEM.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/policy/section.h"

/*
 * Refuses a value of `key`: the error has the name of the key, quotes the value and adds `why`.
 * Returns 1.
 */
int policy_values_refuse(const struct policy_check *check, const struct parsed_section *section,
                         enum policy_key key, const struct parsed_value *value, const char *why);

/* Refuses a value that is not an absolute path. Returns 0 or 1. */
int policy_values_check_path(const struct policy_check *check, const struct parsed_section *section,
                             enum policy_key key, const struct parsed_value *value);

/* Reads the key whose value is an absolute path, and which a section of this kind must have. */
int policy_values_read_path(const struct policy_check *check, const struct parsed_section *section,
                            enum policy_section_kind kind, enum policy_key key, const char **pathp);

/*
 * Reads a path as policy_values_read_path does, for a socket: it has at most
 * POLICY_SOCKET_PATH_BYTES, so that it fits into a socket address with its NUL.
 */
int policy_values_read_socket_path(const struct policy_check *check,
                                   const struct parsed_section *section,
                                   enum policy_section_kind kind, enum policy_key key,
                                   const char **pathp);

/* Reads a list of absolute paths and keeps their order. A path that occurs twice is refused. */
int policy_values_read_paths(const struct policy_check *check, const struct parsed_section *section,
                             enum policy_key key, struct policy_texts *textsp);

/*
 * Reads a list of names into *textsp: A-labels in lower case, ascending. Addresses and networks of
 * the list go to *networksp, ascending; they are refused where networksp is NULL. A value that
 * occurs twice, in whatever spelling, is refused.
 */
int policy_values_read_names(const struct policy_check *check, const struct parsed_section *section,
                             enum policy_key key, struct policy_texts *textsp,
                             struct policy_networks *networksp);

/*
 * Reads a list of addresses and networks, ascending by policy_network_compare. A name or a value
 * that occurs twice is refused.
 */
int policy_values_read_networks(const struct policy_check *check,
                                const struct parsed_section *section, enum policy_key key,
                                struct policy_networks *networksp);

/* Reads a list of SHA-256 digests in base64, ascending. A digest that occurs twice is refused. */
int policy_values_read_digests(const struct policy_check *check,
                               const struct parsed_section *section, enum policy_key key,
                               const uint8_t (**pinsp)[POLICY_PIN_BYTES], size_t *n_pinsp);

/* Reads a moment with policy_moment_parse. Returns 0 or 1. */
int policy_values_read_moment(const struct policy_check *check,
                              const struct parsed_section *section, enum policy_key key,
                              bool is_end, int64_t *momentp);

/* Reads a whole number from `min` to `max`. Returns 0 or 1. */
int policy_values_read_count(const struct policy_check *check, const struct parsed_section *section,
                             enum policy_key key, unsigned min, unsigned max, unsigned *numberp);

/*
 * Reads the keyword of a key; *indexp becomes its index in policy_keywords. Returns 0, or 1 if the
 * value is no keyword of that key.
 */
int policy_values_read_keyword(const struct policy_check *check,
                               const struct parsed_section *section, enum policy_key key,
                               size_t *indexp);
