/* find_icmp.c
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#include "wireshark/find_icmp.h"

/* Between the message and the ICMP header stand the header of UDP, and that of an IP without options. */
unsigned
icmp_error_of(const message_place *place)
{
    enum { ICMP_LENGTH = 8, IPV4_HEADER = 20, IPV6_HEADER = 40, UDP_LENGTH = 8 };
    const int ipv4 = place->offset - UDP_LENGTH - IPV4_HEADER;
    const int ipv6 = place->offset - UDP_LENGTH - IPV6_HEADER;

    if (ipv4 >= ICMP_LENGTH && tvb_get_ntohs(place->tvb, ipv4) >> 8 == 0x45) {
        return tvb_get_ntohs(place->tvb, ipv4 - ICMP_LENGTH);
    }
    if (ipv6 >= ICMP_LENGTH && tvb_get_ntohs(place->tvb, ipv6) >> 12 == 6) {
        return tvb_get_ntohs(place->tvb, ipv6 - ICMP_LENGTH);
    }
    return 0;
}
