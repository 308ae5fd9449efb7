# SPDX-License-Identifier: GPL-3.0-or-later
# Installs the build into a temporary prefix; configures, builds and runs a project that finds it there.
file(REMOVE_RECURSE ${WORK_DIR})
set(prefix ${WORK_DIR}/prefix)

function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${what} failed (${status}):\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

step(install ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})
step(configure ${CMAKE_COMMAND} -S ${CONSUMER_DIR} -B ${WORK_DIR}/build -G ${GENERATOR}
  -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_COMPILER=${CXX_COMPILER} -DCMAKE_PREFIX_PATH=${prefix}
  -DCMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)
step(build ${CMAKE_COMMAND} --build ${WORK_DIR}/build)
step(run ${WORK_DIR}/build/consumer)
string(STRIP "${output}" output)
if(NOT output STREQUAL "qs::core ${VERSION}")
  message(FATAL_ERROR "the consumer printed \"${output}\", expected \"qs::core ${VERSION}\"")
endif()
# Nothing that is installed may point back into the build or the source tree.
file(GLOB_RECURSE exported ${prefix}/*.cmake)
foreach(file IN LISTS exported)
  file(STRINGS ${file} leaks REGEX "${BUILD_DIR}/[^p]")
  if(leaks)
    message(FATAL_ERROR "${file} names the build folder: ${leaks}")
  endif()
endforeach()
