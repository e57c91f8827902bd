/* fuzz.h
 * What the fuzz targets share. A target is given any bytes and aborts where
 * what comes out of a room cannot be right; the sanitizers see to the rest.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_FUZZ_H
#define SIPRESP_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "sip/sip_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Holds in every build, unlike assert(). */
#define must(condition) do { \
        if (!(condition)) { \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            abort(); \
        } \
    } while (0)

/* An absent text lies everywhere. */
static inline bool
lies_inside(sip_text part, sip_text whole)
{
    if (!part.start) {
        return part.length == 0;
    }
    return part.start >= whole.start && part.length <= whole.length &&
           (size_t)(part.start - whole.start) <= whole.length - part.length;
}

/* The same stretch of the same bytes. */
static inline bool
same_place(sip_text a, sip_text b)
{
    return a.start == b.start && a.length == b.length;
}

#endif
