# SPDX-License-Identifier: GPL-2.0-or-later
#
# sipresp-gate: the command, the Python modules that it finds beside itself in
# share/sipresp, and its manual page; the modules that it shares with sipresp-report.

include(GNUInstallDirs)
file(GLOB gate_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/gate/*.py)
file(GLOB shared_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/shared/*.py)
install(PROGRAMS tools/sipresp-gate DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT system)
install(FILES ${gate_modules} DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/gate COMPONENT system)
install(FILES ${shared_modules} DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/shared COMPONENT system)
install(FILES tables/rules.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/tables COMPONENT system)
install(FILES docs/sipresp-gate.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT system)
