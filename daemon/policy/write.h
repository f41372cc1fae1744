/* SPDX-License-Identifier: MIT */
#pragma once

/* Writing the configuration's syntax. */

#include <stdbool.h>
#include <stdio.h>

#include "daemon/policy/deny.h"
#include "daemon/policy/keys.h"
#include "daemon/policy/number.h"
#include "daemon/policy/policy.h"

/* "    key = ", that a value follows. */
void policy_key_write(FILE *out, enum draft_key key);

/* The word of a key; nothing for one that is unset. */
void policy_word_write(FILE *out, enum draft_key key, size_t index);

/* A text in quotes. No text holds both kinds of them, since none could be written so. */
void policy_text_write(FILE *out, const char *text);

/* Lists; nothing where they are empty. */
void policy_texts_write(FILE *out, enum draft_key key, const struct policy_texts *texts);
void policy_names_write(FILE *out, enum draft_key key, const struct policy_texts *names,
                        const struct policy_networks *networks);
void policy_pins_write(FILE *out, enum draft_key key, const uint8_t (*pins)[POLICY_PIN_BYTES],
                       size_t n_pins);

void policy_moment_write(FILE *out, enum draft_key key, int64_t moment, bool is_end);
void policy_number_write(FILE *out, enum draft_key key, uint64_t number, enum policy_unit unit);

/* Sections, from their blank line to their closing brace. */
void policy_section_open(FILE *out, enum draft_kind kind, const char *title);
void policy_section_close(FILE *out);

/* What is not a rule: trust, pins, denials, limits and what follows. */
void policy_trust_write(FILE *out, const struct policy_trust *trust);
void policy_pinset_write(FILE *out, const struct policy_pinset *pinset);
void policy_deny_write(FILE *out, const struct policy_deny *deny);
void policy_limits_write(FILE *out, const struct limits *limits);
void policy_record_write(FILE *out, const struct policy_record *record);
