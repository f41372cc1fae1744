/* SPDX-License-Identifier: MIT */
#include "daemon/verify/presented.h"

#include <string.h>

#include "daemon/limits.h"

static const enum verdict_identity_type types[] = {
    [IDENTITY_NONE] = VERDICT_IDENTITY_UNSPECIFIED,
    [IDENTITY_DNS] = VERDICT_DNS_ID,
    [IDENTITY_IP] = VERDICT_IP_ID,
    [IDENTITY_CN] = VERDICT_CN_ID,
    [IDENTITY_EMAIL] = VERDICT_EMAIL,
    [IDENTITY_URI] = VERDICT_URI_ID,
    [IDENTITY_SRV] = VERDICT_SRV_ID,
    [IDENTITY_OTHER] = VERDICT_OTHER,
    [IDENTITY_MALFORMED] = VERDICT_MALFORMED,
    [IDENTITY_SMTP_UTF8] = VERDICT_UTF8_MAILBOX,
    [IDENTITY_SUBJECT_EMAIL] = VERDICT_EMAIL,
};

static struct bytes make_bytes(const char *text)
{
    return (struct bytes){.data = (const uint8_t *)text, .len = strlen(text)};
}

struct verdict_identity presented_identity(const struct identity *identity)
{
    return (struct verdict_identity){
        .type = types[identity->type],
        .value = {.data = identity->data, .len = identity->len},
    };
}

static void explain(struct verdict_identity *shown, const struct explanation *explanation,
                    const struct identity *identities, size_t n_identities, size_t index)
{
    enum miss miss = match_why(explanation->rules, explanation->reference, identities, n_identities,
                               index);

    if (miss == MISS_NONE)
        return;
    shown->why = make_bytes(miss_name(miss));
    shown->text = make_bytes(miss_text(miss));
}

void presented_fill(struct verdict *verdict, const struct identity *identities, size_t n_identities,
                    const struct explanation *explanation)
{
    size_t room = LIMIT_PRESENTED_SHOWN_BYTES;

    verdict->n_presented = 0;
    verdict->presented_more = 0;
    for (size_t i = 0; i < n_identities; i++) {
        struct verdict_identity *shown;

        if (verdict->n_presented == LIMIT_PRESENTED_SHOWN_COUNT || identities[i].len > room) {
            verdict->presented_more++;
            continue;
        }
        shown = &verdict->presented[verdict->n_presented++];
        *shown = presented_identity(&identities[i]);
        room -= identities[i].len;
        if (explanation)
            explain(shown, explanation, identities, n_identities, i);
    }
}

void presented_fill_nearest(struct verdict *verdict, const struct identity *identities,
                            const struct match_result *names)
{
    if (!names->has_nearest || identities[names->nearest].len > LIMIT_NEAREST_SHOWN_BYTES)
        return;
    verdict->has_nearest = true;
    verdict->nearest.identity = presented_identity(&identities[names->nearest]);
    verdict->nearest.why = make_bytes(miss_name(names->why));
    verdict->nearest.text = make_bytes(miss_text(names->why));
}
