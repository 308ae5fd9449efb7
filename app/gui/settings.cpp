// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings.h"

#include <algorithm>

namespace qs::gui {
namespace {

QString key(const char* name) { return QString::fromLatin1(name); }

} // namespace

Settings::Settings(const QString& file)
    : m_store(file.isEmpty()
                  ? QSettings(QSettings::IniFormat, QSettings::UserScope, QStringLiteral("quantoscope"), QStringLiteral("quantoscope")).fileName()
                  : file,
              QSettings::IniFormat)
{
    const int schema = m_store.value(key("schema"), m_store.contains(key("theme")) ? 1 : kSchema).toInt();
    m_readable = schema <= kSchema;
    if (!m_readable) return;
    // A file without a number is either new or of the first version, which wrote the number at once.
    if (schema < kSchema) migrate(schema);
    if (m_store.value(key("schema")).toInt() != kSchema) m_store.setValue(key("schema"), kSchema);
}

// 1 → 2: the theme moved in with language and scale.
void Settings::migrate(int from)
{
    if (from < 2 && m_store.contains(key("theme"))) {
        if (!m_store.contains(key("appearance/theme"))) m_store.setValue(key("appearance/theme"), m_store.value(key("theme")));
        m_store.remove(key("theme"));
    }
}

int Settings::threads() const { return m_readable ? std::clamp(m_store.value(key("run/threads"), 0).toInt(), 0, 4096) : 0; }
void Settings::setThreads(int v) { if (m_readable) m_store.setValue(key("run/threads"), v); }
std::uint64_t Settings::memoryLimit() const { return m_readable ? m_store.value(key("run/memory_limit"), 0).toULongLong() : 0; }
void Settings::setMemoryLimit(std::uint64_t v) { if (m_readable) m_store.setValue(key("run/memory_limit"), static_cast<qulonglong>(v)); }
bool Settings::printPictures() const { return m_readable && m_store.value(key("pictures/print"), false).toBool(); }
void Settings::setPrintPictures(bool on) { if (m_readable) m_store.setValue(key("pictures/print"), on); }
QString Settings::device() const { return m_readable ? m_store.value(key("run/device"), key("cpu")).toString() : key("cpu"); }
void Settings::setDevice(const QString& v) { if (m_readable) m_store.setValue(key("run/device"), v); }

QString Settings::language() const
{
    const QString text = m_readable ? m_store.value(key("appearance/language")).toString() : QString();
    return text == key("en") || text == key("de") ? text : QString();
}

void Settings::setLanguage(const QString& v) { if (m_readable) m_store.setValue(key("appearance/language"), v); }
int Settings::scale() const { return m_readable ? std::clamp(m_store.value(key("appearance/scale"), 100).toInt(), 100, 300) : 100; }
void Settings::setScale(int v) { if (m_readable) m_store.setValue(key("appearance/scale"), std::clamp(v, 100, 300)); }
bool Settings::hintSeen(const QString& id) const { return m_readable && m_store.value(key("hints/") + id, false).toBool(); }
void Settings::setHintSeen(const QString& id, bool seen) { if (m_readable) m_store.setValue(key("hints/") + id, seen); }

std::map<QString, QByteArray> Settings::layouts() const
{
    std::map<QString, QByteArray> out;
    if (!m_readable) return out;
    auto& store = const_cast<QSettings&>(m_store);
    const int n = store.beginReadArray(key("layouts"));
    for (int i = 0; i < n; ++i) {
        store.setArrayIndex(i);
        if (const QString name = store.value(key("name")).toString(); !name.isEmpty()) out[name] = store.value(key("state")).toByteArray();
    }
    store.endArray();
    return out;
}

void Settings::setLayout(const QString& name, const std::optional<QByteArray>& state)
{
    if (!m_readable || name.isEmpty()) return;
    auto all = layouts();
    if (state) all[name] = *state;
    else all.erase(name);
    m_store.remove(key("layouts"));
    m_store.beginWriteArray(key("layouts"), static_cast<int>(all.size()));
    int i = 0;
    for (const auto& [layout, bytes] : all) {
        m_store.setArrayIndex(i++);
        m_store.setValue(key("name"), layout);
        m_store.setValue(key("state"), bytes);
    }
    m_store.endArray();
}

Theme::Mode Settings::themeMode() const
{
    if (!m_readable) return Theme::System;
    const QString text = m_store.value(key("appearance/theme")).toString();
    return text == key("light") ? Theme::Light : text == key("dark") ? Theme::Dark : Theme::System;
}

void Settings::setThemeMode(Theme::Mode mode)
{
    if (!m_readable) return;
    m_store.setValue(key("appearance/theme"), mode == Theme::Light ? key("light") : mode == Theme::Dark ? key("dark") : key("system"));
}

QByteArray Settings::geometry() const { return m_readable ? m_store.value(key("window/geometry")).toByteArray() : QByteArray(); }
void Settings::setGeometry(const QByteArray& v) { if (m_readable) m_store.setValue(key("window/geometry"), v); }
QByteArray Settings::windowState() const { return m_readable ? m_store.value(key("window/state")).toByteArray() : QByteArray(); }
void Settings::setWindowState(const QByteArray& v) { if (m_readable) m_store.setValue(key("window/state"), v); }
QString Settings::lastFolder() const { return m_readable ? m_store.value(key("last_folder")).toString() : QString(); }
void Settings::setLastFolder(const QString& v) { if (m_readable) m_store.setValue(key("last_folder"), v); }

std::vector<RecentFiles::Entry> Settings::recent() const
{
    std::vector<RecentFiles::Entry> out;
    if (!m_readable) return out;
    auto& store = const_cast<QSettings&>(m_store);
    const int n = store.beginReadArray(key("recent"));
    for (int i = 0; i < n && i < RecentFiles::kMost; ++i) {
        store.setArrayIndex(i);
        RecentFiles::Entry e{store.value(key("path")).toString(), store.value(key("bytes")).toULongLong(),
                             store.value(key("when")).toDateTime()};
        if (!e.path.isEmpty()) out.push_back(std::move(e));
    }
    store.endArray();
    return out;
}

void Settings::setRecent(const std::vector<RecentFiles::Entry>& entries)
{
    if (!m_readable) return;
    m_store.remove(key("recent"));
    m_store.beginWriteArray(key("recent"), static_cast<int>(entries.size()));
    for (std::size_t i = 0; i < entries.size(); ++i) {
        m_store.setArrayIndex(static_cast<int>(i));
        m_store.setValue(key("path"), entries[i].path);
        m_store.setValue(key("bytes"), entries[i].bytes);
        m_store.setValue(key("when"), entries[i].when);
    }
    m_store.endArray();
}

std::map<QString, QKeySequence> Settings::shortcuts() const
{
    std::map<QString, QKeySequence> out;
    if (!m_readable) return out;
    auto& store = const_cast<QSettings&>(m_store);
    store.beginGroup(key("keys"));
    for (const QString& id : store.childKeys())
        out[id] = QKeySequence(store.value(id).toString(), QKeySequence::PortableText);
    store.endGroup();
    return out;
}

void Settings::setShortcut(const QString& action, const std::optional<QKeySequence>& keys)
{
    if (!m_readable) return;
    const QString at = key("keys/") + action;
    if (keys) m_store.setValue(at, keys->toString(QKeySequence::PortableText));
    else m_store.remove(at);
}

} // namespace qs::gui
