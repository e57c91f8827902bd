# SPDX-License-Identifier: GPL-2.0-or-later
#
# sipresp-explain and sipresp-annotate: the commands, their modules and the table
# that they read, which they find in share/sipresp, and their manual pages.

include(GNUInstallDirs)
file(GLOB explain_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/explaining/*.py)
file(GLOB annotate_modules CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tools/annotating/*.py)
install(PROGRAMS tools/explain DESTINATION ${CMAKE_INSTALL_BINDIR} RENAME sipresp-explain COMPONENT system)
install(PROGRAMS tools/sipresp-annotate DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT system)
install(FILES ${explain_modules} DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/explaining COMPONENT system)
install(FILES ${annotate_modules} DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/annotating COMPONENT system)
install(FILES tables/explanations.toml DESTINATION ${CMAKE_INSTALL_DATADIR}/sipresp/tables COMPONENT system)
install(FILES docs/man/sipresp-explain.1 docs/man/sipresp-annotate.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT system)
