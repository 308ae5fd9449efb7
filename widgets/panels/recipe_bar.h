// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/selection/services.h"

#include <QAbstractButton>

class QHBoxLayout;

namespace qs::gui {

/// One recipe: colour dot and label. A click toggles whether Run uses it; the menu edits, runs and removes.
class RecipeChipButton : public QAbstractButton {
    Q_OBJECT
public:
    RecipeChipButton(const RecipeChip& chip, Theme& theme, QWidget* parent);
    int slot() const { return m_slot; }
    const quant::Recipe& recipe() const { return m_recipe; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Theme& m_theme;
    int m_slot = 0;
    quant::Recipe m_recipe;
};

/// The recipes in the tool bar.
class RecipeBar : public QWidget {
    Q_OBJECT
public:
    explicit RecipeBar(const Services& services, QWidget* parent = nullptr);
    const std::vector<RecipeChipButton*>& chips() const { return m_chips; }

signals:
    void editRequested(int slot);
    void runRequested(int slot);
    void addRequested();

private:
    void rebuild();
    void menuOf(RecipeChipButton* chip, const QPoint& position);

    Services m_services;
    QHBoxLayout* m_row = nullptr;
    std::vector<RecipeChipButton*> m_chips;
};

} // namespace qs::gui
