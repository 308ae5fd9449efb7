// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/workspace.h"

#include <QObject>
#include <QRectF>
#include <optional>

namespace qs::gui {

/// A tensor of an opened checkpoint.
struct TensorRef {
    int checkpoint = 0;
    std::ptrdiff_t tensor = -1;
    bool valid() const { return tensor >= 0; }
    bool operator==(const TensorRef&) const = default;
};

/// One element of the selected tensor.
struct Cell {
    Index row = 0;
    Index col = 0;
    bool operator==(const Cell&) const = default;
};

/// A part of the selected tensor's matrix: rows [row0, row1) × columns [col0, col1).
struct Region {
    Index row0 = 0, row1 = 0, col0 = 0, col1 = 0;
    QString label; ///< "head 3"; empty: only its rows and columns
    bool operator==(const Region&) const = default;
    bool contains(const Cell& c) const { return c.row >= row0 && c.row < row1 && c.col >= col0 && c.col < col1; }
    std::uint64_t elements() const { return static_cast<std::uint64_t>((row1 - row0) * (col1 - col0)); }
    /// "0:64,0:128", as plots take it.
    std::string text() const;
};

/// The one linked selection. Each view reads it, each view may set it, none talks to another. GUI thread only.
class Selection : public QObject {
    Q_OBJECT
public:
    explicit Selection(Workspace& workspace, QObject* parent = nullptr);

    TensorRef tensor() const { return m_now.tensor; }
    const Checkpoint* checkpoint() const { return m_workspace.checkpoint(m_now.tensor.checkpoint); }
    const io::TensorInfo* tensorInfo() const;
    void setTensor(TensorRef tensor);

    /// The results compared now; null: none. A is the one that single views show.
    ResultPtr a() const { return m_now.a; }
    ResultPtr b() const { return m_now.b; }
    void setA(ResultPtr result);
    void setB(ResultPtr result);
    void swapAB();
    /// All results of the selected tensor: A, B, the pinned ones, the others.
    std::vector<ResultPtr> shown() const;
    /// Results kept on show beside A and B: those of the recipes (or other checkpoints) of which the workspace has a pinned
    /// result, so that a pin holds for all tensors.
    std::vector<ResultPtr> pinnedResults() const;
    bool isPinned(const ResultPtr& result) const;
    void pinResult(const ResultPtr& result, bool on);
    /// Zooms all matrix views to elements [row0, row1) × [col0, col1) with some room around, and pins the first of them.
    void showPlace(Index row0, Index row1, Index col0, Index col1);

    /// Element under the cursor, or pinned by a click.
    std::optional<Cell> cell() const { return m_cell; }
    bool pinned() const { return m_pinned; }
    void hoverCell(std::optional<Cell> cell); ///< ignored while a cell is pinned
    void pinCell(std::optional<Cell> cell);

    /// Rows and columns on show in all matrix views: x and width are columns, y and height rows. Null: everything.
    QRectF range() const { return m_range; }
    void setRange(const QRectF& range);

    /// Value range brushed in a histogram: the heat map dims what is outside.
    std::optional<std::pair<double, double>> brush() const { return m_brush; }
    void setBrush(std::optional<std::pair<double, double>> brush);

    /// A sub-matrix, a head or an expert: views dim or leave out what lies outside. Part of the history.
    const std::optional<Region>& region() const { return m_now.region; }
    void setRegion(std::optional<Region> region);

    bool canGoBack() const { return m_at > 0; }
    bool canGoForward() const { return m_at + 1 < m_history.size(); }
    void back();
    void forward();

signals:
    void tensorChanged();
    void resultsChanged(); ///< A, B or the set of results of the tensor
    void cellChanged();
    void rangeChanged();
    void brushChanged();
    void regionChanged();
    void historyChanged();

private:
    struct State {
        TensorRef tensor;
        ResultPtr a;
        ResultPtr b;
        std::optional<Region> region = {};
        bool operator==(const State&) const = default;
    };
    void go(const State& state, bool remember);
    void workspaceResultsChanged();
    void reloaded(int checkpoint);

    Workspace& m_workspace;
    State m_now;
    std::string m_name;             ///< of the tensor: it stays selected when its checkpoint is read anew
    std::vector<ResultPtr> m_known; ///< results of the tensor when they were last announced
    std::vector<State> m_history;
    std::size_t m_at = 0;
    std::optional<Cell> m_cell;
    bool m_pinned = false;
    QRectF m_range;
    std::optional<std::pair<double, double>> m_brush;
};

} // namespace qs::gui
