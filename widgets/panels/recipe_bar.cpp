// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/panels/recipe_bar.h"

#include "widgets/models/result_explanation.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QMenu>
#include <QPainter>
#include <QToolButton>

namespace qs::gui {

RecipeChipButton::RecipeChipButton(const RecipeChip& chip, Theme& theme, QWidget* parent)
    : QAbstractButton(parent), m_theme(theme), m_slot(chip.slot), m_recipe(chip.recipe)
{
    setCheckable(true);
    setChecked(chip.enabled);
    setText(QString::fromStdString(chip.recipe.label()));
    setToolTip(explainRecipe(chip.recipe) + QStringLiteral("\n\n") + tr("Click: Run uses it or leaves it out. Right click: edit, run, remove."));
    setAccessibleName(tr("Recipe %1").arg(text()));
    setAccessibleDescription(QString::fromStdString(chip.recipe.text()));
    setFocusPolicy(Qt::TabFocus);
    setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
}

QSize RecipeChipButton::sizeHint() const
{
    const QFontMetrics m = fontMetrics();
    return {m.horizontalAdvance(text()) + 40, m.height() + 10};
}

QSize RecipeChipButton::minimumSizeHint() const { return {64, sizeHint().height()}; }

void RecipeChipButton::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    p.setPen(QPen(hasFocus() || underMouse() ? m_theme.accent() : m_theme.hairline(), 1));
    p.setBrush(m_theme.base());
    p.drawRoundedRect(box, box.height() / 2, box.height() / 2);
    const QColor colour = m_theme.recipe(m_slot);
    // Hollow and grey: Run leaves it out.
    p.setPen(QPen(colour, 1.5));
    p.setBrush(isChecked() ? QBrush(colour) : QBrush(Qt::NoBrush));
    p.drawEllipse(QPointF(16, box.center().y()), 4, 4);
    p.setPen(isChecked() ? m_theme.text() : m_theme.secondary());
    const QRect words = rect().adjusted(27, 0, -12, 0);
    p.drawText(words, Qt::AlignVCenter | Qt::AlignLeft, fontMetrics().elidedText(text(), Qt::ElideRight, words.width()));
}

RecipeBar::RecipeBar(const Services& services, QWidget* parent) : QWidget(parent), m_services(services)
{
    m_row = new QHBoxLayout(this);
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(8);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    setAccessibleName(tr("Recipes"));
    connect(&services.workspace, &Workspace::recipesChanged, this, &RecipeBar::rebuild);
    rebuild();
}

void RecipeBar::rebuild()
{
    // Toggling changes one chip only: keep the widgets, and with them the focus.
    const auto& recipes = m_services.workspace.recipes();
    bool same = recipes.size() == m_chips.size() && !m_chips.empty();
    for (std::size_t i = 0; same && i < recipes.size(); ++i) same = recipes[i].slot == m_chips[i]->slot() && recipes[i].recipe == m_chips[i]->recipe();
    if (same) {
        for (std::size_t i = 0; i < recipes.size(); ++i) m_chips[i]->setChecked(recipes[i].enabled);
        return;
    }
    while (QLayoutItem* item = m_row->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    m_chips.clear();
    for (const auto& r : recipes) {
        auto* chip = new RecipeChipButton(r, m_services.theme, this);
        connect(chip, &QAbstractButton::toggled, this,
                [this, slot = r.slot](bool on) { m_services.workspace.setRecipeEnabled(slot, on); });
        connect(chip, &QWidget::customContextMenuRequested, this, [this, chip](const QPoint& at) { menuOf(chip, at); });
        m_row->addWidget(chip);
        m_chips.push_back(chip);
    }
    auto* add = new QToolButton(this);
    add->setText(QStringLiteral("+"));
    add->setToolTip(tr("Add the recipe of the recipe panel"));
    add->setAccessibleName(tr("Add recipe"));
    add->setProperty("chip", true);
    connect(add, &QToolButton::clicked, this, &RecipeBar::addRequested);
    m_row->addWidget(add);
}

void RecipeBar::menuOf(RecipeChipButton* chip, const QPoint& position)
{
    const int slot = chip->slot();
    QMenu menu(this);
    menu.addAction(tr("Edit in the recipe panel"), this, [this, slot] { emit editRequested(slot); });
    menu.addAction(tr("Run this recipe"), this, [this, slot] { emit runRequested(slot); });
    menu.addAction(tr("Copy as text"), this, [this, slot] {
        for (const auto& r : m_services.workspace.recipes())
            if (r.slot == slot) QApplication::clipboard()->setText(QString::fromStdString(r.recipe.text()));
    });
    menu.addSeparator();
    menu.addAction(tr("Remove"), this, [this, slot] { m_services.workspace.removeRecipe(slot); });
    menu.exec(chip->mapToGlobal(position));
}

} // namespace qs::gui
