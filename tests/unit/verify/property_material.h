/* SPDX-License-Identifier: MIT */
#pragma once

/* The certificates, CRLs, OCSP responses and pins that random questions and policies draw from. */

#include "daemon/identity/suffix.h"
#include "tests/unit/policy/random_policy.h"
#include "tests/unit/x509/path_fixture.h"
#include "tests/unit/x509/revocation_fixture.h"

#define MATERIAL_STAPLES_COUNT 6

struct property_material {
    struct suffix_list *suffixes;
    struct x509_context *x509;
    struct path_family family, foreign; /* foreign: another authority with the same names */
    struct bytes leaf_mail, leaf_cn, leaf_old, leaf_foreign;
    struct bytes crl_clean, crl_revoking, crl_foreign;
    struct blob staples[MATERIAL_STAPLES_COUNT];
    struct random_pins pins;
};

/* Made by material_setup once for all tests of the program, freed by material_teardown. */
extern struct property_material material;

void material_setup(void);
void material_teardown(void);
