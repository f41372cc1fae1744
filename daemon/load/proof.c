/* SPDX-License-Identifier: MIT */
#include "daemon/load/proof.h"

#include <errno.h>
#include <string.h>

#include "base/digest.h"
#include "daemon/load/generation.h"

/* Reads the configuration once more and compares the digests: a text or a library that is read
 * differently the second time, as for want of memory, must not serve. */
static int check_again(const struct epoch *epoch, const struct sources *sources,
                       struct policy_error *error)
{
    struct generation *generation = NULL;
    int r = generation_load(&generation, sources, error);

    if (!r && memcmp(generation->digest, epoch_context(epoch)->digest, DIGEST_BYTES) != 0)
        r = load_error_set(error, 1,
                           "the configuration changed while it was read: reload again when it is "
                           "complete");
    generation_unref(generation);
    return r;
}

int proof_check(const struct epoch *epoch, const struct sources *sources,
                struct policy_error *error)
{
    return check_again(epoch, sources, error);
}
