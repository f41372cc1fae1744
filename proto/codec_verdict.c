/* SPDX-License-Identifier: MIT */
#include "proto/codec.h"

#include <errno.h>

#include "proto/certname.pb-c.h"
#include "proto/codec_memory.h"

/* --- writing --- */

/* The arrays and submessages that a message points to while it is packed. */
struct message_parts {
    Certname__V1__Identity reference, matched, nearest;
    Certname__V1__Nearest nearest_miss;
    Certname__V1__Rule rule, client_rule;
    Certname__V1__Leaf leaf;
    Certname__V1__Validity validity;
    Certname__V1__Check checked[VERDICT_CHECKS_COUNT];
};

static Certname__V1__Identity make_identity(const struct verdict_identity *identity)
{
    Certname__V1__Identity message = CERTNAME__V1__IDENTITY__INIT;

    message.type = (Certname__V1__IdentityType)identity->type;
    message.value = codec_data(identity->value);
    message.why = codec_data(identity->why);
    message.text = codec_data(identity->text);
    return message;
}

static Certname__V1__Failure make_failure(const struct verdict_failure *failure)
{
    Certname__V1__Failure message = CERTNAME__V1__FAILURE__INIT;

    message.code = codec_data(failure->code);
    message.verify_code = failure->verify_code;
    message.message = codec_data(failure->message);
    message.depth = failure->depth;
    message.detail = codec_data(failure->detail);
    return message;
}

/*
 * Allocates messages for n failures, fills them in and sets *listp to a list of pointers to them.
 * Returns 0, -E2BIG or -ENOMEM.
 */
static int write_failures(Certname__V1__Failure ***listp, const struct verdict_failure *failures,
                          size_t n, struct arena *arena)
{
    Certname__V1__Failure *messages = codec_array(arena, n, sizeof(*messages));

    *listp = codec_array(arena, n, sizeof(**listp));
    if (!messages || !*listp)
        return codec_arena_error(arena);

    for (size_t i = 0; i < n; i++) {
        messages[i] = make_failure(&failures[i]);
        (*listp)[i] = &messages[i];
    }
    return 0;
}

static int write_all_failures(Certname__V1__Verdict *message, const struct verdict *verdict,
                              struct arena *arena)
{
    int r = write_failures(&message->failures, verdict->failures, verdict->n_failures, arena);

    if (r)
        return r;
    message->n_failures = verdict->n_failures;
    message->failures_more = verdict->failures_more;
    message->n_reported = verdict->n_reported;
    message->reported_more = verdict->reported_more;
    return write_failures(&message->reported, verdict->reported, verdict->n_reported, arena);
}

static int write_path(Certname__V1__Verdict *message, const struct verdict *verdict,
                      struct arena *arena)
{
    Certname__V1__Step *steps = codec_array(arena, verdict->n_path, sizeof(*steps));

    message->path = codec_array(arena, verdict->n_path, sizeof(*message->path));
    if (!steps || !message->path)
        return codec_arena_error(arena);

    for (size_t i = 0; i < verdict->n_path; i++) {
        certname__v1__step__init(&steps[i]);
        steps[i].sha256 = codec_data(verdict->path[i].sha256);
        steps[i].store = codec_data(verdict->path[i].store);
        message->path[i] = &steps[i];
    }
    message->n_path = verdict->n_path;
    return 0;
}

static int write_presented(Certname__V1__Verdict *message, const struct verdict *verdict,
                           struct arena *arena)
{
    Certname__V1__Identity *identities = codec_array(arena, verdict->n_presented,
                                                     sizeof(*identities));

    message->presented = codec_array(arena, verdict->n_presented, sizeof(*message->presented));
    if (!identities || !message->presented)
        return codec_arena_error(arena);

    for (size_t i = 0; i < verdict->n_presented; i++) {
        identities[i] = make_identity(&verdict->presented[i]);
        message->presented[i] = &identities[i];
    }
    message->n_presented = verdict->n_presented;
    message->presented_more = verdict->presented_more;
    return 0;
}

static void write_nearest(Certname__V1__Verdict *message, struct message_parts *parts,
                          const struct verdict_nearest *nearest)
{
    parts->nearest = make_identity(&nearest->identity);
    certname__v1__nearest__init(&parts->nearest_miss);
    parts->nearest_miss.identity = &parts->nearest;
    parts->nearest_miss.why = codec_data(nearest->why);
    parts->nearest_miss.text = codec_data(nearest->text);
    message->nearest = &parts->nearest_miss;
}

static void write_checked(Certname__V1__Verdict *message, struct message_parts *parts,
                          const struct verdict *verdict)
{
    message->checked = parts->checked;
    for (unsigned i = 1; i < VERDICT_CHECKS_COUNT; i++) {
        if (verdict->checked[i])
            parts->checked[message->n_checked++] = (Certname__V1__Check)i;
    }
}

static Certname__V1__Rule *fill_rule(Certname__V1__Rule *message, const struct verdict_rule *rule)
{
    certname__v1__rule__init(message);
    message->section = codec_data(rule->section);
    message->file = codec_data(rule->file);
    message->line = rule->line;
    return message;
}

static void write_provenance(Certname__V1__Verdict *message, struct message_parts *parts,
                             const struct verdict *verdict)
{
    message->rule = fill_rule(&parts->rule, &verdict->rule);
    if (verdict->client_rule.section.len > 0)
        message->client_rule = fill_rule(&parts->client_rule, &verdict->client_rule);
    message->generation = verdict->generation;
    message->digest = codec_data(verdict->digest);
    message->alert = verdict->alert;
    message->sni = verdict->sni;
}

static void write_leaf(Certname__V1__Verdict *message, struct message_parts *parts,
                       const struct verdict_leaf *leaf)
{
    if (leaf->sha256.len == 0)
        return;
    certname__v1__leaf__init(&parts->leaf);
    parts->leaf.sha256 = codec_data(leaf->sha256);
    parts->leaf.spki = codec_data(leaf->spki);
    if (leaf->has_validity) {
        certname__v1__validity__init(&parts->validity);
        parts->validity.not_before = leaf->not_before;
        parts->validity.not_after = leaf->not_after;
        parts->leaf.validity = &parts->validity;
    }
    message->leaf = &parts->leaf;
}

static void write_identities(Certname__V1__Verdict *message, struct message_parts *parts,
                             const struct verdict *verdict)
{
    if (verdict->has_reference) {
        parts->reference = make_identity(&verdict->reference);
        message->reference = &parts->reference;
    }
    if (verdict->has_matched) {
        parts->matched = make_identity(&verdict->matched);
        message->matched = &parts->matched;
    }
    if (verdict->has_nearest)
        write_nearest(message, parts, &verdict->nearest);
}

int codec_write_verdict(const struct verdict *verdict, struct arena *arena, struct bytes *payload)
{
    Certname__V1__Verdict message = CERTNAME__V1__VERDICT__INIT;
    struct message_parts parts = {0};
    int r;

    r = write_all_failures(&message, verdict, arena);
    if (!r)
        r = write_presented(&message, verdict, arena);
    if (!r)
        r = write_path(&message, verdict, arena);
    if (r)
        return r;

    message.outcome = (Certname__V1__Outcome)verdict->outcome;
    write_identities(&message, &parts, verdict);
    write_checked(&message, &parts, verdict);
    write_provenance(&message, &parts, verdict);
    write_leaf(&message, &parts, &verdict->leaf);
    return codec_pack(&message.base, arena, payload);
}
