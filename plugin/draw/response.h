/* response.h
 * One status line with all that is known of it while it is drawn: what stands
 * on the wire, what the tables and the site say, what its transaction shows.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_RESPONSE_H
#define SIPRESP_RESPONSE_H

#include <epan/packet.h>

#include "calls/calls.h"
#include "meaning/response_info.h"
#include "sip/sip_message.h"

/* Why what was sent could not be held against every rule. */
typedef enum {
    JUDGED,
    NOT_JUDGED_CUT,             /* the snap length cut it */
    NOT_JUDGED_GAP              /* it cut what came before or after: transactions were not judged */
} judgement;

typedef struct {
    packet_info *pinfo;
    tvbuff_t *tvb;
    const uint8_t *bytes;       /* of the message; stands at offset in tvb */
    int offset;
    const sip_message *message;
    bool shown;                 /* by Wireshark, with a sip.Status-Code, so that it has a sip.class */
    bool received;              /* not quoted in an ICMP error */
    bool reported;              /* in the body of another message */
    bool judged;                /* all there, received, and somebody looks */
    judgement judgement;
    int64_t time;               /* of the frame, ns since the epoch */
    const calls *followed;
    const answer_record *record; /* NULL: nothing was learned of it */
    bool phrase_complete;
    bool phrase_differs;        /* from the one the code is registered with; set with the row */
    const response_class *class; /* NULL outside 100..699 */
    const response_row *row;    /* NULL for a code the tables do not have */
    const char *site_phrase;    /* what the site calls such a code, or NULL */
    response_registration registration;
    sip_text method;
    sip_method_set method_set;
} response;

#endif
