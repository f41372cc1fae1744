/* SPDX-License-Identifier: MIT */
#include "daemon/verify/provenance.h"

#include <assert.h>

#include "daemon/verify/findings.h"
#include "daemon/verify/words.h"

void provenance_show_path(struct verdict *verdict, const struct chain *chain)
{
    const struct path_result *result = &chain->result;

    if (chain->state != CHAIN_NOT_ASKED && !(chain->report_only && chain->state != CHAIN_VALID)) {
        verdict->checked[VERDICT_CHECK_PATH] = true;
        verdict->checked[VERDICT_CHECK_REVOCATION] = result->revocation == REVOCATION_PASSED &&
                                                     result->has_looked;
    }
    if (chain->state != CHAIN_VALID)
        return;
    assert(result->n_path > 0);
    verdict->n_path = result->n_path;
    for (size_t i = 0; i < result->n_path; i++)
        verdict->path[i].sha256 = (struct bytes){
            .data = result->path[i].sha256,
            .len = sizeof(result->path[i].sha256),
        };
    verdict->path[result->n_path - 1].store = words_static(chain_store(chain));
}

static void show_reference(struct verdict *verdict, const struct candidate *candidate,
                           const struct request_reference *reference)
{
    verdict->has_reference = true;
    verdict->reference.type = candidate_type(candidate);
    verdict->reference.value = (struct bytes){
        .data = (const uint8_t *)candidate->reference.value,
        .len = candidate->reference.value_len,
    };
    verdict->sni = candidate_may_be_sni(candidate, reference);
}

void provenance_show(struct verdict *verdict, const struct candidate *candidate,
                     const struct request_reference *reference,
                     const struct verify_context *context)
{
    verdict->has_reference = false;
    if (candidate->is_named)
        show_reference(verdict, candidate, reference);
    if (verdict->rule.section.len == 0)
        verdict->rule = findings_rule(&candidate->rule.origin);
    if (candidate->rule.client_origin)
        verdict->client_rule = findings_rule(candidate->rule.client_origin);
    verdict->generation = context->generation;
    verdict->digest = (struct bytes){.data = context->digest, .len = sizeof(context->digest)};
}
