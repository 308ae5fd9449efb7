// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAbstractTableModel>
#include <QDateTime>
#include <deque>

namespace qs::gui {

/// What the program told: warnings, failures, ends of jobs. The newest stands last; the oldest go when it is long.
class LogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TimeColumn, KindColumn, TextColumn, ColumnCount };
    enum class Kind { Note, Job, Warning, Failure };
    static constexpr int kMost = 5000;

    using QAbstractTableModel::QAbstractTableModel;
    void add(Kind kind, const QString& text);
    void clear();
    QString text() const; ///< all lines, tab-separated

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Line {
        QDateTime when;
        Kind kind;
        QString text;
    };
    static QString kindName(Kind kind);
    std::deque<Line> m_lines;
};

} // namespace qs::gui
