/* sip_auth.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "sip/sip_auth.h"

sip_auths
sip_auths_of(sip_text headers, sip_header_id id)
{
    return (sip_auths){ .parts = sip_values_of(headers, id) };
}

/* Splits off the scheme: a word with a blank behind it, and no "=" behind that.
 * Without one the part goes on with the parameters of the one before. */
static bool
take_scheme(sip_text *part, sip_text *scheme)
{
    size_t end = 0;
    size_t next;

    while (end < part->length && !sip_is_space(part->start[end]) && part->start[end] != '=' &&
           part->start[end] != '"') {
        end++;
    }
    for (next = end; next < part->length && sip_is_space(part->start[next]); next++) {
    }
    if (next < part->length && (next == end || part->start[next] == '=')) {
        return false;
    }
    *scheme = (sip_text){ part->start, end };
    *part = sip_text_behind(*part, next);
    return end > 0;
}

static void
read_parameter(sip_text part, sip_auth *auth)
{
    const struct {
        const char *name;
        sip_text *place;
    } places[] = {
        { "realm", &auth->realm },
        { "nonce", &auth->nonce },
        { "username", &auth->username },
        { "algorithm", &auth->algorithm },
    };
    sip_text value;

    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (!places[i].place->start && sip_part_is_parameter(part, places[i].name, strlen(places[i].name), &value)) {
            *places[i].place = value;
            return;
        }
    }
    if (sip_part_is_parameter(part, "stale", strlen("stale"), &value)) {
        auth->stale = sip_text_equals_nocase(value, "true");
    }
}

bool
sip_auth_next(sip_auths *auths, sip_auth *auth)
{
    sip_text part = auths->first;
    sip_text scheme;

    memset(auth, 0, sizeof *auth);
    auths->first = (sip_text){ NULL, 0 };
    if (!part.start && !sip_values_next(&auths->parts, &part)) {
        return false;
    }
    take_scheme(&part, &auth->scheme);
    read_parameter(part, auth);
    for (;;) {
        const size_t line = auths->parts.position;
        if (!sip_values_next(&auths->parts, &part)) {
            return true;
        }
        sip_text rest = part;
        if (auths->parts.position != line || (take_scheme(&rest, &scheme) && rest.length)) {
            auths->first = part;
            return true;
        }
        read_parameter(part, auth);
    }
}
