/* SPDX-License-Identifier: MIT */
#include "client/ctl/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/ctl/text.h"

#define RSA_BITS 3072

static int write_all(int fd, const char *data, size_t n)
{
    while (n > 0) {
        ssize_t written = write(fd, data, n);

        if (written < 0 && errno != EINTR)
            return -errno;
        if (written > 0) {
            data += written;
            n -= (size_t)written;
        }
    }
    return fsync(fd) < 0 ? -errno : 0;
}

static int create(const char *path, const char *data, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    int r;

    if (fd < 0) {
        text_complain("%s: %s%s", path, strerror(errno),
                      errno == EEXIST ? ": a key file is never overwritten: choose another name"
                                      : "");
        return -1;
    }
    r = write_all(fd, data, n);
    if (close(fd) < 0 && !r)
        r = -errno;
    if (!r)
        return 0;
    text_complain("%s: cannot be written (%s); the file has been removed", path, strerror(-r));
    (void)unlink(path);
    return -1;
}

static int write_key(const char *path, EVP_PKEY *key)
{
    /* OpenSSL wipes this memory when it is freed. */
    BIO *bio = BIO_new(BIO_s_secmem());
    char *data = NULL;
    long n;
    int r = -1;

    if (bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1 &&
        (n = BIO_get_mem_data(bio, &data)) > 0)
        r = create(path, data, (size_t)n);
    else
        text_complain("%s: no memory for the key", path);
    (void)BIO_free(bio);
    return r;
}

int backup_make(const char *path, bool rsa, struct spki *spki)
{
    EVP_PKEY *key = rsa ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)RSA_BITS)
                        : EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    int r = -1;

    *spki = (struct spki){.source = "backup"};
    if (!key || spki_digest(spki->digest, key))
        text_complain("%s: no key could be generated", path);
    else
        r = write_key(path, key);
    EVP_PKEY_free(key);
    return r;
}
