// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/models/recent_files.h"

#include "core/base/format.h"
#include "widgets/common/explain.h"
#include "widgets/models/model_roles.h"

#include <QFileInfo>

namespace qs::gui {

void RecentFiles::add(const QString& path, quint64 bytes)
{
    beginResetModel();
    std::erase_if(m_entries, [&](const Entry& e) { return e.path == path; });
    m_entries.insert(m_entries.begin(), {path, bytes, QDateTime::currentDateTime()});
    if (m_entries.size() > kMost) m_entries.resize(kMost);
    endResetModel();
    emit changed();
}

void RecentFiles::remove(const QString& path)
{
    beginResetModel();
    std::erase_if(m_entries, [&](const Entry& e) { return e.path == path; });
    endResetModel();
    emit changed();
}

void RecentFiles::setEntries(std::vector<Entry> entries)
{
    beginResetModel();
    m_entries = std::move(entries);
    if (m_entries.size() > kMost) m_entries.resize(kMost);
    endResetModel();
}

int RecentFiles::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_entries.size()); }

QVariant RecentFiles::data(const QModelIndex& index, int role) const
{
    if (!index.isValid()) return {};
    const Entry& e = m_entries[static_cast<std::size_t>(index.row())];
    const QString size = QString::fromStdString(formatBytes(e.bytes));
    switch (role) {
    case Qt::DisplayRole: {
        const QFileInfo info(e.path);
        const QString name = info.fileName().isEmpty() ? e.path : info.fileName();
        return name + QStringLiteral("   ") + size;
    }
    case Qt::AccessibleTextRole: return e.path + QStringLiteral(", ") + size;
    case Qt::ToolTipRole: return explain(Figure::FileBytes, {size, tr("when it was opened last")}, e.path);
    case RawRole: return e.path;
    default: return {};
    }
}

} // namespace qs::gui
