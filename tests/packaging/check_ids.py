#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One reverse-DNS id everywhere: file names, desktop file, metainfo, icon, MIME types; and one version."""
import argparse
import configparser
import pathlib
import re
import sys
import xml.etree.ElementTree as xml

MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"


def check(app_id, version, source, built):
    desktop_file = built / f"{app_id}.desktop"
    metainfo_file = built / f"{app_id}.metainfo.xml"
    mime_file = built / f"{app_id}.mime.xml"
    icon_file = source / "resources" / "icons" / f"{app_id}.svg"
    for file in (desktop_file, metainfo_file, mime_file, icon_file):
        if not file.exists():
            yield f"{file} is missing"
            return

    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.optionxform = str
    parser.read_string(desktop_file.read_text(encoding="utf-8"))
    desktop = parser["Desktop Entry"]
    if desktop["Icon"] != app_id:
        yield f"{desktop_file.name}: Icon={desktop['Icon']}, expected {app_id}"
    if desktop.get("StartupWMClass") != "quantoscope":
        yield f"{desktop_file.name}: StartupWMClass is not quantoscope"
    if desktop["Exec"].split()[0] != "quantoscope":
        yield f"{desktop_file.name}: Exec does not start quantoscope"

    component = xml.parse(metainfo_file).getroot()
    if component.findtext("id") != app_id:
        yield f"{metainfo_file.name}: id {component.findtext('id')}, expected {app_id}"
    if component.findtext("launchable") != desktop_file.name:
        yield f"{metainfo_file.name}: launchable {component.findtext('launchable')}, expected {desktop_file.name}"
    releases = [release.get("version") for release in component.iter("release")]
    if not releases or releases[0] != version:
        yield f"{metainfo_file.name}: newest release {releases[:1]}, the project's version is {version}"

    declared = {node.get("type") for node in xml.parse(mime_file).getroot().iter(MIME + "mime-type")}
    opened = {name for name in desktop.get("MimeType", "").split(";") if name}
    provided = {node.text for node in component.findall("./provides/mediatype")}
    if declared != opened:
        yield f"MIME types declared {sorted(declared)}, but the desktop file opens {sorted(opened)}"
    if declared != provided:
        yield f"MIME types declared {sorted(declared)}, but the metainfo provides {sorted(provided)}"

    xml.parse(icon_file)
    for page in ("quantoscope.1", "quantoscope-cli.1"):
        head = re.search(r'^\.TH .*"Quantoscope ([^"]+)"', (built / page).read_text(encoding="utf-8"), re.M)
        if not head or head.group(1) != version:
            yield f"{page}: its head does not name version {version}"
    changes = (source / "CHANGELOG.md").read_text(encoding="utf-8")
    if f"## {version}" not in changes:
        yield f"CHANGELOG.md has no heading for {version}"
    if f'"{app_id}"' not in (main := sources_text(source)) and "QS_APP_ID" not in main:
        yield f"app/gui does not set the desktop file name {app_id} (QGuiApplication::setDesktopFileName)"


def sources_text(source):
    files = sorted((source / "app" / "gui").rglob("*"))
    return "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files if file.suffix in (".cpp", ".h", ".txt"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--id", required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--built", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    problems = list(check(arguments.id, arguments.version, arguments.source, arguments.built))
    print("\n".join(problems) if problems else "ids: ok")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
