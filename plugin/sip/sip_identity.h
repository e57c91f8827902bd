/* sip_identity.h
 * What tells which transaction and which dialog a message belongs to.
 *
 * Pure: no Wireshark type and no allocation. Texts point into the message.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_IDENTITY_H
#define SIPRESP_SIP_IDENTITY_H

#include "sip/sip_message.h"

typedef struct {
    sip_text sent_by;       /* of the top Via */
    sip_text branch;        /* of the top Via; may be absent */
    bool magic;             /* the branch begins with z9hG4bK: it is unique
                             * (RFC 3261 8.1.1.7) */
    sip_text call_id;
    sip_text from;
    sip_text from_tag;      /* either may be absent */
    sip_text to_tag;
    uint32_t cseq;
    sip_text cseq_method;
    uint32_t rseq;          /* of a provisional response to INVITE; 0: none */
    uint32_t rack_rseq;     /* of a PRACK; 0: none */
    uint32_t rack_cseq;
    sip_text request_uri;   /* of a request */
    bool credentials;       /* in Authorization or Proxy-Authorization */
    bool supports_100rel;   /* in Supported or Require */
    bool requires_100rel;
    bool supports_199;
    bool cut;               /* the headers were not read to their end: of the
                             * last six, more may have been sent */
} sip_identity;

/* Of From and To; either may be absent. */
typedef struct {
    sip_text from;
    sip_text to;
} sip_tags;

sip_tags sip_tags_of(const sip_message *message);

/* The same of a message whose identity was read, or NULL if it was not. */
static inline sip_tags
sip_tags_known(const sip_message *message, const sip_identity *identity)
{
    return identity ? (sip_tags){ identity->from_tag, identity->to_tag } : sip_tags_of(message);
}

/* Is it a provisional response that waits for a PRACK: RSeq, and 100rel in
 * Require (RFC 3262 3)? A 100 never does. */
bool sip_message_is_reliable(const sip_message *message);

/* Returns false for a message that no transaction can be made of: top Via,
 * From, To, Call-ID or CSeq are missing or cannot be read. The captured bytes
 * may end behind them. */
bool sip_identity_read(const sip_message *message, sip_identity *identity);

#endif
