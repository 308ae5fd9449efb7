// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/pages/page.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace qs::gui {

class LevelEditor;

/// The codebook laboratory: one codebook for the whole tensor, made by hand. Error, usage and bits follow every movement;
/// what is good is kept as a recipe (kmeans:levels=).
class LaboratoryPage : public Page {
    Q_OBJECT
public:
    LaboratoryPage(const Services& services, QWidget* parent);
    std::vector<PlotView*> plots() const override;
    QJsonObject saveState() const override;
    void restoreState(const QJsonObject& state) override;
    bool trigger(const QString& action) override;

    enum Start { Kmeans, Uniform, Nf4, Nf3, Fp4, ResultA };
    /// Takes a ready codebook of 2^bits levels as the beginning.
    void startFrom(Start start, int bits);
    /// The recipe that the levels on show make; Usage while there are none.
    Result<quant::Recipe> recipe() const;
    void keep();
    void undo();
    void redo();

signals:
    void ready(); ///< the tensor's ledger is there

protected:
    void showEvent(QShowEvent* event) override;

private:
    void follow();
    void readTensor();
    void showFigures();
    void remember();
    int bits() const;

    Services m_services;
    LevelEditor* m_editor;
    QComboBox* m_start;
    QComboBox* m_bits;
    QPushButton* m_undo;
    QPushButton* m_redo;
    QPushButton* m_keep;
    QLabel* m_facts;
    QLabel* m_levelFacts;
    QLineEdit* m_value;
    TensorRef m_tensor;          ///< whose ledger the editor has, or waits for
    std::vector<float> m_wanted; ///< levels of a session, until the ledger is there
    std::vector<std::vector<float>> m_history;
    std::size_t m_at = 0;
};

} // namespace qs::gui
