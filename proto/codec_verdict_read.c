/* SPDX-License-Identifier: MIT */
/*
 * Reads verdicts without a library, in one walk over the bytes. A field that is not repeated stands
 * at most once: no daemon writes it twice, and so nothing needs to be merged.
 */
#include "proto/codec.h"

#include <errno.h>

#include "proto/wire.h"

/* Field numbers of Verdict. */
enum {
    FIELD_OUTCOME = 1,
    FIELD_FAILURES = 2,
    FIELD_REFERENCE = 3,
    FIELD_MATCHED = 4,
    FIELD_PRESENTED = 5,
    FIELD_PRESENTED_MORE = 6,
    FIELD_NEAREST = 7,
    FIELD_CHECKED = 8,
    FIELD_RULE = 9,
    FIELD_GENERATION = 10,
    FIELD_DIGEST = 11,
    FIELD_ALERT = 12,
    FIELD_SNI = 13,
    FIELD_LEAF = 14,
    FIELD_REPORTED = 15,
    FIELD_PATH = 16,
    FIELD_CLIENT_RULE = 17,
    FIELD_FAILURES_MORE = 18,
    FIELD_REPORTED_MORE = 19,
};

/* The fields of Verdict that are repeated. */
#define BIT(field) (UINT64_C(1) << (field))
#define REPEATED                                                                                   \
    (BIT(FIELD_FAILURES) | BIT(FIELD_PRESENTED) | BIT(FIELD_CHECKED) | BIT(FIELD_REPORTED) |       \
     BIT(FIELD_PATH))

/* Takes a field into the struct of its message. Returns false if the field has another type than
 * certname.proto gives it, or goes beyond a limit; true for a field that is not known. */
typedef bool (*take_fn)(void *message, const struct wire_field *field);

/* Bits of the field numbers from 1 to `last`. */
#define FIELDS_TO(last) ((UINT64_C(2) << (last)) - 2)

/* `once` has the bits of the fields that are not repeated. */
static bool read_message(struct bytes bytes, take_fn take, void *message, uint64_t once)
{
    uint64_t seen = 0;
    struct wire_field field;

    while (bytes.len > 0) {
        uint64_t bit;

        if (!wire_take_field(&bytes, &field))
            return false;
        bit = field.number < 64 ? UINT64_C(1) << field.number : 0;
        if ((seen & once & bit) != 0 || !take(message, &field))
            return false;
        seen |= bit;
    }
    return true;
}

/* --- fields of one type --- */

/* Takes a message whose fields, from 1 to `last`, are not repeated. */
static bool take_message(const struct wire_field *field, take_fn take, void *message, unsigned last)
{
    return field->type == WIRE_LENGTH &&
           read_message(field->content, take, message, FIELDS_TO(last));
}

static bool take_bytes(const struct wire_field *field, struct bytes *bytesp)
{
    *bytesp = field->content;
    return field->type == WIRE_LENGTH;
}

static bool take_number(const struct wire_field *field, uint32_t *numberp)
{
    *numberp = (uint32_t)field->value;
    return field->type == WIRE_VARINT && field->value <= UINT32_MAX;
}

static bool take_long(const struct wire_field *field, uint64_t *numberp)
{
    *numberp = field->value;
    return field->type == WIRE_VARINT;
}

static bool take_seconds(const struct wire_field *field, int64_t *secondsp)
{
    *secondsp = (int64_t)field->value;
    return field->type == WIRE_VARINT;
}

static bool take_switch(const struct wire_field *field, bool *valuep)
{
    *valuep = field->value != 0;
    return field->type == WIRE_VARINT;
}

/* --- messages --- */

static bool take_of_identity(void *message, const struct wire_field *field)
{
    struct verdict_identity *identity = message;

    switch (field->number) {
    case 1:
        identity->type = field->value <= VERDICT_UTF8_MAILBOX
                             ? (enum verdict_identity_type)field->value
                             : VERDICT_IDENTITY_UNSPECIFIED;
        return field->type == WIRE_VARINT && wire_is_int32(field->value);
    case 2:
        return take_bytes(field, &identity->value);
    case 3:
        return take_bytes(field, &identity->why);
    case 4:
        return take_bytes(field, &identity->text);
    default:
        return true;
    }
}

