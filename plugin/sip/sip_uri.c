/* sip_uri.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_uri.h"

#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#endif

#include "sip/sip_value.h"

typedef struct {
    uint8_t prefix[16];
    uint8_t bits;
    sip_host_kind kind;
} address_block;

static const address_block blocks_v4[] = {
    { { 10 }, 8, HOST_PRIVATE },                /* RFC 1918 3 */
    { { 172, 16 }, 12, HOST_PRIVATE },
    { { 192, 168 }, 16, HOST_PRIVATE },
    { { 100, 64 }, 10, HOST_PRIVATE },          /* RFC 6598 7 */
    { { 169, 254 }, 16, HOST_PRIVATE },         /* RFC 3927 2.1 */
    { { 127 }, 8, HOST_LOOPBACK },              /* RFC 1122 3.2.1.3 */
    { { 0 }, 8, HOST_LOOPBACK },
};

static const address_block blocks_v6[] = {
    { { 0xfc }, 7, HOST_PRIVATE },              /* RFC 4193 3.1 */
    { { 0xfe, 0x80 }, 10, HOST_PRIVATE },       /* RFC 4291 2.5.6 */
    { { 0 }, 127, HOST_LOOPBACK },              /* RFC 4291 2.5.2, 2.5.3 */
};

static bool
lies_in(const uint8_t *bytes, const address_block *block)
{
    const unsigned whole = block->bits / 8;
    const unsigned rest = block->bits % 8;

    return memcmp(bytes, block->prefix, whole) == 0 &&
           (!rest || (bytes[whole] ^ block->prefix[whole]) >> (8 - rest) == 0);
}

static sip_host_kind
kind_among(const uint8_t *bytes, const address_block *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lies_in(bytes, &blocks[i])) {
            return blocks[i].kind;
        }
    }
    return HOST_PUBLIC;
}

sip_host_kind
sip_address_kind_of(const uint8_t *bytes, size_t length)
{
    static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };     /* RFC 4291 2.5.5.2 */

    if (length == 4) {
        return kind_among(bytes, blocks_v4, sizeof blocks_v4 / sizeof *blocks_v4);
    }
    if (length != 16) {
        return HOST_NAME;
    }
    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        return sip_address_kind_of(bytes + sizeof mapped, 4);
    }
    return kind_among(bytes, blocks_v6, sizeof blocks_v6 / sizeof *blocks_v6);
}

static size_t
index_of(sip_text text, char c)
{
    const uint8_t *found = text.length ? memchr(text.start, c, text.length) : NULL;

    return found ? (size_t)(found - text.start) : text.length;
}

sip_host_kind
sip_host_kind_of(sip_text host)
{
    char spelling[INET6_ADDRSTRLEN];
    uint8_t bytes[16];

    if (host.length > 1 && host.start[0] == '[' && host.start[host.length - 1] == ']') {
        host = (sip_text){ host.start + 1, host.length - 2 };
    }
    host.length = index_of(host, '%');      /* RFC 4007 11: a zone */
    if (host.length >= sizeof spelling || index_of(host, '\0') < host.length) {
        return HOST_NAME;
    }
    if (host.length) {
        memcpy(spelling, host.start, host.length);
    }
    spelling[host.length] = '\0';
    return inet_pton(AF_INET, spelling, bytes) == 1 ? sip_address_kind_of(bytes, 4)
        : inet_pton(AF_INET6, spelling, bytes) == 1 ? sip_address_kind_of(bytes, 16) : HOST_NAME;
}

sip_text
sip_host_of(sip_text host_and_port, uint16_t *port)
{
    const bool bracketed = host_and_port.length && host_and_port.start[0] == '[';
    const size_t end = index_of(host_and_port, bracketed ? ']' : ':');
    const size_t start = bracketed ? 1 : 0;
    size_t at = end + start;
    uint32_t number;

    *port = 0;
    if (at < host_and_port.length && host_and_port.start[at] == ':') {
        at++;
        if (sip_value_number(host_and_port, &at, &number) && number <= UINT16_MAX) {
            *port = (uint16_t)number;
        }
    }
    host_and_port.length = end;
    return sip_text_trim(sip_text_behind(host_and_port, start));
}

sip_text
sip_uri_of(sip_text value)
{
    size_t start = 0;

    if (value.length && value.start[0] == '"') {
        const sip_text name = sip_value_quoted(value);
        start = (size_t)(name.start - value.start) + name.length;
    }
    sip_text rest = sip_text_behind(value, start);
    const size_t bracket = index_of(rest, '<');
    if (bracket < rest.length) {
        rest = sip_text_behind(rest, bracket + 1);
        rest.length = index_of(rest, '>');
    } else if (start > 0) {
        return (sip_text){ NULL, 0 };
    } else {
        /* RFC 3261 20: without brackets parameters are the header's. */
        rest.length = index_of(rest, ';');
    }
    return sip_text_trim(rest);
}

bool
sip_uri_read(sip_text uri, sip_uri *parts)
{
    const size_t colon = index_of(uri, ':');

    memset(parts, 0, sizeof *parts);
    if (colon == 0 || colon == uri.length) {
        return false;
    }
    parts->scheme = (sip_text){ uri.start, colon };
    sip_text rest = sip_text_behind(uri, colon + 1);
    if (sip_text_equals_nocase(parts->scheme, "tel")) {
        parts->user = (sip_text){ rest.start, index_of(rest, ';') };
        return true;
    }
    if (!sip_text_equals_nocase(parts->scheme, "sip") && !sip_text_equals_nocase(parts->scheme, "sips")) {
        return true;
    }
    const size_t at = index_of(rest, '@');
    if (at < rest.length) {
        parts->user = (sip_text){ rest.start, at };
        parts->user.length = index_of(parts->user, ':');
        rest = sip_text_behind(rest, at + 1);
    }
    rest.length = index_of(rest, '?');
    rest.length = index_of(rest, ';');
    parts->host = sip_host_of(rest, &parts->port);
    return true;
}
