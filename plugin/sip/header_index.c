/* header_index.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/header_index.h"

#include <string.h>

#include "sip/sip_value.h"

/* The longest registered name has far fewer bytes. What is longer is no such name, nor is what of it has room. */
#define NAME_LENGTH_MAX 40

/* RFC 3261 25.1: what a token is made of, in lower case; 0 for all others. */
static const char token_characters[256] = {
    ['!'] = '!', ['%'] = '%', ['\''] = '\'', ['*'] = '*', ['+'] = '+', ['-'] = '-', ['.'] = '.', ['_'] = '_',
    ['`'] = '`', ['~'] = '~', ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4', ['5'] = '5',
    ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9',
    ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd', ['e'] = 'e', ['f'] = 'f', ['g'] = 'g', ['h'] = 'h',
    ['i'] = 'i', ['j'] = 'j', ['k'] = 'k', ['l'] = 'l', ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p',
    ['q'] = 'q', ['r'] = 'r', ['s'] = 's', ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x',
    ['y'] = 'y', ['z'] = 'z',
    ['A'] = 'a', ['B'] = 'b', ['C'] = 'c', ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h',
    ['I'] = 'i', ['J'] = 'j', ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',
    ['Q'] = 'q', ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w', ['X'] = 'x',
    ['Y'] = 'y', ['Z'] = 'z',
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

/* Reads the name, as far as there is room; returns false if it is no token. */
static bool
spell(sip_text name, char spelling[NAME_LENGTH_MAX + 1])
{
    for (size_t i = 0; i < name.length; i++) {
        const char c = token_characters[name.start[i]];
        if (!c) {
            return false;
        }
        spelling[i < NAME_LENGTH_MAX ? i : NAME_LENGTH_MAX] = c;
    }
    spelling[name.length < NAME_LENGTH_MAX ? name.length : NAME_LENGTH_MAX] = '\0';
    return name.length > 0;
}

/* SIP_HEADER_COUNT for a name that no table row has. */
static sip_header_id
header_id_of(const char *spelling)
{
    size_t low = 0;
    size_t high = HEADER_SPELLING_COUNT;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(spelling, header_spellings[middle].spelling);
        if (order == 0) {
            return header_spellings[middle].id;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return SIP_HEADER_COUNT;
}

/* False where none of the headers has a control character, but for those of lines and tabs. */
static bool
may_have_control_character(sip_text headers)
{
#ifdef __SSE2__
    const __m128i last_control = _mm_set1_epi8(0x1f);
    size_t at = 0;

    for (; at + sizeof(__m128i) <= headers.length; at += sizeof(__m128i)) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(headers.start + at));
        const __m128i blank = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')),
                                                        _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'))),
                                           _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\t')));
        const __m128i control = _mm_andnot_si128(blank, _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes));
        if (_mm_movemask_epi8(_mm_or_si128(control, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f))))) {
            return true;
        }
    }
    return has_control_character(sip_text_behind(headers, at));
#else
    (void)headers;
    return true;
#endif
}

void
header_index_build(header_index *index, sip_text headers)
{
    const bool looks_at_values = may_have_control_character(headers);
    char spelling[NAME_LENGTH_MAX + 1];
    size_t position = 0;
    size_t start = 0;
    sip_header header;

    memset(index, 0, sizeof *index);
    index->headers = headers;
    index->readable = true;
    for (; sip_header_next(headers, &position, &header); start = position) {
        if (!spell(header.name, spelling) || (looks_at_values && has_control_character(header.value))) {
            index->readable = false;
            continue;
        }
        sip_header_id id = header_id_of(spelling);
        if (id != SIP_HEADER_COUNT && index->count[id]++ == 0) {
            index->first[id] = start;
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
    uint32_t left = index->count[selector->header];
    size_t position = index->first[selector->header];
    sip_text line_value;

    if (left == 0 || selector->kind == SELECT_HEADER) {
        return left != 0;
    }
    while (left-- > 0 && sip_header_next_of(index->headers, &position, selector->header, &line_value)) {
        sip_parts values = sip_parts_of(line_value, ',');
        sip_text value;
        while (sip_parts_next(&values, &value)) {
            if (value_fits(value, selector) != selector->every_value) {
                return !selector->every_value;
            }
        }
    }
    return selector->every_value;
}
