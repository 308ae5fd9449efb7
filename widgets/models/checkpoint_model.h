// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/selection.h"

#include <QAbstractItemModel>
#include <vector>

namespace qs::gui {

/// The tree of opened checkpoints: checkpoint → blocks → (experts →) tensors by role; embedding, head and norms beside
/// the blocks. Nodes are small and their texts are made when shown, so a million tensors stay usable.
class CheckpointModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { NameColumn, ShapeColumn, DTypeColumn, BitsColumn, SizeColumn, ColumnCount };
    enum class Kind : std::uint8_t { Checkpoint, Block, Expert, Tensor };

    explicit CheckpointModel(Workspace& workspace, QObject* parent = nullptr);

    /// Words that must all occur in a name or role; or selectors of the command line (`*`, role:, block:, expert:, !).
    void setFilter(const QString& filter);
    QString filter() const { return m_filter; }
    /// What is wrong with the selectors in the filter; empty: nothing.
    QString filterError() const { return m_filterError; }
    int shownTensors() const { return m_shown; }
    int allTensors() const { return m_all; }

    Kind kind(const QModelIndex& index) const;
    /// The tensor of a leaf; invalid for others.
    TensorRef tensor(const QModelIndex& index) const;
    int checkpointId(const QModelIndex& index) const;
    QModelIndex indexOf(TensorRef tensor, int column = 0) const;
    /// The tensors that a node stands for: itself, or the quantizable ones below a block, expert or checkpoint.
    std::vector<TensorRef> tensorsUnder(const QModelIndex& index) const;
    /// Next (+1) or previous (-1) tensor in the order of the tree; invalid at the end.
    TensorRef neighbour(TensorRef tensor, int step) const;
    /// All tensors that the filter shows.
    std::vector<TensorRef> shown() const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    // Children of one node lie side by side in m_nodes.
    struct Node {
        int parent = -1;
        int row = 0;
        int first = 0;
        int count = 0;
        int checkpoint = 0; // position in the workspace's list
        int number = -1;    // block or expert number
        int tensor = -1;    // position in the source's list
        Kind kind = Kind::Tensor;
    };
    void rebuild();
    void addChildren(int parent, int checkpoint, std::span<const int> tensors);
    int appendGroup(int parent, std::vector<Node> group);
    std::vector<int> matching(const io::ModelSource& source);
    void collect(int node, std::vector<TensorRef>& out) const;
    const Node& node(const QModelIndex& index) const { return m_nodes[static_cast<std::size_t>(index.internalId())]; }
    QString text(const Node& node, int column) const;

    Workspace& m_workspace;
    std::vector<Node> m_nodes;
    std::vector<int> m_order; // tensor nodes in the order of the tree
    int m_roots = 0;
    int m_shown = 0;
    int m_all = 0;
    QString m_filter;
    QString m_filterError;
    // What the nodes were built from; kept so that indexes stay valid until the model is rebuilt.
    std::vector<Checkpoint> m_checkpoints;
};

} // namespace qs::gui
