/* SPDX-License-Identifier: MIT */
#include "tests/golden/same.h"

#include <check.h>
#include <string.h>

void same_bytes(struct bytes actual, struct bytes expected)
{
    ck_assert_uint_eq(actual.len, expected.len);
    if (expected.len > 0)
        ck_assert_mem_eq(actual.data, expected.data, expected.len);
}

/* --- a request --- */

static void same_list(const struct bytes *actual, size_t n, const struct bytes *expected,
                      size_t n_expected)
{
    ck_assert_uint_eq(n, n_expected);
    for (size_t i = 0; i < n; i++)
        same_bytes(actual[i], expected[i]);
}

static void same_references(const struct request *actual, const struct request *expected)
{
    ck_assert_uint_eq(actual->n_references, expected->n_references);
    for (size_t i = 0; i < expected->n_references; i++) {
        ck_assert_int_eq(actual->references[i].kind, expected->references[i].kind);
        same_bytes(actual->references[i].text, expected->references[i].text);
    }
}

void same_request(const struct request *actual, const struct request *expected)
{
    same_references(actual, expected);
    same_list(actual->certificates, actual->n_certificates, expected->certificates,
              expected->n_certificates);
    same_list(actual->anchors, actual->n_anchors, expected->anchors, expected->n_anchors);
    same_list(actual->crls, actual->n_crls, expected->crls, expected->n_crls);
    same_bytes(actual->ocsp, expected->ocsp);
    ck_assert_int_eq(actual->path, expected->path);
    ck_assert_int_eq(actual->explain, expected->explain);
    ck_assert_int_eq(actual->no_identity, expected->no_identity);
    ck_assert_int_eq(actual->purpose, expected->purpose);
    ck_assert_int_eq(actual->has_time, expected->has_time);
    ck_assert_int_eq(actual->time, expected->time);
    ck_assert_int_eq(actual->has_max_depth, expected->has_max_depth);
    ck_assert_uint_eq(actual->max_depth, expected->max_depth);
}

/* --- a verdict --- */

static void same_identity(const struct verdict_identity *actual,
                          const struct verdict_identity *expected)
{
    ck_assert_int_eq(actual->type, expected->type);
    same_bytes(actual->value, expected->value);
    same_bytes(actual->why, expected->why);
    same_bytes(actual->text, expected->text);
}

static void same_failures(const struct verdict_failure *actual, size_t n,
                          const struct verdict_failure *expected, size_t n_expected)
{
    ck_assert_uint_eq(n, n_expected);
    for (size_t i = 0; i < n; i++) {
        same_bytes(actual[i].code, expected[i].code);
        ck_assert_uint_eq(actual[i].verify_code, expected[i].verify_code);
        same_bytes(actual[i].message, expected[i].message);
        ck_assert_uint_eq(actual[i].depth, expected[i].depth);
        same_bytes(actual[i].detail, expected[i].detail);
    }
}

static void same_rule(const struct verdict_rule *actual, const struct verdict_rule *expected)
{
    same_bytes(actual->section, expected->section);
    same_bytes(actual->file, expected->file);
    ck_assert_uint_eq(actual->line, expected->line);
}

static void same_leaf(const struct verdict_leaf *actual, const struct verdict_leaf *expected)
{
    same_bytes(actual->sha256, expected->sha256);
    same_bytes(actual->spki, expected->spki);
    ck_assert_int_eq(actual->has_validity, expected->has_validity);
    ck_assert_int_eq(actual->not_before, expected->not_before);
    ck_assert_int_eq(actual->not_after, expected->not_after);
}

static void same_path(const struct verdict *actual, const struct verdict *expected)
{
    ck_assert_uint_eq(actual->n_path, expected->n_path);
    for (size_t i = 0; i < expected->n_path; i++) {
        same_bytes(actual->path[i].sha256, expected->path[i].sha256);
        same_bytes(actual->path[i].store, expected->path[i].store);
    }
}

static void same_identities(const struct verdict *actual, const struct verdict *expected)
{
    ck_assert_int_eq(actual->has_reference, expected->has_reference);
    same_identity(&actual->reference, &expected->reference);
    ck_assert_int_eq(actual->has_matched, expected->has_matched);
    same_identity(&actual->matched, &expected->matched);
    ck_assert_uint_eq(actual->n_presented, expected->n_presented);
    for (size_t i = 0; i < expected->n_presented; i++)
        same_identity(&actual->presented[i], &expected->presented[i]);
    ck_assert_uint_eq(actual->presented_more, expected->presented_more);
    ck_assert_int_eq(actual->has_nearest, expected->has_nearest);
    same_identity(&actual->nearest.identity, &expected->nearest.identity);
    same_bytes(actual->nearest.why, expected->nearest.why);
    same_bytes(actual->nearest.text, expected->nearest.text);
}

void same_verdict(const struct verdict *actual, const struct verdict *expected)
{
    ck_assert_uint_eq(actual->outcome, expected->outcome);
    same_failures(actual->failures, actual->n_failures, expected->failures, expected->n_failures);
    ck_assert_uint_eq(actual->failures_more, expected->failures_more);
    ck_assert_uint_eq(actual->reported_more, expected->reported_more);
    same_identities(actual, expected);
    for (size_t i = 0; i < VERDICT_CHECKS_COUNT; i++)
        ck_assert_int_eq(actual->checked[i], expected->checked[i]);
    same_rule(&actual->rule, &expected->rule);
    same_rule(&actual->client_rule, &expected->client_rule);
    ck_assert_uint_eq(actual->generation, expected->generation);
    same_bytes(actual->digest, expected->digest);
    ck_assert_uint_eq(actual->alert, expected->alert);
    ck_assert_int_eq(actual->sni, expected->sni);
    same_leaf(&actual->leaf, &expected->leaf);
    same_failures(actual->reported, actual->n_reported, expected->reported, expected->n_reported);
    same_path(actual, expected);
}
