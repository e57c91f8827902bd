/* plain_text.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/plain_text.h"

#define REPLACEMENT 0xfffdU
#define ELLIPSIS 0x2026U

typedef struct {
    uint32_t first;
    uint32_t last;
} character_range;

/* A terminal takes U+009B for the beginning of a command. */
static const character_range left_out[] = {
    { 0x0000, 0x001f }, { 0x007f, 0x009f }, { 0x061c, 0x061c }, { 0x200e, 0x200f }, { 0x2028, 0x202e },
    { 0x2066, 0x2069 }, { 0xfffe, 0xffff },
};

bool
plain_text_leaves_out(uint32_t character)
{
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++) {
        if (character >= left_out[i].first && character <= left_out[i].last) {
            return true;
        }
    }
    return false;
}

/* How many bytes the character that begins with this one has; 0 if none does (RFC 3629 4). */
static size_t
bytes_after(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/* Takes the character at *at, or one byte that belongs to none. */
static uint32_t
take_character(sip_text text, size_t *at)
{
    static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    const uint8_t first = text.start[*at];
    const size_t length = bytes_after(first);
    uint32_t character = length > 1 ? first & (0x7fU >> length) : first;

    if (length == 0 || length > text.length - *at) {
        (*at)++;
        return REPLACEMENT;
    }
    for (size_t i = 1; i < length; i++) {
        const uint8_t next = text.start[*at + i];
        if ((next & 0xc0) != 0x80) {
            (*at)++;
            return REPLACEMENT;
        }
        character = character << 6 | (next & 0x3fU);
    }
    const bool valid = character >= least[length] && character <= 0x10ffff &&
                       (character < 0xd800 || character > 0xdfff);
    *at += valid ? length : 1;
    return valid && !plain_text_leaves_out(character) ? character : REPLACEMENT;
}

static size_t
put_character(char *place, uint32_t character)
{
    if (character < 0x80) {
        place[0] = (char)character;
        return 1;
    }
    const size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; character >>= 6) {
        place[i] = (char)(uint8_t)(0x80 | (character & 0x3f));
    }
    place[0] = (char)(uint8_t)((0xf00U >> length & 0xff) | character);
    return length;
}

static size_t
fill(sip_text text, bool escaped, char *buffer)
{
    const sip_text all = sip_text_trim(text);
    size_t length = 0;
    size_t before_last = 0;
    size_t at = 0;

    for (unsigned characters = 0; at < all.length; characters++) {
        if (characters == PLAIN_TEXT_MAX) {
            length = before_last + put_character(buffer + before_last, ELLIPSIS);
            break;
        }
        before_last = length;
        if (sip_is_space(all.start[at])) {
            while (at < all.length && sip_is_space(all.start[at])) {
                at++;
            }
            buffer[length++] = ' ';
            continue;
        }
        at += escaped && all.start[at] == '\\' && at + 1 < all.length ? 1 : 0;
        length += put_character(buffer + length, take_character(all, &at));
    }
    buffer[length] = '\0';
    return length;
}

size_t
plain_text(sip_text text, char buffer[PLAIN_TEXT_SIZE])
{
    return fill(text, false, buffer);
}

size_t
plain_text_unescaped(sip_text text, char buffer[PLAIN_TEXT_SIZE])
{
    return fill(text, true, buffer);
}
