/* SPDX-License-Identifier: MIT */
#include "daemon/policy/deny.h"

#include <stdlib.h>
#include <string.h>

#include "daemon/policy/names.h"
#include "daemon/policy/network.h"
#include "daemon/policy/serial.h"

bool policy_deny_has_subject(const struct policy_deny *deny, const struct policy_subject *subject)
{
    if (subject->type == POLICY_SUBJECT_NAME)
        return policy_names_cover(&deny->names, subject->name, subject->len);
    return policy_networks_have(&deny->networks, subject);
}

static int digest_seek(const void *a, const void *b)
{
    return memcmp(a, b, POLICY_PIN_BYTES);
}

static bool digests_have(const uint8_t (*digests)[POLICY_PIN_BYTES], size_t n,
                         const uint8_t *digest)
{
    return n > 0 && bsearch(digest, digests, n, POLICY_PIN_BYTES, digest_seek);
}

bool policy_deny_has_spki(const struct policy_deny *deny, const uint8_t spki[POLICY_PIN_BYTES])
{
    return digests_have(deny->spkis, deny->n_spkis, spki);
}

bool policy_deny_has_issuer_spki(const struct policy_deny *deny,
                                 const uint8_t spki[POLICY_PIN_BYTES])
{
    return digests_have(deny->issuer_spkis, deny->n_issuer_spkis, spki);
}

static int serial_seek(const void *a, const void *b)
{
    return policy_serial_compare(a, b);
}

bool policy_deny_has_serial(const struct policy_deny *deny, const uint8_t issuer[32],
                            const uint8_t *serial, size_t len)
{
    struct policy_serial key = {.len = 0};

    if (deny->n_serials == 0 || memcmp(deny->issuer, issuer, sizeof(deny->issuer)) != 0 ||
        !policy_serial_set(&key, serial, len))
        return false;
    return bsearch(&key, deny->serials, deny->n_serials, sizeof(key), serial_seek);
}
