/* sip_offer.h
 * What media an SDP body offers, as a person would say it (RFC 4566 5.14, RFC 3551 6).
 *
 * Pure: no Wireshark type and no allocation.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_SIP_OFFER_H
#define SIPRESP_SIP_OFFER_H

#include "sip/sip_text.h"

#define SIP_OFFER_SIZE 160

/* Writes "audio PCMU, telephone-event; video H264 (port 0)" and the like, without
 * a NUL behind it; what is too long ends with "...". Returns its length; 0 where
 * the body has no media line. */
size_t sip_offer_text(sip_text body, char text[SIP_OFFER_SIZE]);

#endif
