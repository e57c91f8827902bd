# SPDX-License-Identifier: GPL-2.0-or-later
#
# sipresp-watch: the command, its modules, which use those of sipresp-report, its unit for systemd, the dashboard
# for Grafana, and its manual page.

include(GNUInstallDirs)
file(GLOB watch_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/watch/*.py)
install(PROGRAMS tools/sipresp-watch DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT system)
install(FILES ${watch_modules} DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/watch COMPONENT system)
install(FILES monitoring/grafana-dashboard.json monitoring/prometheus.yml
    DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/monitoring COMPONENT system)
install(FILES monitoring/sipresp-watch@.service DESTINATION lib/systemd/system COMPONENT system)
install(FILES docs/man/sipresp-watch.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT system)