static bool take_of_nearest(void *message, const struct wire_field *field)
{
    struct verdict *verdict = message;

    switch (field->number) {
    case 1:
        verdict->has_nearest = true;
        return take_message(field, take_of_identity, &verdict->nearest.identity, 4);
    case 2:
        return take_bytes(field, &verdict->nearest.why);
    case 3:
        return take_bytes(field, &verdict->nearest.text);
    default:
        return true;
    }
}

static bool take_of_failure(void *message, const struct wire_field *field)
{
    struct verdict_failure *failure = message;

    switch (field->number) {
    case 1:
        return take_bytes(field, &failure->code);
    case 2:
        return take_number(field, &failure->verify_code);
    case 3:
        return take_bytes(field, &failure->message);
    case 4:
        return take_number(field, &failure->depth);
    case 5:
        return take_bytes(field, &failure->detail);
    default:
        return true;
    }
}

static bool take_of_rule(void *message, const struct wire_field *field)
{
    struct verdict_rule *rule = message;

    switch (field->number) {
    case 1:
        return take_bytes(field, &rule->section);
    case 2:
        return take_bytes(field, &rule->file);
    case 3:
        return take_number(field, &rule->line);
    default:
        return true;
    }
}

static bool take_of_validity(void *message, const struct wire_field *field)
{
    struct verdict_leaf *leaf = message;

    switch (field->number) {
    case 1:
        return take_seconds(field, &leaf->not_before);
    case 2:
        return take_seconds(field, &leaf->not_after);
    default:
        return true;
    }
}

static bool take_of_leaf(void *message, const struct wire_field *field)
{
    struct verdict_leaf *leaf = message;

    switch (field->number) {
    case 1:
        return take_bytes(field, &leaf->sha256);
    case 2:
        return take_bytes(field, &leaf->spki);
    case 3:
        leaf->has_validity = true;
        return take_message(field, take_of_validity, leaf, 2);
    default:
        return true;
    }
}

static bool take_of_step(void *message, const struct wire_field *field)
{
    struct verdict_step *step = message;

    switch (field->number) {
    case 1:
        return take_bytes(field, &step->sha256);
    case 2:
        return take_bytes(field, &step->store);
    default:
        return true;
    }
}

/* --- lists --- */

static bool add_failure(const struct wire_field *field, struct verdict_failure *failures,
                        size_t *np)
{
    struct verdict_failure *failure;

    if (*np == LIMIT_FAILURES_COUNT)
        return false;
    failure = &failures[(*np)++];
    return take_message(field, take_of_failure, failure, 5) && verdict_is_code(failure->code);
}

static bool add_presented(const struct wire_field *field, struct verdict *verdict)
{
    if (verdict->n_presented == LIMIT_PRESENTED_SHOWN_COUNT)
        return false;
    return take_message(field, take_of_identity, &verdict->presented[verdict->n_presented++], 4);
}

static bool add_step(const struct wire_field *field, struct verdict *verdict)
{
    if (verdict->n_path == LIMIT_PATH_COUNT)
        return false;
    return take_message(field, take_of_step, &verdict->path[verdict->n_path++], 2);
}

static bool add_check(struct verdict *verdict, uint64_t check)
{
    if (check < VERDICT_CHECKS_COUNT)
        verdict->checked[check] = true;
    return wire_is_int32(check);
}

/* The checks are one number a field, or packed: many numbers in one field. */
static bool add_checks(const struct wire_field *field, struct verdict *verdict)
{
    struct bytes packed = field->content;
    uint64_t check;

    if (field->type == WIRE_VARINT)
        return add_check(verdict, field->value);
    while (packed.len > 0) {
        if (!wire_take_varint(&packed, &check) || !add_check(verdict, check))
            return false;
    }
    return field->type == WIRE_LENGTH;
}

