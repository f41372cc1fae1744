/* SPDX-License-Identifier: MIT */
#include "client/lib/owner.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* Any length within a page is a page. */
#define PAGE_BYTES 1
#define CLAIMED    1

static uint8_t *map_page(void)
{
    int saved = errno;
    uint8_t *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                         0);

    if (page != MAP_FAILED && madvise(page, PAGE_BYTES, MADV_WIPEONFORK) == 0) {
        *page = CLAIMED;
        return page;
    }
    if (page != MAP_FAILED)
        (void)munmap(page, PAGE_BYTES);
    errno = saved;
    return NULL;
}

void owner_claim(struct owner *owner)
{
    owner_release(owner);
    *owner = (struct owner){.pid = getpid(), .page = map_page()};
}

void owner_release(struct owner *owner)
{
    if (owner->page)
        (void)munmap(owner->page, PAGE_BYTES);
    *owner = OWNER_NULL;
}

bool owner_is_us(const struct owner *owner)
{
    return owner->pid == getpid() && (!owner->page || *owner->page == CLAIMED);
}
