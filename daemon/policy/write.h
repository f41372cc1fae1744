/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Appends single keys, and the beginning and end of a section, in the configuration's syntax. If
 * memory runs out, memory_text_finish fails.
 */

#include <stdbool.h>

#include "base/memory_text.h"
#include "daemon/policy/number.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/schema.h"

/* Appends the first line of a section. `title` is NULL for a kind of section without titles. */
void policy_write_section_start(struct memory_text *out, enum policy_section_kind kind,
                                const char *title);

/* Appends the last line of a section. */
void policy_write_section_end(struct memory_text *out);

/* Appends the key and the equal sign; the caller appends a value and a line break. */
void policy_write_key(struct memory_text *out, enum policy_key key);

/*
 * Appends a text in quotation marks, single ones if the text has double ones. No value can have
 * both.
 */
void policy_write_text(struct memory_text *out, const char *text);

/* Appends a key and its keyword number `index`; nothing if no keyword has that index. */
void policy_write_keyword(struct memory_text *out, enum policy_key key, size_t index);

/* Each appends a key and a list; nothing if the list is empty. */
void policy_write_texts(struct memory_text *out, enum policy_key key,
                        const struct policy_texts *texts);
void policy_write_names(struct memory_text *out, enum policy_key key,
                        const struct policy_texts *names, const struct policy_networks *networks);
void policy_write_digests(struct memory_text *out, enum policy_key key,
                          const uint8_t (*pins)[POLICY_PIN_BYTES], size_t n_pins);

/*
 * Appends a key and a moment in the form of policy_moment_print; nothing for POLICY_TIME_MIN and
 * POLICY_TIME_MAX.
 */
void policy_write_moment(struct memory_text *out, enum policy_key key, int64_t moment, bool is_end);

/* Appends a key and a number in the form of policy_number_print. */
void policy_write_number(struct memory_text *out, enum policy_key key, uint64_t number,
                         enum policy_unit unit);
