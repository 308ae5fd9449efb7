# SPDX-License-Identifier: GPL-3.0-or-later
# The languages of the window: resources/translations/quantoscope_<language>.ts, compiled into the resources of TARGET with
# Qt's own translations of its standard dialogs, where Qt has them. Sources are what lupdate reads:
# resources/translations/README.md says how.
function(qs_translations target)
    file(GLOB ts CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/resources/translations/quantoscope_*.ts")
    set_source_files_properties(${ts} PROPERTIES OUTPUT_LOCATION "${CMAKE_CURRENT_BINARY_DIR}/translations")
    qt_add_lrelease(${target} TS_FILES ${ts} QM_FILES_OUTPUT_VARIABLE qm)
    get_target_property(qmake Qt6::qmake IMPORTED_LOCATION)
    execute_process(COMMAND ${qmake} -query QT_INSTALL_TRANSLATIONS OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE)
    foreach(file IN LISTS ts)
        get_filename_component(name "${file}" NAME_WE)
        string(REPLACE "quantoscope_" "qtbase_" name "${name}")
        if(EXISTS "${folder}/${name}.qm")
            configure_file("${folder}/${name}.qm" "${CMAKE_CURRENT_BINARY_DIR}/translations/${name}.qm" COPYONLY)
            list(APPEND qm "${CMAKE_CURRENT_BINARY_DIR}/translations/${name}.qm")
        endif()
    endforeach()
    qt_add_resources(${target} translations PREFIX "/translations" BASE "${CMAKE_CURRENT_BINARY_DIR}/translations" FILES ${qm})
endfunction()
