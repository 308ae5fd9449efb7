# SPDX-License-Identifier: GPL-3.0-or-later
# Install rules and the exported package qs::core.
include(CMakePackageConfigHelpers)
install(TARGETS qs_core qs_options EXPORT quantoscope-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
install(DIRECTORY core/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/quantoscope/core COMPONENT dev FILES_MATCHING PATTERN "*.h")
install(EXPORT quantoscope-targets NAMESPACE qs:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quantoscope COMPONENT dev)
configure_package_config_file(cmake/quantoscope-config.cmake.in ${CMAKE_BINARY_DIR}/quantoscope-config.cmake
    INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quantoscope)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/quantoscope-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/quantoscope-config.cmake ${CMAKE_BINARY_DIR}/quantoscope-config-version.cmake
    DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/quantoscope COMPONENT dev)
