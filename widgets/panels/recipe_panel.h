// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/quant/recipe.h"
#include "widgets/selection/services.h"

#include <QTimer>
#include <QWidget>

class QBoxLayout;
class QComboBox;
class QLabel;
class QPushButton;

namespace qs::gui {

class ParamForm;
class Sparkline;

/// The recipe panel: a preset of a paper, or transform × grid × assignment × residual with their parameters; exact bits
/// per weight at once, time and error from a trial on a sample of the selected tensor.
class RecipePanel : public QWidget {
    Q_OBJECT
public:
    explicit RecipePanel(const Services& services, QWidget* parent = nullptr);
    void setRecipe(const quant::Recipe& recipe);
    /// Shows a chip's recipe, and offers to put what it becomes back into that chip. 0: no chip.
    void edit(int slot);
    int editedSlot() const { return m_slot; }
    /// The part whose choice or parameters `widget` belongs to; null for none.
    const quant::PartInfo* partAt(const QWidget* widget) const;
    /// The recipe on show; an error says in words what is wrong.
    Result<quant::Recipe> recipe() const;

signals:
    void addRequested();
    void updateRequested(int slot); ///< the chip takes the recipe on show
    void runRequested();

private:
    struct Part {
        quant::PartKind kind = quant::PartKind::Grid;
        QComboBox* choice = nullptr;
        ParamForm* form = nullptr;
    };
    struct Row {
        QBoxLayout* line = nullptr;
        QLabel* label = nullptr;
        QComboBox* box = nullptr;
    };
    void fitRows();
    bool eventFilter(QObject* object, QEvent* event) override;
    void fillPart(Part& part, const quant::PartUse& use);
    void presetChosen(int index);
    void edited();
    void refresh();
    void askTrial();
    void refreshUpdate();
    QString threads() const;
    /// Explains the line of cost and error, of the first rows or of all.
    QString trialTip(Index of, Index rows) const;

    Services m_services;
    QComboBox* m_preset = nullptr;
    std::vector<Part> m_parts;
    std::vector<Row> m_rows; ///< labels beside their boxes, or above where these have no room
    int m_width = 1 << 16;   ///< of the rows
    QLabel* m_bits = nullptr;
    QLabel* m_sum = nullptr;
    QLabel* m_needs = nullptr;
    QLabel* m_cost = nullptr;
    QLabel* m_problem = nullptr;
    int m_slot = 0;                ///< chip that is edited
    QPushButton* m_update = nullptr;
    QPushButton* m_add = nullptr;
    QPushButton* m_run = nullptr;
    void askWhole();
    QTimer m_pause; ///< then the whole tensor is measured
    QString m_costLine;
    QTimer m_wait; ///< a dragged value asks for one trial, not for fifty
    bool m_filling = false;
};

} // namespace qs::gui
