<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>qs::gui::SessionDiffWindow</name>
    <message numerus="yes">
        <source>No cell changed: %n cell(s) are the same.</source>
        <translation>
            <numerusform>No cell changed: %n cell is the same.</numerusform>
            <numerusform>No cell changed: %n cells are the same.</numerusform>
        </translation>
    </message>
</context>
</TS>
