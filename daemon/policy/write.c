/* SPDX-License-Identifier: MIT */
#include "daemon/policy/write.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/policy/choice.h"
#include "daemon/policy/moment.h"
#include "daemon/policy/network.h"
#include "daemon/policy/pin.h"

void policy_key_write(FILE *out, enum draft_key key)
{
    fprintf(out, "    %s = ", policy_keys[key].name);
}

void policy_word_write(FILE *out, enum draft_key key, size_t index)
{
    bool is_rule_set = key == DRAFT_RULES || key == DRAFT_RULES_REPORT;
    const char *quote = is_rule_set ? "\"" : "";
    const char *word = policy_choices[key].words[index];

    if (!word)
        return;
    policy_key_write(out, key);
    fprintf(out, "%s%s%s\n", quote, word, quote);
}

void policy_text_write(FILE *out, const char *text)
{
    char quote = strchr(text, '"') ? '\'' : '"';

    fprintf(out, "%c%s%c", quote, text, quote);
}

static void list_open(FILE *out, enum draft_key key)
{
    policy_key_write(out, key);
    fputs("{ ", out);
}

void policy_texts_write(FILE *out, enum draft_key key, const struct policy_texts *texts)
{
    policy_names_write(out, key, texts, &(struct policy_networks){NULL, 0});
}

void policy_names_write(FILE *out, enum draft_key key, const struct policy_texts *names,
                        const struct policy_networks *networks)
{
    if (names->n_texts + networks->n_networks == 0)
        return;
    list_open(out, key);
    for (size_t i = 0; i < names->n_texts; i++) {
        fputs(i > 0 ? ", " : "", out);
        policy_text_write(out, names->texts[i]);
    }
    for (size_t i = 0; i < networks->n_networks; i++) {
        fputs(i + names->n_texts > 0 ? ", \"" : "\"", out);
        policy_network_print(out, &networks->networks[i]);
        fputs("\"", out);
    }
    fputs(" }\n", out);
}

void policy_pins_write(FILE *out, enum draft_key key, const uint8_t (*pins)[POLICY_PIN_BYTES],
                       size_t n_pins)
{
    if (n_pins == 0)
        return;
    policy_key_write(out, key);
    fputs("{\n", out);
    for (size_t i = 0; i < n_pins; i++) {
        char text[POLICY_PIN_TEXT_BYTES + 1];

        policy_pin_encode(text, pins[i]);
        fprintf(out, "        \"%s\"%s\n", text, i + 1 < n_pins ? "," : "");
    }
    fputs("    }\n", out);
}

void policy_moment_write(FILE *out, enum draft_key key, int64_t moment, bool is_end)
{
    if (moment == POLICY_TIME_MIN || moment == POLICY_TIME_MAX)
        return;
    policy_key_write(out, key);
    fputs("\"", out);
    policy_moment_print(out, moment, is_end);
    fputs("\"\n", out);
}

void policy_number_write(FILE *out, enum draft_key key, uint64_t number, enum policy_unit unit)
{
    policy_key_write(out, key);
    policy_number_print(out, number, unit);
    fputs("\n", out);
}

void policy_section_open(FILE *out, enum draft_kind kind, const char *title)
{
    fprintf(out, "\n%s ", policy_section_kinds[kind].name);
    if (title)
        fprintf(out, "\"%s\" ", title);
    fputs("{\n", out);
}

void policy_section_close(FILE *out)
{
    fputs("}\n", out);
}
