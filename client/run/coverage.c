/* SPDX-License-Identifier: MIT */
#include "client/run/coverage.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/*
 * The largest number of interpreters that are followed, one being the script of the next: as many
 * as the kernel follows.
 */
#define SCRIPTS_COUNT 5
/* The bytes of a script's first line that are read; the kernel reads no more either. */
#define SCRIPT_BYTES 256

#if __SIZEOF_POINTER__ == 8
#define OWN_CLASS ELFCLASS64
#else
#define OWN_CLASS ELFCLASS32
#endif

/* A mapped file. Every offset that is read from it is checked before it is used. */
struct image {
    const uint8_t *data;
    size_t len;
};

/*
 * Bytes that occur only in programs that contain a TLS library of their own. The first byte of each
 * is a separate field, so that the bytes do not occur in certname-run itself.
 */
static const struct {
    char first;
    const char *rest;
    const char *what;
} marks[] = {
    {'c', "rypto/x509/x509_vfy.c", "a copy of OpenSSL"},
    {'x', "509_vfy.cc", "BoringSSL"},
    {'/', "rustls-", "the Rust library rustls"},
};

/* TLS libraries that certname-run does not cover; a program that is linked with one is refused. */
static const struct {
    const char *prefix;
    const char *what;
} uncovered[] = {
    {"libnss3.so", "NSS"},        {"libjli.so", "the TLS of Java"}, {"libmbedtls.so", "mbedTLS"},
    {"libwolfssl.so", "wolfSSL"}, {"libbearssl.so", "BearSSL"},     {"libtls.so", "LibreSSL"},
};

/* Functions that a program defines in its symbol table only if it contains a TLS library itself. */
static const char *const carried[] = {"X509_verify_cert", "SSL_CTX_new",
                                      "gnutls_certificate_verify_peers"};

static int refuse(char *reason, size_t size, const char *what)
{
    snprintf(reason, size, "%s", what);
    return 1;
}

/*
 * Returns the address of `len` bytes at an offset; NULL if they are not all in the image, or are
 * not aligned as a struct of ELF must be, which they are in every program that the kernel starts.
 */
static const void *image_at(const struct image *image, uint64_t offset, uint64_t len, size_t align)
{
    if (offset > image->len || len > image->len - offset || offset % align != 0)
        return NULL;
    return image->data + offset;
}

/* Returns the string at an offset; "" if no string that ends within the image begins at it. */
static const char *string_at(const struct image *image, uint64_t offset)
{
    if (offset >= image->len || !memchr(image->data + offset, 0, image->len - offset))
        return "";
    return (const char *)(image->data + offset);
}

/* --- ELF --- */

static const ElfW(Phdr) *
    find_segment(const struct image *image, const ElfW(Ehdr) * header, uint32_t type)
{
    for (unsigned i = 0; i < header->e_phnum; i++) {
        const ElfW(Phdr) *segment = image_at(image,
                                             header->e_phoff + (uint64_t)i * sizeof(*segment),
                                             sizeof(*segment), alignof(ElfW(Phdr)));

        if (!segment)
            return NULL;
        if (segment->p_type == type)
            return segment;
    }
    return NULL;
}

/*
 * Returns the offset in the file of an address in the program's memory; the length of the image if
 * the address is not in the file.
 */
static uint64_t find_offset(const struct image *image, const ElfW(Ehdr) * header, uint64_t address)
{
    for (unsigned i = 0; i < header->e_phnum; i++) {
        const ElfW(Phdr) *segment = image_at(image,
                                             header->e_phoff + (uint64_t)i * sizeof(*segment),
                                             sizeof(*segment), alignof(ElfW(Phdr)));

        if (segment && segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
            address - segment->p_vaddr < segment->p_filesz)
            return segment->p_offset + (address - segment->p_vaddr);
    }
    return image->len;
}

/*
 * Returns whether a segment of notes, a sequence of notes of different length, contains one that
 * Go's linker writes.
 */
static bool has_go_note(const struct image *image, const ElfW(Phdr) * segment)
{
    uint64_t at = 0;

    while (at < segment->p_filesz) {
        const ElfW(Nhdr) *note = image_at(image, segment->p_offset + at, sizeof(*note) + 4,
                                          alignof(ElfW(Nhdr)));

        if (!note)
            return false;
        if (note->n_namesz == 4 && memcmp(note + 1, "Go", 3) == 0)
            return true;
        at += sizeof(*note) + (((uint64_t)note->n_namesz + 3) & ~UINT64_C(3)) +
              (((uint64_t)note->n_descsz + 3) & ~UINT64_C(3));
    }
    return false;
}

static bool is_go(const struct image *image, const ElfW(Ehdr) * header)
{
    for (unsigned i = 0; i < header->e_phnum; i++) {
        const ElfW(Phdr) *segment = image_at(image,
                                             header->e_phoff + (uint64_t)i * sizeof(*segment),
                                             sizeof(*segment), alignof(ElfW(Phdr)));

        if (segment && segment->p_type == PT_NOTE && has_go_note(image, segment))
            return true;
    }
    return false;
}

