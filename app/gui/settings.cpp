// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/settings.h"

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
    const int schema = m_store.value(key("schema"), kSchema).toInt();
    m_readable = schema <= kSchema;
    if (m_readable && !m_store.contains(key("schema"))) m_store.setValue(key("schema"), kSchema);
}

Theme::Mode Settings::themeMode() const
{
    if (!m_readable) return Theme::System;
    const QString text = m_store.value(key("theme")).toString();
    return text == key("light") ? Theme::Light : text == key("dark") ? Theme::Dark : Theme::System;
}

void Settings::setThemeMode(Theme::Mode mode)
{
    if (!m_readable) return;
    m_store.setValue(key("theme"), mode == Theme::Light ? key("light") : mode == Theme::Dark ? key("dark") : key("system"));
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
