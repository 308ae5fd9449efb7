# SPDX-License-Identifier: GPL-3.0-or-later
# Included by core/CMakeLists.txt: a command belongs to the folder of the target that uses it.
# The hash over every source that a result depends on (see cmake/QsFingerprint.cmake).
set(rooms base tensor exec blocks io quant learn model metrics study cuda)
set(patterns)
foreach(room IN LISTS rooms)
    list(APPEND patterns "${PROJECT_SOURCE_DIR}/core/${room}/*.h" "${PROJECT_SOURCE_DIR}/core/${room}/*.cpp"
         "${PROJECT_SOURCE_DIR}/core/${room}/*.cu" "${PROJECT_SOURCE_DIR}/core/${room}/*.cuh")
endforeach()
file(GLOB_RECURSE numeric CONFIGURE_DEPENDS ${patterns})
list(SORT numeric)
string(REPLACE ";" "\n" listed "${numeric}")
file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/study/numeric_sources.txt" CONTENT "${listed}\n" @ONLY)
add_custom_command(
    OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/study/fingerprint.cpp"
    COMMAND ${CMAKE_COMMAND} "-DLIST=${CMAKE_CURRENT_BINARY_DIR}/study/numeric_sources.txt" "-DOUT=${CMAKE_CURRENT_BINARY_DIR}/study/fingerprint.cpp"
            "-DEXTRA=${PROJECT_VERSION} ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION} ${CMAKE_SYSTEM_PROCESSOR}"
            -P "${PROJECT_SOURCE_DIR}/cmake/QsFingerprint.cmake"
    DEPENDS ${numeric} "${CMAKE_CURRENT_BINARY_DIR}/study/numeric_sources.txt" "${PROJECT_SOURCE_DIR}/cmake/QsFingerprint.cmake"
    COMMENT "Fingerprint of the numeric sources"
    VERBATIM)
target_sources(qs_core PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/study/fingerprint.cpp")
