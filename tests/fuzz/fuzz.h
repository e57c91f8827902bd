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

#include "sip/plain_text.h"
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

/* A slow reading of UTF-8: how many characters; none of them may be left out. */
static inline size_t
count_characters(const char *text, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)text;
    size_t count = 0;

    for (size_t at = 0; at < length; count++) {
        uint32_t character = bytes[at++];
        unsigned more = 0;
        must(character < 0x80 || character >= 0xc2);
        if (character >= 0x80) {
            more = character >= 0xf0 ? 3 : character >= 0xe0 ? 2 : 1;
            character &= 0x3fU >> more;
        }
        for (unsigned i = 0; i < more; i++) {
            must(at < length && (bytes[at] & 0xc0) == 0x80);
            character = character << 6 | (bytes[at++] & 0x3f);
        }
        must(more == 0 || character >= (more == 1 ? 0x80U : more == 2 ? 0x800U : 0x10000U));
        must(character <= 0x10ffff && (character < 0xd800 || character > 0xdfff));
        must(!plain_text_leaves_out(character));
    }
    return count;
}

#endif
