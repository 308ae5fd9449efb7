// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QDialog>
#include <functional>
#include <vector>

class QLineEdit;
class QListWidget;

namespace qs::gui {

/// Finds every action, tensor and recipe by a fuzzy name and does it.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    struct Entry {
        QString text;
        QString hint; ///< keys of an action, "tensor", "recipe"
        std::function<void()> run;
    };
    explicit CommandPalette(std::vector<Entry> entries, QWidget* parent = nullptr);
    /// How well the letters of `query` follow each other in `text`; negative: not at all.
    static int score(const QString& query, const QString& text);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void refill(const QString& query);
    void choose();

    std::vector<Entry> m_entries;
    QLineEdit* m_line = nullptr;
    QListWidget* m_list = nullptr;
};

} // namespace qs::gui
