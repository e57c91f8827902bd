/* edge.h
 * Texts that end where memory ends: who reads a byte more does not get away
 * with it, with or without a sanitizer.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_UNIT_EDGE_H
#define SIPRESP_UNIT_EDGE_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sip/sip_text.h"

/* A copy of at most a page; the next one takes its place. */
static sip_text
at_edge(const void *bytes, size_t length)
{
    static uint8_t *edge;

    if (!edge) {
        const size_t page = (size_t)sysconf(_SC_PAGESIZE);
        uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0) {
            abort();
        }
        edge = pages + page;
    }
    if (length) {
        memcpy(edge - length, bytes, length);
    }
    return (sip_text){ edge - length, length };
}

#endif
