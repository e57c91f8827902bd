/* header_index.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/header_index.h"

#include <string.h>

#include "sip/sip_lines.h"
#include "sip/sip_value.h"

/* RFC 3261 25.1: what a token is made of. */
static const bool is_token_character[256] = {
    ['!'] = true, ['%'] = true, ['\''] = true, ['*'] = true, ['+'] = true, ['-'] = true, ['.'] = true, ['_'] = true,
    ['`'] = true, ['~'] = true, ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true,
    ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
    ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true, ['g'] = true, ['h'] = true,
    ['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true, ['o'] = true, ['p'] = true,
    ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true, ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true,
    ['y'] = true, ['z'] = true, ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true, ['E'] = true, ['F'] = true,
    ['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true, ['K'] = true, ['L'] = true, ['M'] = true, ['N'] = true,
    ['O'] = true, ['P'] = true, ['Q'] = true, ['R'] = true, ['S'] = true, ['T'] = true, ['U'] = true, ['V'] = true,
    ['W'] = true, ['X'] = true, ['Y'] = true, ['Z'] = true,
};

static bool
has_control_character(sip_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        uint8_t c = text.start[i];
        if ((c < ' ' && c != '\t' && c != '\r' && c != '\n') || c == 0x7f) {
            return true;
        }
    }
    return false;
}

/* RFC 3261 25.1 */
static bool
is_token(sip_text name)
{
    for (size_t i = 0; i < name.length; i++) {
        if (!is_token_character[name.start[i]]) {
            return false;
        }
    }
    return name.length > 0;
}

/* The rows of header_spellings by first letter and length, which tell nearly every name from all others: the last
 * five bits of each. The first such row, and behind each row the next; 0 is none, and n row n - 1. */
#define LETTERS 32
#define LENGTHS 32
typedef struct {
    bool ready;
    uint8_t first[LETTERS][LENGTHS];
    uint8_t next[HEADER_SPELLING_COUNT];
} spellings_by_letter;

static const spellings_by_letter *
spellings(void)
{
    static spellings_by_letter by_letter;

    if (by_letter.ready) {
        return &by_letter;
    }
    for (uint8_t i = 0; i < HEADER_SPELLING_COUNT; i++) {
        const char *spelling = header_spellings[i].spelling;
        uint8_t *first = &by_letter.first[(uint8_t)spelling[0] % LETTERS][strlen(spelling) % LENGTHS];
        by_letter.next[i] = *first;
        *first = (uint8_t)(i + 1);
    }
    by_letter.ready = true;
    return &by_letter;
}

/* SIP_HEADER_COUNT for a name that no table row has. A name is compared as the tables write it: nearly everybody does. */
static sip_header_id
header_id_of(const spellings_by_letter *by_letter, sip_text name)
{
    const uint8_t letter = name.length ? name.start[0] : 0;

    for (size_t row = by_letter->first[letter % LETTERS][name.length % LENGTHS]; row; row = by_letter->next[row - 1]) {
        const sip_header_id id = header_spellings[row - 1].id;
        if (name.length == 1 ? sip_lower(letter) == (uint8_t)header_names[id].compact :
            name.length == header_names[id].length &&
            sip_bytes_equal_nocase(name.start, header_names[id].name, name.length)) {
            return id;
        }
    }
    return SIP_HEADER_COUNT;
}

/* False where none of the headers has a control character, but for those of lines. Others may not either: all but ASCII
 * is looked at once more. */
static bool
may_have_control_character(sip_text headers)
{
#ifdef __SSE2__
    const __m128i first_visible = _mm_set1_epi8(' ' + 1);
    __m128i doubtful = _mm_setzero_si128();
    size_t at = 0;

    for (; at + sizeof(__m128i) <= headers.length; at += sizeof(__m128i)) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(headers.start + at));
        const __m128i line_end = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')),
                                              _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')));
        /* One more than DEL is below 0. */
        const __m128i low = _mm_cmpgt_epi8(first_visible, _mm_add_epi8(bytes, _mm_set1_epi8(1)));
        doubtful = _mm_or_si128(doubtful, _mm_andnot_si128(line_end, low));
    }
    return _mm_movemask_epi8(doubtful) || has_control_character(sip_text_behind(headers, at));
#else
    (void)headers;
    return true;
#endif
}

void
header_index_build(header_index *index, sip_text headers)
{
    const spellings_by_letter *by_letter = spellings();
    const bool looks_at_values = may_have_control_character(headers);
    sip_lines lines = sip_lines_from(headers, 0);
    sip_text line;

    index->headers = headers;
    index->present = 0;
    index->readable = true;
    while (sip_lines_next(&lines, &line)) {
        sip_text name = { NULL, 0 };
        sip_text value = line;
        const sip_header_id id = sip_line_split(line, &name, &value) ? header_id_of(by_letter, name) : SIP_HEADER_COUNT;
        if ((id == SIP_HEADER_COUNT && !is_token(name)) || (looks_at_values && has_control_character(line))) {
            index->readable = false;
        } else if (id != SIP_HEADER_COUNT && header_index_count(index, id)) {
            index->count[id]++;
        } else if (id != SIP_HEADER_COUNT) {
            index->first[id] = value;
            index->count[id] = 1;
            index->present |= UINT64_C(1) << id;
        }
    }
}

static bool
value_has_parameter(sip_text value, const header_selector *selector)
{
    sip_text found;

    return sip_value_parameter(value, selector->name, &found) &&
           (!selector->value || sip_text_equals_nocase(found, selector->value));
}

/* RFC 3261 25.1: a challenge is a scheme, white space, and what belongs to it. */
static bool
value_has_scheme(sip_text value, const header_selector *selector)
{
    sip_text scheme = value;

    for (size_t i = 0; i < value.length; i++) {
        if (value.start[i] == ' ' || value.start[i] == '\t') {
            scheme.length = i;
            break;
        }
    }
    return sip_text_equals_nocase(scheme, selector->name);
}

static bool
value_fits(sip_text value, const header_selector *selector)
{
    switch (selector->kind) {
    case SELECT_TOKEN:
        return sip_text_equals_nocase(value, selector->name);
    case SELECT_SCHEME:
        return value_has_scheme(value, selector);
    case SELECT_HEADER:
    case SELECT_PARAMETER:
        break;
    }
    return value_has_parameter(value, selector);
}

bool
header_index_has(const header_index *index, const header_selector *selector)
{
    uint32_t left = header_index_count(index, selector->header);

    if (left == 0 || selector->kind == SELECT_HEADER) {
        return left != 0;
    }
    sip_text line_value = sip_text_trim(index->first[selector->header]);
    size_t position = (size_t)(line_value.start + line_value.length - index->headers.start);
    do {
        sip_parts values = sip_parts_of(line_value, ',');
        sip_text value;
        while (sip_parts_next(&values, &value)) {
            if (value_fits(value, selector) != selector->every_value) {
                return !selector->every_value;
            }
        }
    } while (--left > 0 && sip_header_next_of(index->headers, &position, selector->header, &line_value));
    return selector->every_value;
}