/* --- the verdict --- */

/* Only the three numbers are outcomes, in all their bits. */
static bool take_outcome(const struct wire_field *field, struct verdict *verdict)
{
    verdict->outcome = VERDICT_NOT_VERIFIED;
    if (field->type != WIRE_VARINT)
        return false;
    if (field->value == (uint64_t)VERDICT_NAME_MATCHES)
        verdict->outcome = VERDICT_NAME_MATCHES;
    else if (field->value == (uint64_t)VERDICT_VERIFIED)
        verdict->outcome = VERDICT_VERIFIED;
    else
        return field->value == (uint64_t)VERDICT_NOT_VERIFIED;
    return true;
}

/* Takes a field about identities. */
static bool take_identity_field(struct verdict *verdict, const struct wire_field *field)
{
    switch (field->number) {
    case FIELD_REFERENCE:
        verdict->has_reference = true;
        return take_message(field, take_of_identity, &verdict->reference, 4);
    case FIELD_MATCHED:
        verdict->has_matched = true;
        return take_message(field, take_of_identity, &verdict->matched, 4);
    case FIELD_PRESENTED:
        return add_presented(field, verdict);
    case FIELD_PRESENTED_MORE:
        return take_number(field, &verdict->presented_more);
    default:
        return take_message(field, take_of_nearest, verdict, 3);
    }
}

/* Takes a field about where the verdict comes from. */
static bool take_provenance_field(struct verdict *verdict, const struct wire_field *field)
{
    switch (field->number) {
    case FIELD_RULE:
        return take_message(field, take_of_rule, &verdict->rule, 3);
    case FIELD_CLIENT_RULE:
        return take_message(field, take_of_rule, &verdict->client_rule, 3);
    case FIELD_GENERATION:
        return take_long(field, &verdict->generation);
    case FIELD_DIGEST:
        return take_bytes(field, &verdict->digest);
    case FIELD_LEAF:
        return take_message(field, take_of_leaf, &verdict->leaf, 3);
    default:
        return add_step(field, verdict);
    }
}

static bool take_of_verdict(void *message, const struct wire_field *field)
{
    struct verdict *verdict = message;

    switch (field->number) {
    case FIELD_OUTCOME:
        return take_outcome(field, verdict);
    case FIELD_FAILURES:
        return add_failure(field, verdict->failures, &verdict->n_failures);
    case FIELD_FAILURES_MORE:
        return take_number(field, &verdict->failures_more);
    case FIELD_REPORTED:
        return add_failure(field, verdict->reported, &verdict->n_reported);
    case FIELD_REPORTED_MORE:
        return take_number(field, &verdict->reported_more);
    case FIELD_REFERENCE:
    case FIELD_MATCHED:
    case FIELD_PRESENTED:
    case FIELD_PRESENTED_MORE:
    case FIELD_NEAREST:
        return take_identity_field(verdict, field);
    case FIELD_CHECKED:
        return add_checks(field, verdict);
    case FIELD_ALERT:
        return take_number(field, &verdict->alert);
    case FIELD_SNI:
        return take_switch(field, &verdict->sni);
    case FIELD_RULE:
    case FIELD_CLIENT_RULE:
    case FIELD_GENERATION:
    case FIELD_DIGEST:
    case FIELD_LEAF:
    case FIELD_PATH:
        return take_provenance_field(verdict, field);
    default:
        return true;
    }
}

int codec_read_verdict(struct verdict *verdict, const uint8_t *payload, size_t len)
{
    struct bytes bytes = {.data = payload, .len = len};

    *verdict = (struct verdict){0};
    if (read_message(bytes, take_of_verdict, verdict, FIELDS_TO(FIELD_REPORTED_MORE) & ~REPEATED))
        return 0;
    *verdict = (struct verdict){0};
    return -EBADMSG;
}
