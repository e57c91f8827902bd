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

#ifdef _WIN32
#include <windows.h>
#else
#include <sys/mman.h>
#include <unistd.h>
#endif

#include "sip/sip_text.h"

/* Where memory ends, with a page before it. */
static uint8_t *
edge_of_memory(void)
{
#ifdef _WIN32
    SYSTEM_INFO system;
    DWORD before;
    GetSystemInfo(&system);
    const size_t page = system.dwPageSize;
    uint8_t *pages = VirtualAlloc(NULL, 2 * page, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    const bool ends = pages && VirtualProtect(pages + page, page, PAGE_NOACCESS, &before);
#else
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const bool ends = pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0;
#endif

    if (!ends) {
        abort();
    }
    return pages + page;
}

/* A copy of at most a page; the next one takes its place. */
static sip_text
at_edge(const void *bytes, size_t length)
{
    static uint8_t *edge;

    if (!edge) {
        edge = edge_of_memory();
    }
    if (length) {
        memcpy(edge - length, bytes, length);
    }
    return (sip_text){ edge - length, length };
}

#endif
