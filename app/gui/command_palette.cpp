// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/command_palette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>
#include <algorithm>

namespace qs::gui {
namespace {
constexpr int kShown = 60;
}

CommandPalette::CommandPalette(std::vector<Entry> entries, QWidget* parent)
    : QDialog(parent, Qt::Popup), m_entries(std::move(entries))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setAccessibleName(tr("Command palette"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(8);
    m_line = new QLineEdit(this);
    m_line->setPlaceholderText(tr("action, tensor or recipe"));
    m_line->setAccessibleName(tr("Name of an action, tensor or recipe"));
    m_line->installEventFilter(this);
    column->addWidget(m_line);
    m_list = new QListWidget(this);
    m_list->setAccessibleName(tr("What was found"));
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setUniformItemSizes(true);
    column->addWidget(m_list);
    connect(m_line, &QLineEdit::textChanged, this, &CommandPalette::refill);
    connect(m_line, &QLineEdit::returnPressed, this, &CommandPalette::choose);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::choose);
    refill({});
    resize(520, 420);
    m_line->setFocus();
}

int CommandPalette::score(const QString& query, const QString& text)
{
    if (query.isEmpty()) return 0;
    const qsizetype whole = text.indexOf(query, 0, Qt::CaseInsensitive);
    if (whole >= 0) return 1000 - static_cast<int>(std::min<qsizetype>(whole, 200)) + (whole == 0 ? 500 : 0);
    int points = 0;
    qsizetype at = 0;
    qsizetype last = -2;
    for (const QChar c : query) {
        if (c.isSpace()) continue;
        const qsizetype found = text.indexOf(c, at, Qt::CaseInsensitive);
        if (found < 0) return -1;
        const bool starts = found == 0 || !text[found - 1].isLetterOrNumber();
        points += found == last + 1 ? 5 : starts ? 4 : 1;
        last = found;
        at = found + 1;
    }
    return points;
}

void CommandPalette::refill(const QString& query)
{
    std::vector<std::pair<int, std::size_t>> found;
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        if (const int s = score(query.trimmed(), m_entries[i].text); s >= 0) found.emplace_back(-s, i);
    const auto end = found.begin() + std::min<std::ptrdiff_t>(kShown, static_cast<std::ptrdiff_t>(found.size()));
    std::partial_sort(found.begin(), end, found.end());
    m_list->clear();
    for (auto it = found.begin(); it != end; ++it) {
        const Entry& e = m_entries[it->second];
        auto* item = new QListWidgetItem(e.hint.isEmpty() ? e.text : e.text + QStringLiteral("    ") + e.hint, m_list);
        item->setData(Qt::UserRole, static_cast<qulonglong>(it->second));
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::choose()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item) return;
    const auto run = m_entries[item->data(Qt::UserRole).toULongLong()].run;
    close();
    if (run) run();
}

bool CommandPalette::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_line && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int step = key == Qt::Key_Down ? 1 : key == Qt::Key_Up ? -1 : key == Qt::Key_PageDown ? 10 : key == Qt::Key_PageUp ? -10 : 0;
        if (step != 0) {
            m_list->setCurrentRow(std::clamp(m_list->currentRow() + step, 0, std::max(0, m_list->count() - 1)));
            return true;
        }
    }
    return QDialog::eventFilter(object, event);
}

} // namespace qs::gui
