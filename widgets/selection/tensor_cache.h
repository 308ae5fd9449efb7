// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/jobs/job_runner.h"
#include "widgets/selection/selection.h"

#include <QObject>
#include <list>

namespace qs::gui {

/// Matrices of the selected tensor that views share: the original, and what results decode to. Read in workers, kept
/// for the last few tensors within a memory limit. GUI thread only.
class TensorCache : public QObject {
    Q_OBJECT
public:
    TensorCache(Workspace& workspace, JobRunner& jobs, QObject* parent = nullptr);
    /// The original as float, or null: then it is being read, and ready() follows (or failed()).
    std::shared_ptr<const Matrix> original(TensorRef tensor);
    /// What a result decodes to, likewise.
    std::shared_ptr<const Matrix> decoded(const ResultPtr& result);
    void setLimit(std::uint64_t bytes) { m_limit = bytes; }
    std::uint64_t bytes() const;
    void clear();

signals:
    void ready();
    void failed(const QString& text);

private:
    struct Entry {
        QString key;
        ResultPtr result; ///< keeps the address in the key unique
        std::shared_ptr<const Matrix> matrix;
    };
    std::shared_ptr<const Matrix> lookUp(const QString& key);
    void keep(Entry entry);

    Workspace& m_workspace;
    JobRunner& m_jobs;
    std::list<Entry> m_entries; ///< most recent first
    QStringList m_pending;
    std::uint64_t m_limit = std::uint64_t(1) << 30;
};

} // namespace qs::gui
