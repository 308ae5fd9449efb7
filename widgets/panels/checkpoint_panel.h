// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/models/checkpoint_model.h"
#include "widgets/selection/services.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QTreeView;

namespace qs::gui {

/// The tree of checkpoints with its filter line. The current tensor follows the Selection and sets it; many tensors are
/// picked by multi-selection, a block, or selectors in the filter line and Enter.
class CheckpointPanel : public QWidget {
    Q_OBJECT
public:
    explicit CheckpointPanel(const Services& services, QWidget* parent = nullptr);
    /// What Run works on: the tensors under all selected rows.
    std::vector<TensorRef> picked() const;
    void setPicked(const std::vector<TensorRef>& tensors);
    void pickShown();
    void step(int direction); ///< next (+1) or previous (-1) tensor
    void focusFilter();
    CheckpointModel& model() { return *m_model; }
    QTreeView* tree() const { return m_tree; }
    QLineEdit* filterLine() const { return m_filter; }

signals:
    void pickedChanged();
    void closeRequested(int checkpoint);
    void reloadRequested(int checkpoint);
    void runRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void followSelection();
    void expandForFilter();
    void updateCount();
    void menuAt(const QPoint& position);

    Services m_services;
    CheckpointModel* m_model = nullptr;
    QTreeView* m_tree = nullptr;
    QLineEdit* m_filter = nullptr;
    QLabel* m_count = nullptr;
    bool m_following = false;
    std::vector<TensorRef> m_keep; ///< picked tensors while the model is rebuilt
    std::vector<int> m_known;      ///< checkpoints that were there before: new ones open with their first block
};

} // namespace qs::gui
