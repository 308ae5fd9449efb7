// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAbstractListModel>
#include <QDateTime>
#include <QStringList>
#include <vector>

namespace qs::gui {

/// Files and folders opened lately, newest first, with the sizes that they had when opened (so that listing them never
/// touches a slow disk).
class RecentFiles : public QAbstractListModel {
    Q_OBJECT
public:
    struct Entry {
        QString path;
        quint64 bytes = 0;
        QDateTime when;
        bool operator==(const Entry&) const = default;
    };
    static constexpr int kMost = 12;

    using QAbstractListModel::QAbstractListModel;
    void add(const QString& path, quint64 bytes);
    void remove(const QString& path);
    void setEntries(std::vector<Entry> entries);
    const std::vector<Entry>& entries() const { return m_entries; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

signals:
    void changed();

private:
    std::vector<Entry> m_entries;
};

} // namespace qs::gui
