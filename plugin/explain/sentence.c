/* sentence.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "explain/sentence.h"

#include <stdio.h>

#include "sip/plain_text.h"

#define ELLIPSIS "..."
#define ELLIPSIS_LENGTH (sizeof ELLIPSIS - 1)
#define MS INT64_C(1000000)
#define SECOND (1000 * MS)
#define IPV6_GROUPS 8

void
sentence_start(sentence *s)
{
    s->text[0] = '\0';
    s->length = 0;
    s->cut = false;
}

/* Is this byte one in the middle of a character? */
static bool
is_continuation(char byte)
{
    return ((uint8_t)byte & 0xc0) == 0x80;
}

static void
add_bytes(sentence *s, const char *bytes, size_t length)
{
    const size_t room = SENTENCE_SIZE - 1 - ELLIPSIS_LENGTH - s->length;

    if (s->cut) {
        return;
    }
    s->cut = length > room;
    if (s->cut) {
        for (length = room; length > 0 && is_continuation(bytes[length]); length--) {
        }
    }
    memcpy(s->text + s->length, bytes, length);
    s->length += length;
    if (s->cut) {
        memcpy(s->text + s->length, ELLIPSIS, ELLIPSIS_LENGTH);
        s->length += ELLIPSIS_LENGTH;
    }
    s->text[s->length] = '\0';
}

void
sentence_add(sentence *s, const char *words)
{
    add_bytes(s, words, strlen(words));
}

void
sentence_add_sent(sentence *s, sip_text sent, size_t most)
{
    char buffer[PLAIN_TEXT_SIZE];
    const size_t length = plain_text_unescaped(sent, buffer);

    size_t kept = length < most ? length : most;

    while (kept < length && kept > 0 && is_continuation(buffer[kept])) {
        kept--;
    }
    add_bytes(s, buffer, kept);
    if (kept < length) {
        sentence_add(s, ELLIPSIS);
    }
}

void
sentence_add_number(sentence *s, uint32_t number)
{
    char digits[16];

    (void)snprintf(digits, sizeof digits, "%u", number);
    sentence_add(s, digits);
}

void
sentence_add_time(sentence *s, int64_t time)
{
    char text[48];
    const int64_t hundredths = (time < 0 ? 0 : time) / (10 * MS);
    const int64_t seconds = hundredths / 100;

    if (seconds >= 120) {
        (void)snprintf(text, sizeof text, "%lld min %lld s", (long long)(seconds / 60), (long long)(seconds % 60));
    } else if (seconds >= 10) {
        (void)snprintf(text, sizeof text, "%lld.%lld s", (long long)seconds, (long long)(hundredths % 100 / 10));
    } else if (hundredths > 0) {
        (void)snprintf(text, sizeof text, "%lld.%02lld s", (long long)seconds, (long long)(hundredths % 100));
    } else {
        (void)snprintf(text, sizeof text, "%lld ms", (long long)((time < 0 ? 0 : time) / MS));
    }
    sentence_add(s, text);
}

static unsigned
group_at(const uint8_t *bytes, size_t group)
{
    return (unsigned)bytes[group * 2] << 8 | bytes[group * 2 + 1];
}

/* The longest run of zeros, of two groups at least, is left out (RFC 5952 4.2). */
static void
find_zeros(const uint8_t *bytes, unsigned *first, unsigned *count)
{
    *count = 1;
    *first = IPV6_GROUPS;
    for (unsigned group = 0; group < IPV6_GROUPS; group++) {
        unsigned zeros = 0;
        while (group + zeros < IPV6_GROUPS && group_at(bytes, group + zeros) == 0) {
            zeros++;
        }
        if (zeros > *count) {
            *first = group;
            *count = zeros;
        }
    }
}

static void
add_ipv6(sentence *s, const uint8_t *bytes)
{
    unsigned first;
    unsigned count;
    char text[8];

    find_zeros(bytes, &first, &count);
    for (unsigned group = 0; group < IPV6_GROUPS; group++) {
        if (group == first) {
            sentence_add(s, "::");
            group += count - 1;
            continue;
        }
        (void)snprintf(text, sizeof text, "%s%x", group && group != first + count ? ":" : "", group_at(bytes, group));
        sentence_add(s, text);
    }
}

void
sentence_add_address(sentence *s, sip_text bytes)
{
    char text[16];

    if (bytes.length == 16) {
        add_ipv6(s, bytes.start);
    } else if (bytes.length == 4) {
        (void)snprintf(text, sizeof text, "%u.%u.%u.%u", bytes.start[0], bytes.start[1], bytes.start[2], bytes.start[3]);
        sentence_add(s, text);
    }
}
