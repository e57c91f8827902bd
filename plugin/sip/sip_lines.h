/* sip_lines.h
 * Goes through header lines, one after the other, with what is folded onto them.
 *
 * Pure: no Wireshark type and no allocation. Lines point into the text.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_LINES_H
#define SIPRESP_SIP_LINES_H

#include "sip/sip_text.h"

#define SIP_CRLF "\r\n"
#define SIP_CRLF_LENGTH (sizeof SIP_CRLF - 1)

/* Always inline, so that its members stay in registers. */
typedef struct {
    const uint8_t *next;    /* where the next line begins */
    const uint8_t *end;     /* of the text */
    const uint8_t *block;   /* where the bytes begin whose line ends are known */
    const uint8_t *known;   /* and where they end */
    uint64_t ends;          /* of lines, in them and not behind us */
} sip_lines;

ALWAYS_INLINE sip_lines
sip_lines_from(sip_text text, size_t position)
{
    const sip_text rest = sip_text_behind(text, position);

    return (sip_lines){ rest.start, rest.length ? rest.start + rest.length : rest.start, rest.start, rest.start, 0 };
}

/* Where the next line ends; NULL if no line end is left. */
ALWAYS_INLINE const uint8_t *
sip_lines_end(sip_lines *lines)
{
    while (!lines->ends) {
        const size_t left = (size_t)(lines->end - lines->known);
        if (!left) {
            return NULL;
        }
        const size_t length = left < MARKS_MOST ? left : MARKS_MOST;
        lines->block = lines->known;
        lines->ends = sip_line_ends(lines->block, length);
        lines->known = lines->block + length;
        /* The line feed of a CRLF may be the first byte of the next block. */
        if (lines->next > lines->block) {
            lines->ends &= ~UINT64_C(1);
        }
    }
    const uint8_t *const end = lines->block + __builtin_ctzll(lines->ends);
    lines->ends &= lines->ends - 1;
    return end;
}

/* Goes behind a line end (CRLF, LF or a lone CR, as Wireshark reads lines). */
ALWAYS_INLINE void
sip_lines_pass(sip_lines *lines, const uint8_t *end)
{
    lines->next = end + 1;
    if (*end == '\r' && lines->next < lines->end && *lines->next == '\n') {
        lines->next++;
        lines->ends &= lines->ends - 1;
    }
}

/* Does the next line belong to the one that was just passed? */
ALWAYS_INLINE bool
sip_lines_fold(const sip_lines *lines)
{
    return lines->next < lines->end && *lines->next <= ' ' && sip_is_blank(*lines->next);
}

/* As nearly all do: with CRLF, and the next one begins with a character that shows. */
ALWAYS_INLINE bool
sip_lines_end_plainly(const sip_lines *lines, const uint8_t *end)
{
    return lines->end - end > (ptrdiff_t)SIP_CRLF_LENGTH && sip_load_two(end) == sip_load_two(SIP_CRLF) &&
           end[SIP_CRLF_LENGTH] > ' ';
}

/* Takes the next line, without its end but with the lines folded onto it (RFC 3261 7.3.1). Returns false where none is
 * left whose end is there: the captured bytes may stop in the midst of one. */
ALWAYS_INLINE bool
sip_lines_next(sip_lines *lines, sip_text *line)
{
    const uint8_t *const start = lines->next;
    const uint8_t *end = sip_lines_end(lines);

    if (!end) {
        return false;
    }
    if (sip_lines_end_plainly(lines, end)) {
        lines->next = end + SIP_CRLF_LENGTH;
        lines->ends &= lines->ends - 1;
        *line = (sip_text){ start, (size_t)(end - start) };
        return true;
    }
    sip_lines_pass(lines, end);
    if (end > start && SELDOM(sip_lines_fold(lines))) {
        do {
            end = sip_lines_end(lines);
            if (!end) {
                return false;
            }
            sip_lines_pass(lines, end);
        } while (sip_lines_fold(lines));
    }
    *line = (sip_text){ start, (size_t)(end - start) };
    return true;
}

/* Takes a line apart at its colon: the name without outer white space, and all behind it. Returns false where there is no
 * colon, or the line begins with a blank: the first line alone can, folded onto a start line that must not be folded
 * (RFC 3261 7.3.1). */
ALWAYS_INLINE bool
sip_line_split(sip_text line, sip_text *name, sip_text *value)
{
    const uint8_t *const colon = line.length ? memchr(line.start, ':', line.length) : NULL;

    if (!colon || sip_is_blank(line.start[0])) {
        return false;
    }
    const size_t length = (size_t)(colon - line.start);
    *name = sip_text_trim((sip_text){ line.start, length });
    *value = (sip_text){ colon + 1, line.length - length - 1 };
    return true;
}

#endif
