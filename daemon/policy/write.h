/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * Writes single keys and the frame of a section in the configuration's syntax. A failure shows when
 * the text is finished.
 */

#include <stdbool.h>

#include "base/memory_text.h"
#include "daemon/policy/number.h"
#include "daemon/policy/policy.h"
#include "daemon/policy/schema.h"

/* Writes the beginning of a section. `title` is NULL for a kind without titles. */
void policy_write_section_start(struct memory_text *out, enum policy_section_kind kind,
                                const char *title);

/* Writes the end of a section. */
void policy_write_section_end(struct memory_text *out);

/* Writes the key and the equal sign; the caller writes a value and a line break after them. */
void policy_write_key(struct memory_text *out, enum policy_key key);

/* Writes a text in quotes. A text cannot hold both kinds of quotes, since no value can. */
void policy_write_text(struct memory_text *out, const char *text);

/* Writes a key and its word number `index`; nothing where there is no word of that number. */
void policy_write_keyword(struct memory_text *out, enum policy_key key, size_t index);

/* Write a key and a list; nothing where the list is empty. */
void policy_write_texts(struct memory_text *out, enum policy_key key,
                        const struct policy_texts *texts);
void policy_write_names(struct memory_text *out, enum policy_key key,
                        const struct policy_texts *names, const struct policy_networks *networks);
void policy_write_digests(struct memory_text *out, enum policy_key key,
                          const uint8_t (*pins)[POLICY_PIN_BYTES], size_t n_pins);

/*
 * Writes a key and a moment, as policy_moment_print; nothing for POLICY_TIME_MIN and
 * POLICY_TIME_MAX.
 */
void policy_write_moment(struct memory_text *out, enum policy_key key, int64_t moment, bool is_end);

/* Writes a key and a number, as policy_number_print. */
void policy_write_number(struct memory_text *out, enum policy_key key, uint64_t number,
                         enum policy_unit unit);
