// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/gui/workbench.h"

#include <QByteArray>
#include <QDateTime>
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
    /// The same for what a crash must not take: small, with the jobs that have not ended; results that the cache keeps are
    /// only named. Not a listed job; `done` is called in the GUI thread.
    void saveRecovery(const QString& path, const QJsonObject& window, std::function<void(Status)> done);
    /// Opens such a file beside what is open, computes what was not done yet; opened() follows with an empty path.
    void openRecovery(const QString& path);
    /// When it was written, results that are there or in the cache, and cells to go.
    struct RecoverySummary {
        QDateTime when;
        int checkpoints = 0;
        int results = 0;
        int pending = 0;
    };
    static Result<RecoverySummary> readRecovery(const QString& path, const Context& context);

signals:
    void saved(const QString& path);
    void opened(const QString& path, const QJsonObject& window, const QStringList& warnings);
    void failed(const QString& text);
    /// The session had this checkpoint compared with another one: its values are not in the session and are compared anew.
    void compareRequested(int checkpoint, const QString& path);

private:
    struct Draft;
    struct Opened;
    std::shared_ptr<Draft> draft(const QJsonObject& window) const;
    static Status write(Draft& draft, const std::filesystem::path& file, study::ResultCache* cache, const Context& context);
    static Result<std::shared_ptr<Opened>> read(const std::filesystem::path& file, study::ResultCache* cache, const Context& context);
    void apply(const Opened& opened, bool beside);
    void chooseWanted();
    Workbench& m_work;
    QString m_path;
    std::string m_wantedA, m_wantedB; ///< keys of results of other checkpoints that become A and B when they come
};

} // namespace qs::gui
