/* sip_via.h
 * What the top Via tells a transaction by (RFC 3261 17.1.3, 17.2.3).
 *
 * Pure: no Wireshark type and no allocation. What comes out points into what
 * went in.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_VIA_H
#define SIPRESP_SIP_VIA_H

#include "sip/sip_text.h"

typedef struct {
    sip_text sent_by;       /* host and port; empty where there is none */
    sip_text branch;        /* absent where there is none */
} sip_via;

/* Of the first of the values of a Via header: "SIP/2.0/UDP host:port;branch=...". */
sip_via sip_via_of(sip_text value);

#endif
