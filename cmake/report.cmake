# SPDX-License-Identifier: GPL-2.0-or-later
#
# sipresp-report: the command, its modules and the tables that they read, which
# it finds in share/sipresp, and its manual page.

include(GNUInstallDirs)
set(report_data ${CMAKE_INSTALL_DATADIR}/sipresp)
file(GLOB report_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/reporting/*.py
    ${CMAKE_SOURCE_DIR}/tools/reporting/page*.css ${CMAKE_SOURCE_DIR}/tools/reporting/page*.js)
install(PROGRAMS tools/report DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME sipresp-report COMPONENT system)
install(FILES ${report_modules} DESTINATION ${report_data}/reporting COMPONENT system)
install(FILES tables/classes.toml tables/methods.toml tables/metrics.toml tables/outcomes.toml tables/responses.toml
    DESTINATION ${report_data}/tables COMPONENT system)
install(FILES docs/man/sipresp-report.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT system)
