/* SPDX-License-Identifier: MIT */

/*
 * Runs a target without libFuzzer: calls it with each file in the folders that the arguments name,
 * or in its own corpus. Each input is copied into memory of exactly its length, so that a sanitizer
 * notices a read beyond its end.
 */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

#define PREFIX "fuzz-"

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct stat about;
    uint8_t *data = NULL;
    size_t n = 0;
    int r = -1;

    if (file && stat(path, &about) == 0 && S_ISREG(about.st_mode)) {
        n = (size_t)about.st_size;
        data = malloc(n ? n : 1);
    }
    if (data && fread(data, 1, n, file) == n) {
        LLVMFuzzerTestOneInput(data, n);
        r = 0;
    } else {
        fprintf(stderr, "%s: cannot be read\n", path);
    }
    free(data);
    if (file)
        fclose(file);
    return r;
}

static int replay_entry(const char *folder, const char *name)
{
    char path[4096];
    int len = snprintf(path, sizeof(path), "%s/%s", folder, name);

    return len < 0 || (size_t)len >= sizeof(path) ? -1 : replay_file(path);
}

/* Runs the target with each file of a folder. Returns the number of files, or -1. */
static int replay_folder(const char *folder)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, NULL, alphasort);
    int n_files = 0;

    if (n < 0)
        fprintf(stderr, "%s: no folder\n", folder);
    for (int i = 0; i < n; i++) {
        if (entries[i]->d_name[0] != '.' && n_files >= 0)
            n_files = replay_entry(folder, entries[i]->d_name) < 0 ? -1 : n_files + 1;
        free(entries[i]);
    }
    free(entries);
    return n < 0 ? -1 : n_files;
}

static int replay_own(const char *program)
{
    const char *root = getenv("top_srcdir");
    const char *slash = strrchr(program, '/');
    const char *name = strstr(slash ? slash : program, PREFIX);
    char folder[4096];

    snprintf(folder, sizeof(folder), "%s/tests/fuzz/corpus/%s", root ? root : ".",
             name ? name + strlen(PREFIX) : "");
    return replay_folder(folder);
}

int main(int argc, char **argv)
{
    int n = argc > 1 ? 0 : replay_own(argv[0]);

    for (int i = 1; i < argc && n >= 0; i++) {
        int more = replay_folder(argv[i]);

        n = more <= 0 ? -1 : n + more;
    }
    printf("%d inputs\n", n);
    return n > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
