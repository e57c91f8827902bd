/* metric_view.h
 * Statistics > SIP Metrics (RFC 6076), and "tshark -q -z sipresp_metrics,tree[,FILTER]".
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */

#ifndef SIPRESP_METRIC_VIEW_H
#define SIPRESP_METRIC_VIEW_H

void register_metric_view(void);

#endif
