/* marks.h
 * Finds a few characters in many bytes: a bit for each byte that is one of them,
 * that of the first byte the lowest. SIP is read from one such character to the
 * next, and most bytes are none.
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_MARKS_H
#define SIPRESP_MARKS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Always inline, so that constant characters stay in registers. */
#ifdef __GNUC__
#define ALWAYS_INLINE __attribute__((always_inline)) static inline
#define SELDOM(condition) __builtin_expect((condition), false)
#else
#define ALWAYS_INLINE static inline
#define SELDOM(condition) (condition)
#endif

/* As many bytes as one call of marks_in() takes at most. */
#define MARKS_MOST 64

#ifdef __SSE2__
#define MARKS_AT_ONCE 16

ALWAYS_INLINE uint32_t
marks_among(const uint8_t *bytes, char a, char b, char c, char d)
{
    const __m128i sixteen = _mm_loadu_si128((const __m128i *)(const void *)bytes);
    const __m128i one = _mm_or_si128(_mm_cmpeq_epi8(sixteen, _mm_set1_epi8(a)),
                                     _mm_cmpeq_epi8(sixteen, _mm_set1_epi8(b)));
    const __m128i other = _mm_or_si128(_mm_cmpeq_epi8(sixteen, _mm_set1_epi8(c)),
                                       _mm_cmpeq_epi8(sixteen, _mm_set1_epi8(d)));

    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(one, other));
}

ALWAYS_INLINE uint64_t
marks_in_32(const uint8_t *bytes, char a, char b, char c, char d)
{
    return marks_among(bytes, a, b, c, d) | marks_among(bytes + 16, a, b, c, d) << 16;
}
#else
#define MARKS_AT_ONCE 8

/* The top bit of each byte that c is. The sum stays within its byte, so that none is taken for another. */
ALWAYS_INLINE uint64_t
marks_of_character(uint64_t eight, char c)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t low = ones * 0x7f;
    const uint64_t differs = eight ^ (ones * (uint8_t)c);

    return ~(((differs & low) + low) | differs | low);
}

ALWAYS_INLINE uint32_t
marks_among(const uint8_t *bytes, char a, char b, char c, char d)
{
    uint64_t eight = 0;

    for (unsigned i = 0; i < sizeof eight; i++) {
        eight |= (uint64_t)bytes[i] << (8 * i);
    }
    const uint64_t tops = marks_of_character(eight, a) | marks_of_character(eight, b) |
                          marks_of_character(eight, c) | marks_of_character(eight, d);
    /* The product brings bit 8 i to 56 + i, and nothing else up there. */
    return (uint32_t)((tops >> 7) * UINT64_C(0x0102040810204080) >> 56);
}

ALWAYS_INLINE uint64_t
marks_in_32(const uint8_t *bytes, char a, char b, char c, char d)
{
    return marks_among(bytes, a, b, c, d) | marks_among(bytes + 8, a, b, c, d) << 8 |
           marks_among(bytes + 16, a, b, c, d) << 16 | marks_among(bytes + 24, a, b, c, d) << 24;
}
#endif

/* Of at most MARKS_MOST bytes, none of which is looked at behind the last. */
ALWAYS_INLINE uint64_t
marks_in(const uint8_t *bytes, size_t length, char a, char b, char c, char d)
{
    uint64_t marks = 0;
    size_t at = 0;

    if (length == MARKS_MOST) {
        return marks_in_32(bytes, a, b, c, d) | marks_in_32(bytes + MARKS_MOST / 2, a, b, c, d) << MARKS_MOST / 2;
    }
    for (; at + MARKS_AT_ONCE <= length; at += MARKS_AT_ONCE) {
        marks |= (uint64_t)marks_among(bytes + at, a, b, c, d) << at;
    }
    if (at < length && length >= MARKS_AT_ONCE) {
        at = length - MARKS_AT_ONCE;
        return marks | (uint64_t)marks_among(bytes + at, a, b, c, d) << at;
    }
    for (; at < length; at++) {
        const char byte = (char)bytes[at];
        marks |= (uint64_t)(byte == a || byte == b || byte == c || byte == d) << at;
    }
    return marks;
}

#endif
