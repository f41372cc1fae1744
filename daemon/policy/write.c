/* SPDX-License-Identifier: MIT */
#include "daemon/policy/write.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/policy/keyword.h"
#include "daemon/policy/moment.h"
#include "daemon/policy/network.h"
#include "daemon/policy/pin.h"

void policy_write_key(struct memory_text *out, enum policy_key key)
{
    memory_text_add(out, "    %s = ", policy_key_schemas[key].name);
}

void policy_write_keyword(struct memory_text *out, enum policy_key key, size_t index)
{
    bool is_rule_set = key == POLICY_KEY_RULES || key == POLICY_KEY_RULES_REPORT;
    const char *quote = is_rule_set ? "\"" : "";
    const char *word = policy_keywords[key].words[index];

    if (!word)
        return;
    policy_write_key(out, key);
    memory_text_add(out, "%s%s%s\n", quote, word, quote);
}

void policy_write_text(struct memory_text *out, const char *text)
{
    char quote = strchr(text, '"') ? '\'' : '"';

    memory_text_add(out, "%c%s%c", quote, text, quote);
}

static void open_list(struct memory_text *out, enum policy_key key)
{
    policy_write_key(out, key);
    memory_text_append(out, "{ ");
}

void policy_write_texts(struct memory_text *out, enum policy_key key,
                        const struct policy_texts *texts)
{
    policy_write_names(out, key, texts, &(struct policy_networks){NULL, 0});
}

void policy_write_names(struct memory_text *out, enum policy_key key,
                        const struct policy_texts *names, const struct policy_networks *networks)
{
    if (names->n_texts + networks->n_networks == 0)
        return;
    open_list(out, key);
    for (size_t i = 0; i < names->n_texts; i++) {
        memory_text_append(out, i > 0 ? ", " : "");
        policy_write_text(out, names->texts[i]);
    }
    for (size_t i = 0; i < networks->n_networks; i++) {
        memory_text_append(out, i + names->n_texts > 0 ? ", \"" : "\"");
        policy_network_print(out, &networks->networks[i]);
        memory_text_append(out, "\"");
    }
    memory_text_append(out, " }\n");
}

void policy_write_digests(struct memory_text *out, enum policy_key key,
                          const uint8_t (*pins)[POLICY_PIN_BYTES], size_t n_pins)
{
    if (n_pins == 0)
        return;
    policy_write_key(out, key);
    memory_text_append(out, "{\n");
    for (size_t i = 0; i < n_pins; i++) {
        char text[POLICY_PIN_TEXT_BYTES + 1];

        policy_pin_encode(text, pins[i]);
        memory_text_add(out, "        \"%s\"%s\n", text, i + 1 < n_pins ? "," : "");
    }
    memory_text_append(out, "    }\n");
}

void policy_write_moment(struct memory_text *out, enum policy_key key, int64_t moment, bool is_end)
{
    if (moment == POLICY_TIME_MIN || moment == POLICY_TIME_MAX)
        return;
    policy_write_key(out, key);
    memory_text_append(out, "\"");
    policy_moment_print(out, moment, is_end);
    memory_text_append(out, "\"\n");
}

void policy_write_number(struct memory_text *out, enum policy_key key, uint64_t number,
                         enum policy_unit unit)
{
    policy_write_key(out, key);
    policy_number_print(out, number, unit);
    memory_text_append(out, "\n");
}

void policy_write_section_start(struct memory_text *out, enum policy_section_kind kind,
                                const char *title)
{
    memory_text_add(out, "\n%s ", policy_section_schemas[kind].name);
    if (title)
        memory_text_add(out, "\"%s\" ", title);
    memory_text_append(out, "{\n");
}

void policy_write_section_end(struct memory_text *out)
{
    memory_text_append(out, "}\n");
}
