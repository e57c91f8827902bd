/* sip_party.h
 * Who a From or To header names (RFC 3261 20.20, 25.1; tel: RFC 3966 3).
 *
 * Pure: no Wireshark type and no allocation. Texts point into the value.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_PARTY_H
#define SIPRESP_SIP_PARTY_H

#include "sip/sip_text.h"

typedef struct {
    sip_text name;      /* display name without its quotes; may be empty */
    sip_text user;      /* user part or telephone number; the host where there is neither */
} sip_party;

/* Of a value that cannot be read what can be. */
sip_party sip_party_of(sip_text value);

#endif
