// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/recent_files.h"
#include "widgets/theme/theme.h"

#include <QByteArray>
#include <QKeySequence>
#include <QSettings>
#include <QSize>
#include <cstdint>
#include <map>
#include <optional>

namespace qs::gui {

/// Everything the program remembers between runs, with types. The stored form has a schema version: an older one is
/// brought up to date, a newer one is left alone and defaults are used.
class Settings {
public:
    static constexpr int kSchema = 2;
    /// Empty: the user's settings file. Tests give a file of their own.
    explicit Settings(const QString& file = {});

    Theme::Mode themeMode() const;
    void setThemeMode(Theme::Mode mode);
    /// Threads of jobs; 0: all cores.
    int threads() const;
    void setThreads(int threads);
    /// Bytes that a job may state as its peak; 0: no limit.
    std::uint64_t memoryLimit() const;
    void setMemoryLimit(std::uint64_t bytes);
    /// "", "en" or "de"; empty: the system's.
    QString language() const;
    void setLanguage(const QString& language);
    /// Per cent, 100 to 300; read before the window system starts.
    int scale() const;
    void setScale(int percent);
    /// Name of the device that computes ("cpu").
    QString device() const;
    void setDevice(const QString& device);
    /// Saved pictures have the colours of print.
    bool printPictures() const;
    void setPrintPictures(bool on);
    bool hintSeen(const QString& id) const;
    void setHintSeen(const QString& id, bool seen);
    /// Layouts of docks that the user named.
    std::map<QString, QByteArray> layouts() const;
    void setLayout(const QString& name, const std::optional<QByteArray>& state);
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
    void migrate(int from);
    QSettings m_store;
    bool m_readable = true;
};

} // namespace qs::gui
