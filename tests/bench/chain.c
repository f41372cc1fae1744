/* SPDX-License-Identifier: MIT */
#include "tests/bench/chain.h"

#include <string.h>
#include <time.h>

static EVP_PKEY *make_key(const char *kind)
{
    return strcmp(kind, "rsa") == 0 ? path_key_rsa(2048) : path_key_ec(kind);
}

static void make(struct path_recipe recipe, struct certificate *certificate)
{
    struct bytes der;

    recipe.from = (int64_t)time(NULL) - FIXTURE_DAY;
    recipe.until = recipe.from + 80 * FIXTURE_DAY;
    der = path_make(&recipe);
    if (der.len > sizeof(certificate->der))
        die("certificate's length");
    memcpy(certificate->der, der.data, der.len);
    certificate->len = der.len;
    path_drop(der);
}

void chain_init(struct chain *chain, const char *kind)
{
    *chain = (struct chain){
        .root_key = make_key(kind), .issuer_key = make_key(kind), .leaf_key = make_key(kind)};
    make((struct path_recipe){.subject = "Bench root",
                              .issuer = "Bench root",
                              .is_ca = true,
                              .key = chain->root_key,
                              .issuer_key = chain->root_key},
         &chain->root);
    make((struct path_recipe){.subject = "Bench issuer",
                              .issuer = "Bench root",
                              .is_ca = true,
                              .key = chain->issuer_key,
                              .issuer_key = chain->root_key},
         &chain->issuer);
}

void chain_deinit(struct chain *chain)
{
    EVP_PKEY_free(chain->root_key);
    EVP_PKEY_free(chain->issuer_key);
    EVP_PKEY_free(chain->leaf_key);
}

void chain_issue(const struct chain *chain, unsigned number, struct certificate *leaf)
{
    make((struct path_recipe){.subject = "www.bench.example",
                              .issuer = "Bench issuer",
                              .serial = (int)number + 1,
                              .key = chain->leaf_key,
                              .issuer_key = chain->issuer_key},
         leaf);
}
