/* SPDX-License-Identifier: MIT */
#include "daemon/supervisor/fresh_verifier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "base/fd.h"
#include "base/log.h"
#include "daemon/ipc/settings.h"
#include "daemon/limits.h"
#include "daemon/os/sandbox.h"
#include "daemon/supervisor/spawn.h"
#include "daemon/verifier/hook.h"

int fresh_verifier_pack(const struct epoch *epoch, int *fdp)
{
    struct packed_writer writer = {0};
    int r = 0;

    epoch_pack(epoch, &writer);
    if (writer.failed)
        r = -ENOMEM;
    else if (writer.len > LIMIT_PACKED_EPOCH_BYTES)
        r = -EFBIG;
    if (!r)
        r = settings_seal_text((const char *)writer.data, writer.len, fdp);
    packed_writer_deinit(&writer);
    return r;
}

/* --- in the process --- */

bool fresh_verifier_is_wanted(int argc, char *const *argv)
{
    return argc == SPAWN_FRESH_ARGC && strcmp(argv[1], SPAWN_FRESH_ARGUMENT) == 0;
}

/*
 * Reads the epoch from the memory file, which is not needed afterwards. Returns 0 and *epochp; or
 * another value and *error.
 */
static int unpack(struct epoch **epochp, struct epoch_number number, struct policy_error *error)
{
    struct bytes packed = {0};
    struct stat status;
    void *data;
    int r;

    if (fstat(SPAWN_FRESH_EPOCH_FD, &status) < 0)
        return load_error_set(error, -errno, "there is no epoch to take over: %s", strerror(errno));
    if (status.st_size <= 0 || status.st_size > LIMIT_PACKED_EPOCH_BYTES)
        return load_error_set(error, -EBADMSG, "there is no epoch to take over");
    packed.len = (size_t)status.st_size;
    data = mmap(NULL, packed.len, PROT_READ, MAP_PRIVATE, SPAWN_FRESH_EPOCH_FD, 0);
    if (data == MAP_FAILED)
        return load_error_set(error, -errno, "cannot take over the epoch: %s", strerror(errno));
    packed.data = data;
    r = epoch_unpack(epochp, packed, number, error);
    munmap(data, packed.len);
    fd_close(SPAWN_FRESH_EPOCH_FD);
    return r;
}

int fresh_verifier_run(char *const *argv)
{
    const struct epoch_number number = {
        .generation = strtoull(argv[2], NULL, 10),
        .epoch = strtoull(argv[3], NULL, 10),
    };
    struct policy_error error = {0};
    struct sandbox_filter filter = {0};
    struct epoch *epoch = NULL;
    int r = sandbox_enter_common();

    hook_setup();
    if (!r)
        r = sandbox_take_filter(&filter, SPAWN_FRESH_FILTER_FD);
    if (filter.code)
        fd_close(filter.fd);
    if (r)
        load_error_set(&error, r, "%s", strerror(-r));
    else
        r = unpack(&epoch, number, &error);
    if (r) {
        log_error("verifier: cannot take over its epoch: %s", error.message);
        return EXIT_FAILURE;
    }
    spawn_serve(epoch, &filter);
}
