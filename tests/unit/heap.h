/* heap.h
 * The memory that models of unit tests are kept in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_UNIT_HEAP_H
#define SIPRESP_UNIT_HEAP_H

#include <stdlib.h>

#include "calls/memory.h"

/* How many blocks are held. */
static size_t heap_blocks;

static void *
heap_allocate(void *scope, size_t size)
{
    void *block = malloc(size);
    (void)scope;

    if (!block) {
        abort();
    }
    heap_blocks++;
    return block;
}

static void
heap_release(void *scope, void *block)
{
    (void)scope;
    heap_blocks--;
    free(block);
}

static const calls_memory heap = { heap_allocate, heap_release, NULL };

#endif
