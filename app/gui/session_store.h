// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/gui/workbench.h"

#include <QByteArray>
#include <QJsonObject>

namespace qs::gui {

/// Saves and opens sessions: checkpoints, recipes, results, selection, and the window's own state. Files are read and
/// written in workers.
class SessionStore : public QObject {
    Q_OBJECT
public:
    explicit SessionStore(Workbench& workbench, QObject* parent = nullptr);
    QString path() const { return m_path; } ///< of the session that is open; empty: none yet
    /// `window`: state that only the window understands.
    void save(const QString& path, const QJsonObject& window);
    void open(const QString& path);

signals:
    void saved(const QString& path);
    void opened(const QString& path, const QJsonObject& window, const QStringList& warnings);
    void failed(const QString& text);

private:
    Workbench& m_work;
    QString m_path;
};

} // namespace qs::gui
