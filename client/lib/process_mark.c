/* SPDX-License-Identifier: MIT */
#include "client/lib/process_mark.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

/* The kernel rounds this length up to a whole page. */
#define PAGE_BYTES 1
#define MARKED     1

static uint8_t *map_page(void)
{
    int saved = errno;
    uint8_t *page = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                         0);

    if (page != MAP_FAILED && madvise(page, PAGE_BYTES, MADV_WIPEONFORK) == 0)
        return page;
    if (page != MAP_FAILED)
        (void)munmap(page, PAGE_BYTES);
    errno = saved;
    return NULL;
}

void process_mark_set(struct process_mark *mark)
{
    mark->pid = getpid();
    if (!mark->page)
        mark->page = map_page();
    if (mark->page)
        *mark->page = MARKED;
}

void process_mark_clear(struct process_mark *mark)
{
    if (mark->page)
        (void)munmap(mark->page, PAGE_BYTES);
    *mark = (struct process_mark){0};
}

bool process_mark_is_ours(const struct process_mark *mark)
{
    return mark->pid == getpid() && (!mark->page || *mark->page == MARKED);
}