static const char *find_linked(const struct image *image, const ElfW(Ehdr) * header)
{
    const ElfW(Phdr) *segment = find_segment(image, header, PT_DYNAMIC);
    uint64_t n = segment ? segment->p_filesz / sizeof(ElfW(Dyn)) : 0;
    const ElfW(Dyn) *entries = n ? image_at(image, segment->p_offset, n * sizeof(*entries),
                                            alignof(ElfW(Dyn)))
                                 : NULL;
    uint64_t strings = image->len;

    for (uint64_t i = 0; entries && i < n; i++) {
        if (entries[i].d_tag == DT_STRTAB)
            strings = find_offset(image, header, entries[i].d_un.d_ptr);
    }
    for (uint64_t i = 0; entries && i < n; i++) {
        const char *name = string_at(image, strings + entries[i].d_un.d_val);

        if (entries[i].d_tag != DT_NEEDED)
            continue;
        for (size_t j = 0; j < sizeof(uncovered) / sizeof(uncovered[0]); j++) {
            if (strncmp(name, uncovered[j].prefix, strlen(uncovered[j].prefix)) == 0)
                return uncovered[j].what;
        }
    }
    return NULL;
}

/* Returns whether a section of symbols defines one of the functions in `carried`. */
static bool defines_carried(const struct image *image, const ElfW(Shdr) * symbols,
                            const ElfW(Shdr) * names)
{
    uint64_t n = symbols->sh_size / sizeof(ElfW(Sym));
    const ElfW(Sym) *list = image_at(image, symbols->sh_offset, n * sizeof(*list),
                                     alignof(ElfW(Sym)));

    for (uint64_t i = 0; list && i < n; i++) {
        const char *name;

        if (list[i].st_shndx == SHN_UNDEF)
            continue;
        name = string_at(image, names->sh_offset + list[i].st_name);
        for (size_t j = 0; j < sizeof(carried) / sizeof(carried[0]); j++) {
            if (strcmp(name, carried[j]) == 0)
                return true;
        }
    }
    return false;
}

static bool shows_carried(const struct image *image, const ElfW(Ehdr) * header)
{
    uint64_t n = header->e_shnum;
    const ElfW(Shdr) *sections = image_at(image, header->e_shoff, n * sizeof(*sections),
                                          alignof(ElfW(Shdr)));

    for (uint64_t i = 0; sections && i < n; i++) {
        if (sections[i].sh_type == SHT_DYNSYM && sections[i].sh_link < n &&
            defines_carried(image, &sections[i], &sections[sections[i].sh_link]))
            return true;
    }
    return false;
}

/* Returns whether the image contains the byte `first` directly followed by the string `rest`. */
static bool has_mark(const struct image *image, char first, const char *rest)
{
    const uint8_t *at = image->data, *end = image->data + image->len;
    size_t len = strlen(rest);

    while ((at = memmem(at, (size_t)(end - at), rest, len))) {
        if (at > image->data && at[-1] == (uint8_t)first)
            return true;
        at++;
    }
    return false;
}

static const char *find_mark(const struct image *image)
{
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (has_mark(image, marks[i].first, marks[i].rest))
            return marks[i].what;
    }
    return NULL;
}

static int check_loader(const struct image *image, const ElfW(Ehdr) * header, char *reason,
                        size_t size)
{
    const ElfW(Phdr) *segment = find_segment(image, header, PT_INTERP);
    const char *loader, *name;

    if (!segment)
        return refuse(reason, size,
                      "is linked statically, so that no library can be loaded into it");
    loader = string_at(image, segment->p_offset);
    name = strrchr(loader, '/');
    name = name ? name + 1 : loader;
    if (strncmp(name, "ld-linux", 8) != 0 && strncmp(name, "ld64.so", 7) != 0 &&
        strncmp(name, "ld.so", 5) != 0) {
        snprintf(reason, size, "is loaded by %s, for which this library is not built", loader);
        return 1;
    }
    return 0;
}

static int check_elf(const struct image *image, char *reason, size_t size)
{
    const ElfW(Ehdr) *header = image_at(image, 0, sizeof(*header), alignof(ElfW(Ehdr)));
    const char *what;

    if (!header || header->e_ident[EI_CLASS] != OWN_CLASS)
        return refuse(reason, size,
                      "is a program for another machine, for which this library is not built");
    if (is_go(image, header))
        return refuse(reason, size, "is a Go program, which brings its own TLS");
    if (check_loader(image, header, reason, size))
        return 1;
    what = find_linked(image, header);
    if (what) {
        snprintf(reason, size, "uses %s, which is not covered", what);
        return 1;
    }
    what = shows_carried(image, header) ? "a TLS library" : find_mark(image);
    if (what) {
        snprintf(reason, size, "carries %s within itself, which is not covered", what);
        return 1;
    }
    return 0;
}

