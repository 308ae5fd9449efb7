// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/recent_files.h"
#include "widgets/theme/theme.h"

#include <QByteArray>
#include <QKeySequence>
#include <QSettings>
#include <QSize>
#include <map>
#include <optional>

namespace qs::gui {

/// Everything the program remembers between runs, with types. The stored form has a schema version: an older one is
/// brought up to date, a newer one is left alone and defaults are used.
class Settings {
public:
    static constexpr int kSchema = 1;
    /// Empty: the user's settings file. Tests give a file of their own.
    explicit Settings(const QString& file = {});

    Theme::Mode themeMode() const;
    void setThemeMode(Theme::Mode mode);
    QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);
    QByteArray windowState() const;
    void setWindowState(const QByteArray& state);
    QString lastFolder() const;
    void setLastFolder(const QString& folder);
    std::vector<RecentFiles::Entry> recent() const;
    void setRecent(const std::vector<RecentFiles::Entry>& entries);
    /// Shortcuts that differ from the built-in ones, by action id.
    std::map<QString, QKeySequence> shortcuts() const;
    void setShortcut(const QString& action, const std::optional<QKeySequence>& keys);
    bool readable() const { return m_readable; }

private:
    QSettings m_store;
    bool m_readable = true;
};

} // namespace qs::gui
