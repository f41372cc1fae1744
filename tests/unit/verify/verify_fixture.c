/* SPDX-License-Identifier: MIT */
#include "tests/unit/verify/verify_fixture.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "daemon/policy/pin.h"

void world_init(struct world *world)
{
    memset(world, 0, sizeof(*world));
    ck_assert_int_eq(x509_context_new(&world->x509), 0);
    ck_assert_int_eq(path_engine_new(&world->engine, world->x509), 0);
    path_family_init(&world->ours, "P-256");
    path_family_init(&world->others, "P-256");
    world->asker = (struct verify_asker){.client_class = POLICY_CLASS_NONE, .now = FIXTURE_NOW};
}

void world_deinit(struct world *world)
{
    verification_deinit(&world->verification);
    verification_deinit(&world->verification);
    policy_free(world->policy);
    path_family_deinit(&world->ours);
    path_family_deinit(&world->others);
    path_engine_free(world->engine);
    x509_context_free(world->x509);
}

void world_policy(struct world *world, const char *text)
{
    const struct policy_trust *trusts;
    size_t n;

    verification_deinit(&world->verification);
    policy_free(world->policy);
    world->policy = accept_text(text);
    trusts = policy_trusts(world->policy, &n);
    for (size_t i = 0; i < n; i++)
        world->stores[i] = trusts[i].is_system ? world->others.store : world->ours.store;
    world->context = (struct verify_context){
        .policy = world->policy,
        .suffixes = suffixes,
        .x509 = world->x509,
        .engine = world->engine,
        .stores = world->stores,
        .crls = world->crls,
        .generation = 7,
    };
}

struct bytes world_leaf(const struct world *world, const char *san)
{
    const struct path_extension extension = {.nid = NID_subject_alt_name, .text = san};
    const struct path_recipe recipe = {
        .subject = "leaf",
        .issuer = "Issuer",
        .key = world->ours.leaf_key,
        .issuer_key = world->ours.issuer_key,
        .extensions = &extension,
        .n_extensions = 1,
    };

    return path_make(&recipe);
}

void world_pin(const struct world *world, EVP_PKEY *key, char text[static 45])
{
    unsigned char *spki = NULL;
    uint8_t digest[DIGEST_BYTES];
    int n = i2d_PUBKEY(key, &spki);

    ck_assert_int_gt(n, 0);
    ck_assert_int_eq(x509_sha256(world->x509, spki, (size_t)n, digest), 0);
    policy_pin_encode(text, digest);
    OPENSSL_free(spki);
}

void request_refer(struct request *request, enum request_reference_kind kind, const char *text)
{
    request->references[request->n_references++] = (struct request_reference){
        .kind = kind,
        .text = {.data = (const uint8_t *)text, .len = strlen(text)},
    };
}

void request_send(struct request *request, struct bytes certificate)
{
    request->certificates[request->n_certificates++] = (struct bytes){
        .data = certificate.data,
        .len = certificate.len,
    };
}

int world_ask(struct world *world, const struct request *request)
{
    verification_deinit(&world->verification);
    return verification_init(&world->verification, &world->context, &world->asker, request);
}

void world_codes(const struct world *world, bool reported, char text[static WORLD_CODES_BYTES])
{
    const struct verdict *verdict = &world->verification.verdict;
    const struct verdict_failure *list = reported ? verdict->reported : verdict->failures;
    size_t n = reported ? verdict->n_reported : verdict->n_failures, used = 0;

    text[0] = '\0';
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, WORLD_CODES_BYTES - used, "%s%.*s@%u", i ? " " : "",
                                 (int)list[i].code.len, (const char *)list[i].code.data,
                                 (unsigned)list[i].depth);
}

bool bytes_are(struct bytes bytes, const char *text)
{
    return bytes.len == strlen(text) && memcmp(bytes.data, text, bytes.len) == 0;
}
