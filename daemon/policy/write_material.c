/* SPDX-License-Identifier: MIT */
#include "daemon/policy/pin.h"
#include "daemon/policy/serial.h"
#include "daemon/policy/write.h"

static bool trust_says_nothing(const struct policy_trust *trust)
{
    const struct policy_texts *texts[] = {&trust->files, &trust->directories, &trust->crls,
                                          &trust->permitted_dns, &trust->excluded_dns};
    size_t n = trust->permitted_ip.n_networks + trust->excluded_ip.n_networks +
               trust->max_lifetime_days;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        n += texts[i]->n_texts;
    return n == 0 && trust->distrust_from == POLICY_TIME_MAX;
}

void policy_trust_write(FILE *out, const struct policy_trust *trust)
{
    static const struct policy_texts none = {NULL, 0};

    if (trust->is_system && trust_says_nothing(trust))
        return;
    policy_section_open(out, DRAFT_TRUST, trust->name);
    policy_texts_write(out, DRAFT_FILE, &trust->files);
    policy_texts_write(out, DRAFT_DIRECTORY, &trust->directories);
    policy_texts_write(out, DRAFT_CRLS, &trust->crls);
    policy_texts_write(out, DRAFT_PERMITTED_DNS, &trust->permitted_dns);
    policy_texts_write(out, DRAFT_EXCLUDED_DNS, &trust->excluded_dns);
    policy_names_write(out, DRAFT_PERMITTED_IP, &none, &trust->permitted_ip);
    policy_names_write(out, DRAFT_EXCLUDED_IP, &none, &trust->excluded_ip);
    policy_moment_write(out, DRAFT_DISTRUST_AFTER, trust->distrust_from, true);
    if (trust->max_lifetime_days > 0)
        policy_number_write(out, DRAFT_MAX_LIFETIME_DAYS, trust->max_lifetime_days,
                            POLICY_UNIT_NONE);
    policy_section_close(out);
}

void policy_pinset_write(FILE *out, const struct policy_pinset *pinset)
{
    policy_section_open(out, DRAFT_PINSET, pinset->name);
    policy_word_write(out, DRAFT_MODE, pinset->mode);
    policy_word_write(out, DRAFT_SCOPE, pinset->scope);
    policy_pins_write(out, DRAFT_SPKI, pinset->pins, pinset->n_pins);
    policy_pins_write(out, DRAFT_BAD_SPKI, pinset->bad_pins, pinset->n_bad_pins);
    policy_moment_write(out, DRAFT_NOT_BEFORE, pinset->from, false);
    if (pinset->until != POLICY_TIME_MAX) {
        policy_moment_write(out, DRAFT_EXPIRES, pinset->until, true);
        policy_word_write(out, DRAFT_ON_EXPIRY, pinset->on_expiry);
        policy_number_write(out, DRAFT_WARN_DAYS, pinset->warn_days, POLICY_UNIT_NONE);
    }
    policy_word_write(out, DRAFT_LOCAL_ANCHORS, pinset->local_override ? 1 : 0);
    policy_section_close(out);
}

static void serials_write(FILE *out, const struct policy_deny *deny)
{
    char issuer[POLICY_PIN_TEXT_BYTES + 1];

    if (deny->n_serials == 0)
        return;
    policy_pin_encode(issuer, deny->issuer);
    policy_key_write(out, DRAFT_ISSUER);
    fprintf(out, "\"%s\"\n", issuer);
    policy_key_write(out, DRAFT_SERIALS);
    for (size_t i = 0; i < deny->n_serials; i++) {
        fputs(i > 0 ? "\", \"" : "{ \"", out);
        policy_serial_print(out, &deny->serials[i]);
    }
    fputs("\" }\n", out);
}

void policy_deny_write(FILE *out, const struct policy_deny *deny)
{
    policy_section_open(out, DRAFT_DENY, deny->name);
    policy_word_write(out, DRAFT_MODE, deny->mode);
    policy_names_write(out, DRAFT_NAMES, &deny->names, &deny->networks);
    policy_pins_write(out, DRAFT_DENIED_SPKI, deny->spkis, deny->n_spkis);
    policy_pins_write(out, DRAFT_ISSUER_SPKI, deny->issuer_spkis, deny->n_issuer_spkis);
    serials_write(out, deny);
    policy_section_close(out);
}

void policy_record_write(FILE *out, const struct policy_record *record)
{
    if (!record->file)
        return;
    policy_section_open(out, DRAFT_RECORD, NULL);
    policy_key_write(out, DRAFT_RECORD_FILE);
    policy_text_write(out, record->file);
    fputs("\n", out);
    policy_number_write(out, DRAFT_SAMPLE, record->sample, POLICY_UNIT_NONE);
    policy_number_write(out, DRAFT_MAX_BYTES, record->max_bytes, POLICY_UNIT_BYTES);
    policy_section_close(out);
}
