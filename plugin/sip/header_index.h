/* header_index.h
 * Which headers a message has, and what a rule wants to know of their values.
 *
 * Pure: no Wireshark type and no allocation. The index points into the bytes
 * of the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_HEADER_INDEX_H
#define SIPRESP_HEADER_INDEX_H

#include "sip/sip_message.h"

_Static_assert(SIP_HEADER_COUNT <= 64, "a bit for each header");

typedef struct {
    sip_text headers;
    uint64_t present;   /* bits of those that are there */
    sip_text first[SIP_HEADER_COUNT];   /* value of the first of those, with white space; not set of others */
    uint32_t count[SIP_HEADER_COUNT];   /* how many of those there are; likewise */
    bool readable;      /* every line has a name that is a token, a colon and
                         * no control character */
} header_index;

typedef enum {
    SELECT_HEADER,      /* "Contact" */
    SELECT_TOKEN,       /* "Require: 100rel", one of the listed tokens */
    SELECT_SCHEME,      /* "WWW-Authenticate Basic", the word that a value begins with */
    SELECT_PARAMETER    /* "To;tag", "Session-Expires;refresher=uac" */
} selector_kind;

typedef struct {
    sip_header_id header;
    selector_kind kind;
    const char *name;   /* of the token, the scheme or the parameter */
    const char *value;  /* of the parameter; NULL: any */
    bool every_value;   /* each of the header's values has to have it */
    const char *text;   /* as it stands in the table */
} header_selector;

/* One pass over the headers. */
void header_index_build(header_index *index, sip_text headers);

static inline uint32_t
header_index_count(const header_index *index, sip_header_id id)
{
    return index->present >> id & 1 ? index->count[id] : 0;
}

/* Does the message have what the selector names? Names and values are
 * compared in any case, commas and semicolons in quotes and angle brackets
 * separate nothing (RFC 3261 7.3.1). */
bool header_index_has(const header_index *index, const header_selector *selector);

#endif
