// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QTableView>

namespace qs::gui {

/// A table whose first column stays where it is while the others move sideways: a number is always beside its name.
class FrozenTable : public QTableView {
    Q_OBJECT
public:
    explicit FrozenTable(QWidget* parent = nullptr);
    void setModel(QAbstractItemModel* model) override;
    /// Not under the first column either.
    void scrollTo(const QModelIndex& index, ScrollHint hint = EnsureVisible) override;
    /// The first column's own view; it has the look of the table and never the focus. For its delegate and its clicks.
    QTableView* names() const { return m_names; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();

    QTableView* m_names;
};

} // namespace qs::gui
