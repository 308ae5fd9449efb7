// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/selection.h"
#include "widgets/theme/theme.h"

#include <QAbstractTableModel>
#include <QTimer>

namespace qs::gui {

/// Tensors down, recipes (and other checkpoints) across, one figure in the cells: the best of a row bold, a tint behind
/// the numbers from the best to the worst of the table.
class LayerRecipeModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Figure { RelativeMse, Sqnr, Bits, Output, FigureCount };
    LayerRecipeModel(Workspace& workspace, Selection& selection, Theme& theme, QObject* parent = nullptr);
    void setFigure(Figure figure);
    Figure figure() const { return m_figure; }
    ResultPtr result(const QModelIndex& index) const;
    /// The layer of a row, by names.
    LayerKey layerOf(int row) const;
    /// The key that the results of a column have in common.
    std::string keyOf(int column) const { return column < 1 || column > static_cast<int>(m_columns.size()) ? std::string() : m_columns[static_cast<std::size_t>(column - 1)].key; }
    /// Index of the tensor in its checkpoint; -1 for no row.
    std::ptrdiff_t tensorOf(int row) const;
    int checkpoint() const { return m_checkpoint; }
    int rowOf(std::ptrdiff_t tensor) const;
    /// Takes changes in at once (they are otherwise gathered for a moment).
    void refresh();

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Column {
        std::string key;
        QString label;
        int slot = 0;
    };
    struct Row {
        std::ptrdiff_t tensor = -1;
        QString label;
        LayerKey layer;
        std::vector<ResultPtr> results; ///< by column; null: none
        int best = -1;
    };
    double value(const study::CellResult& result) const;
    Workspace& m_workspace;
    Selection& m_selection;
    Theme& m_theme;
    Figure m_figure = RelativeMse;
    int m_checkpoint = 0;
    std::vector<Column> m_columns;
    std::vector<Row> m_rows;
    double m_low = 0;
    double m_high = 1;
    QTimer m_gather;
};

} // namespace qs::gui
