/* SPDX-License-Identifier: MIT */
#include "daemon/x509/path/constraints.h"

#include <errno.h>

#include <openssl/x509_vfy.h>

#include "base/error.h"
#include "daemon/x509/path/name_check.h"

static const struct {
    const char *code;
    int verify_code;
    const char *sentence;
} findings[] = {
    [NAME_FINDING_MALFORMED] = {"name-malformed", X509_V_ERR_UNSUPPORTED_NAME_SYNTAX,
                                "cannot be held against the constraints of"},
    [NAME_FINDING_EXCLUDED] = {"name-excluded", X509_V_ERR_EXCLUDED_VIOLATION, "is excluded by"},
    [NAME_FINDING_NOT_PERMITTED] = {"name-not-permitted", X509_V_ERR_PERMITTED_VIOLATION,
                                    "is not among those permitted by"},
    [NAME_FINDING_UNSUPPORTED] = {"name-constraints-unsupported",
                                  X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE,
                                  "is constrained in a way that is not understood by"},
    [NAME_FINDING_BUDGET] = {"name-constraints-budget", X509_V_ERR_APPLICATION_VERIFICATION,
                             "is one too many to compare with the constraints of"},
};

/* The state while the names of one path are compared with constraints. */
struct walk {
    const struct facts *const *path;
    const struct constraints_options *options;
    struct fault_list *faults;
    size_t budget;
};

/*
 * Compares the names of all certificates below `depth` with the subtrees of the certificate at
 * `depth`.
 */
static int check_below(struct walk *walk, const struct subtrees *subtrees, size_t depth,
                       const char *whose)
{
    for (size_t i = depth; i-- > 0;) {
        struct name_check check = {
            .subtrees = subtrees,
            .facts = walk->path[i],
            .common_name = i == 0 && walk->options->common_name,
            .is_end_entity = i == 0,
            .budgetp = &walk->budget,
        };
        int r;

        if (i > 0 && walk->path[i]->self_issued)
            continue;
        r = name_check_run(&check);
        if (r < 0)
            return r;
        if (r != NAME_FINDING_NONE)
            fault_add(walk->faults, findings[r].code, findings[r].verify_code, (unsigned)i,
                      "the name '%s' %s %s at depth %zu", check.shown, findings[r].sentence, whose,
                      depth);
        if (r == NAME_FINDING_BUDGET)
            return 0;
    }
    return 0;
}

static void add_subtrees_fault(struct walk *walk, int r, size_t depth, const char *whose)
{
    if (r == SUBTREES_DISTANCE)
        fault_add(walk->faults, "name-constraints-distance", X509_V_ERR_SUBTREE_MINMAX,
                  (unsigned)depth, "the name constraints of %s have a minimum or a maximum", whose);
    else
        fault_add(walk->faults, "name-constraints-invalid",
                  X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, (unsigned)depth,
                  "the name constraints of %s hold one that is not written as RFC 5280 demands",
                  whose);
}

static int check_subtrees(struct walk *walk, const NAME_CONSTRAINTS *constraints, size_t depth)
{
    const char *whose = constraints ? "the CA" : "the trust store on the anchor";
    struct subtrees subtrees = {0};
    int r = constraints ? subtrees_read(&subtrees, constraints, walk->options->leading_dot)
                        : subtrees_impose(&subtrees, walk->options);

    if (r > 0) {
        add_subtrees_fault(walk, r, depth, whose);
        r = 0;
    } else if (!r) {
        r = check_below(walk, &subtrees, depth, whose);
    }
    subtrees_deinit(&subtrees);
    return r;
}

/*
 * Returns 0 for a path that can be checked; 1 and adds a fault for one that is too short; or
 * -EINVAL.
 */
static int check_path(const struct walk *walk, size_t n)
{
    if (!walk->path || !walk->options || !walk->faults)
        return error_origin(-EINVAL);
    for (size_t i = 0; i < n; i++)
        if (!walk->path[i])
            return error_origin(-EINVAL);
    if (n > 1 || (n == 1 && walk->options->is_direct))
        return 0;
    fault_add(walk->faults, "path-too-short", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0,
              "a path has an end entity and an anchor");
    return 1;
}

static int check_section(struct walk *walk, size_t n)
{
    const struct constraints_options *options = walk->options;

    if (!options->n_permitted_dns && !options->n_excluded_dns && !options->n_permitted_ip &&
        !options->n_excluded_ip)
        return 0;
    return check_subtrees(walk, NULL, n > 1 ? n - 1 : 1);
}

int constraints_check(const struct facts *const *path, size_t n,
                      const struct constraints_options *options, struct fault_list *faults)
{
    struct walk walk = {.path = path, .options = options, .faults = faults};
    int r = check_path(&walk, n);

    if (r)
        return r < 0 ? r : 0;
    walk.budget = options->budget;
    r = check_section(&walk, n);
    for (size_t i = n; i-- > 1 && !r;)
        if (path[i]->constraints)
            r = check_subtrees(&walk, path[i]->constraints, i);
    return r;
}

int constraints_check_section(const struct facts *const *path, size_t n,
                              const struct constraints_options *options, struct fault_list *faults)
{
    struct walk walk = {.path = path, .options = options, .faults = faults};
    int r = check_path(&walk, n);

    if (r)
        return r < 0 ? r : 0;
    walk.budget = options->budget;
    return check_section(&walk, n);
}