/* --- files --- */

/*
 * Returns whether the kernel would start every program in the mode in which ld.so loads no library
 * that is named by its path.
 */
static bool has_two_identities(void)
{
    return getuid() != geteuid() || getgid() != getegid();
}

static bool changes_identity(int fd, const struct stat *file)
{
    return ((file->st_mode & S_ISUID) && file->st_uid != geteuid()) ||
           ((file->st_mode & S_ISGID) && (file->st_mode & S_IXGRP) && file->st_gid != getegid()) ||
           (geteuid() != 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0);
}

/*
 * Writes the path of a script's interpreter to `path`, of PATH_MAX bytes. Returns whether the image
 * is a script.
 */
static bool read_interpreter(const struct image *image, char *path)
{
    char line[SCRIPT_BYTES + 1] = {0};
    char *name, *end;

    if (image->len < 2 || memcmp(image->data, "#!", 2) != 0)
        return false;
    memcpy(line, image->data, image->len < SCRIPT_BYTES ? image->len : SCRIPT_BYTES);
    end = strchr(line, '\n');
    if (end)
        *end = 0;
    name = line + 2 + strspn(line + 2, " \t");
    name[strcspn(name, " \t")] = 0;
    snprintf(path, PATH_MAX, "%s", name);
    return name[0] != 0;
}

static int check_depth(int fd, char *reason, size_t size, int depth);

static int check_script(const struct image *image, char *reason, size_t size, int depth)
{
    char interpreter[PATH_MAX], why[COVERAGE_REASON_BYTES];
    int fd, r;

    if (!read_interpreter(image, interpreter) || depth == SCRIPTS_COUNT)
        return refuse(reason, size, "is neither an ELF program nor a script with an interpreter");
    fd = open(interpreter, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT
                   ? 0
                   : refuse(reason, size, "is a script whose interpreter cannot be read");
    r = check_depth(fd, why, sizeof(why), depth + 1);
    close(fd);
    if (r)
        snprintf(reason, size, "is a script, and its interpreter %.200s %.280s", interpreter, why);
    return r;
}

static int check_depth(int fd, char *reason, size_t size, int depth)
{
    struct image image;
    struct stat file;
    void *memory;
    int r;

    if (fstat(fd, &file))
        return refuse(reason, size, "cannot be examined");
    if (!S_ISREG(file.st_mode) || file.st_size == 0)
        return 0;
    if (has_two_identities())
        return refuse(reason, size,
                      "would start while the effective user or group differs from the real one, so "
                      "that no library is loaded into it");
    if (changes_identity(fd, &file))
        return refuse(
            reason, size,
            "is set-user-ID, set-group-ID or has capabilities, so that no library is loaded "
            "into it");
    memory = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (memory == MAP_FAILED)
        return refuse(reason, size, "cannot be examined");
    image = (struct image){memory, (size_t)file.st_size};
    r = image.len >= SELFMAG && memcmp(image.data, ELFMAG, SELFMAG) == 0
            ? check_elf(&image, reason, size)
            : check_script(&image, reason, size, depth);
    munmap(memory, image.len);
    return r;
}

int coverage_check_fd(int fd, char *reason, size_t size)
{
    return check_depth(fd, reason, size, 0);
}

/* Returns whether starting a program fails, for the same reason for which opening it failed. */
static bool cannot_start(const char *path, int error)
{
    return error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG ||
           (error == EACCES && access(path, X_OK) != 0);
}

int coverage_check(const char *path, char *reason, size_t size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC), r;

    if (fd < 0)
        return cannot_start(path, errno)
                   ? 0
                   : refuse(reason, size, "cannot be read, and so not be examined");
    r = coverage_check_fd(fd, reason, size);
    close(fd);
    return r;
}

const char *coverage_hidden(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    const char *what = NULL;
    struct stat file;
    void *memory = MAP_FAILED;

    if (fd < 0)
        return NULL;
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && file.st_size > 0)
        memory = mmap(NULL, (size_t)file.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (memory != MAP_FAILED) {
        what = find_mark(&(struct image){memory, (size_t)file.st_size});
        munmap(memory, (size_t)file.st_size);
    }
    close(fd);
    return what;
}

bool coverage_is_library(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ElfW(Ehdr) header;
    struct stat file;
    bool is_whole;

    if (fd < 0)
        return false;
    is_whole = fstat(fd, &file) == 0 &&
               pread(fd, &header, sizeof(header), 0) == (ssize_t)sizeof(header) &&
               memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
               header.e_ident[EI_CLASS] == OWN_CLASS && header.e_type == ET_DYN &&
               header.e_shoff <= (uint64_t)file.st_size &&
               (uint64_t)header.e_shnum * header.e_shentsize <=
                   (uint64_t)file.st_size - header.e_shoff;
    close(fd);
    return is_whole;
}
