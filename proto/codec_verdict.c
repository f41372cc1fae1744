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

/* --- reading --- */

static struct verdict_identity view_identity(const Certname__V1__Identity *message)
{
    struct verdict_identity identity = {
        .value = codec_view(message->value),
        .why = codec_view(message->why),
        .text = codec_view(message->text),
    };

    if ((unsigned)message->type <= VERDICT_UTF8_MAILBOX)
        identity.type = (enum verdict_identity_type)message->type;
    return identity;
}

static int read_outcome(struct verdict *verdict, const Certname__V1__Verdict *message)
{
    if (message->outcome == CERTNAME__V1__OUTCOME__OUTCOME_NAME_MATCHES)
        verdict->outcome = VERDICT_NAME_MATCHES;
    else if (message->outcome == CERTNAME__V1__OUTCOME__OUTCOME_VERIFIED)
        verdict->outcome = VERDICT_VERIFIED;
    else if (message->outcome != CERTNAME__V1__OUTCOME__OUTCOME_NOT_VERIFIED)
        return -EBADMSG;
    return 0;
}

static int read_failures(struct verdict_failure *failures, size_t *np,
                         Certname__V1__Failure *const *messages, size_t n)
{
    if (n > LIMIT_FAILURES_COUNT)
        return -EBADMSG;
    for (size_t i = 0; i < n; i++) {
        failures[i] = (struct verdict_failure){
            .code = codec_view(messages[i]->code),
            .verify_code = messages[i]->verify_code,
            .message = codec_view(messages[i]->message),
            .depth = messages[i]->depth,
            .detail = codec_view(messages[i]->detail),
        };
        if (!verdict_is_code(failures[i].code))
            return -EBADMSG;
    }
    *np = n;
    return 0;
}

static int read_all_failures(struct verdict *verdict, const Certname__V1__Verdict *message)
{
    int r = read_failures(verdict->failures, &verdict->n_failures, message->failures,
                          message->n_failures);

    verdict->failures_more = message->failures_more;
    verdict->reported_more = message->reported_more;
    return r ? r
             : read_failures(verdict->reported, &verdict->n_reported, message->reported,
                             message->n_reported);
}

static int read_path(struct verdict *verdict, const Certname__V1__Verdict *message)
{
    if (message->n_path > LIMIT_PATH_COUNT)
        return -EBADMSG;
    for (size_t i = 0; i < message->n_path; i++) {
        verdict->path[i].sha256 = codec_view(message->path[i]->sha256);
        verdict->path[i].store = codec_view(message->path[i]->store);
    }
    verdict->n_path = message->n_path;
    return 0;
}

static int read_identities(struct verdict *verdict, const Certname__V1__Verdict *message)
{
    if (message->n_presented > LIMIT_PRESENTED_SHOWN_COUNT)
        return -EBADMSG;

    verdict->has_reference = message->reference != NULL;
    if (message->reference)
        verdict->reference = view_identity(message->reference);
    verdict->has_matched = message->matched != NULL;
    if (message->matched)
        verdict->matched = view_identity(message->matched);
    for (size_t i = 0; i < message->n_presented; i++)
        verdict->presented[i] = view_identity(message->presented[i]);
    verdict->n_presented = message->n_presented;
    verdict->presented_more = message->presented_more;
    if (message->nearest && message->nearest->identity) {
        verdict->has_nearest = true;
        verdict->nearest.identity = view_identity(message->nearest->identity);
        verdict->nearest.why = codec_view(message->nearest->why);
        verdict->nearest.text = codec_view(message->nearest->text);
    }
    return 0;
}

static void read_leaf(struct verdict *verdict, const Certname__V1__Leaf *message)
{
    if (!message)
        return;
    verdict->leaf.sha256 = codec_view(message->sha256);
    verdict->leaf.spki = codec_view(message->spki);
    if (message->validity) {
        verdict->leaf.has_validity = true;
        verdict->leaf.not_before = message->validity->not_before;
        verdict->leaf.not_after = message->validity->not_after;
    }
}

static struct verdict_rule view_rule(const Certname__V1__Rule *message)
{
    if (!message)
        return (struct verdict_rule){0};
    return (struct verdict_rule){
        .section = codec_view(message->section),
        .file = codec_view(message->file),
        .line = message->line,
    };
}

static void read_provenance(struct verdict *verdict, const Certname__V1__Verdict *message)
{
    for (size_t i = 0; i < message->n_checked; i++) {
        if ((unsigned)message->checked[i] < VERDICT_CHECKS_COUNT)
            verdict->checked[message->checked[i]] = true;
    }
    verdict->rule = view_rule(message->rule);
    verdict->client_rule = view_rule(message->client_rule);
    verdict->generation = message->generation;
    verdict->digest = codec_view(message->digest);
    verdict->alert = message->alert;
    verdict->sni = message->sni;
    read_leaf(verdict, message->leaf);
}

int codec_read_verdict(struct verdict *verdict, struct arena *arena, const uint8_t *payload,
                       size_t len)
{
    ProtobufCAllocator allocator = codec_allocator(arena);
    struct verdict result = {0};
    Certname__V1__Verdict *message;
    int r;

    *verdict = (struct verdict){0};
    message = certname__v1__verdict__unpack(&allocator, len, payload);
    if (!message)
        return arena->out_of_memory ? -ENOMEM : -EBADMSG;

    r = read_outcome(&result, message);
    if (!r)
        r = read_all_failures(&result, message);
    if (!r)
        r = read_path(&result, message);
    if (!r)
        r = read_identities(&result, message);
    if (r)
        return r;
    read_provenance(&result, message);
    *verdict = result;
    return 0;
}

int codec_read_error(struct codec_error *error, struct arena *arena, const uint8_t *payload,
                     size_t len)
{
    ProtobufCAllocator allocator = codec_allocator(arena);
    Certname__V1__Error *message = certname__v1__error__unpack(&allocator, len, payload);

    if (!message)
        return arena->out_of_memory ? -ENOMEM : -EBADMSG;
    if (message->code == ERROR_NONE)
        return -EBADMSG;
    *error = (struct codec_error){
        .code = message->code,
        .field = message->field,
        .text = codec_view(message->message),
    };
    return 0;
}
