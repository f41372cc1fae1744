/* SPDX-License-Identifier: MIT */
#include "daemon/policy/write.h"

#include <inttypes.h>
#include <string.h>

#include "daemon/policy/keyword.h"
#include "daemon/policy/moment.h"
#include "daemon/policy/network.h"
#include "daemon/policy/pin.h"

void policy_write_key(FILE *out, enum policy_key key)
{
    fprintf(out, "    %s = ", policy_key_schemas[key].name);
}

void policy_write_keyword(FILE *out, enum policy_key key, size_t index)
{
    bool is_rule_set = key == POLICY_KEY_RULES || key == POLICY_KEY_RULES_REPORT;
    const char *quote = is_rule_set ? "\"" : "";
    const char *word = policy_keywords[key].words[index];

    if (!word)
        return;
    policy_write_key(out, key);
    fprintf(out, "%s%s%s\n", quote, word, quote);
}

void policy_write_text(FILE *out, const char *text)
{
    char quote = strchr(text, '"') ? '\'' : '"';

    fprintf(out, "%c%s%c", quote, text, quote);
}

static void open_list(FILE *out, enum policy_key key)
{
    policy_write_key(out, key);
    fputs("{ ", out);
}

void policy_write_texts(FILE *out, enum policy_key key, const struct policy_texts *texts)
{
    policy_write_names(out, key, texts, &(struct policy_networks){NULL, 0});
}

void policy_write_names(FILE *out, enum policy_key key, const struct policy_texts *names,
                        const struct policy_networks *networks)
{
    if (names->n_texts + networks->n_networks == 0)
        return;
    open_list(out, key);
    for (size_t i = 0; i < names->n_texts; i++) {
        fputs(i > 0 ? ", " : "", out);
        policy_write_text(out, names->texts[i]);
    }
    for (size_t i = 0; i < networks->n_networks; i++) {
        fputs(i + names->n_texts > 0 ? ", \"" : "\"", out);
        policy_network_print(out, &networks->networks[i]);
        fputs("\"", out);
    }
    fputs(" }\n", out);
}

void policy_write_digests(FILE *out, enum policy_key key, const uint8_t (*pins)[POLICY_PIN_BYTES],
                          size_t n_pins)
{
    if (n_pins == 0)
        return;
    policy_write_key(out, key);
    fputs("{\n", out);
    for (size_t i = 0; i < n_pins; i++) {
        char text[POLICY_PIN_TEXT_BYTES + 1];

        policy_pin_encode(text, pins[i]);
        fprintf(out, "        \"%s\"%s\n", text, i + 1 < n_pins ? "," : "");
    }
    fputs("    }\n", out);
}

void policy_write_moment(FILE *out, enum policy_key key, int64_t moment, bool is_end)
{
    if (moment == POLICY_TIME_MIN || moment == POLICY_TIME_MAX)
        return;
    policy_write_key(out, key);
    fputs("\"", out);
    policy_moment_print(out, moment, is_end);
    fputs("\"\n", out);
}

void policy_write_number(FILE *out, enum policy_key key, uint64_t number, enum policy_unit unit)
{
    policy_write_key(out, key);
    policy_number_print(out, number, unit);
    fputs("\n", out);
}

void policy_write_section_start(FILE *out, enum policy_section_kind kind, const char *title)
{
    fprintf(out, "\n%s ", policy_section_schemas[kind].name);
    if (title)
        fprintf(out, "\"%s\" ", title);
    fputs("{\n", out);
}

void policy_write_section_end(FILE *out)
{
    fputs("}\n", out);
}
