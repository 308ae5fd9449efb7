// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QPoint>
#include <QTimer>
#include <optional>

class QAbstractItemView;
class QModelIndex;
class QWidget;

namespace qs::gui {

/// "Explain this number": F1 says what the number under the mouse, or the one that the keyboard has come to, is; Ctrl held
/// over a number does the same; and one list explains everything that is on show. The words are those of explain().
class Explainer : public QObject {
    Q_OBJECT
public:
    explicit Explainer(QWidget& window);
    /// Shows the explanation; false where there is no number: the caller has help of another kind.
    bool explain();
    /// Every number on show with its explanation, as rich text.
    QString everything() const;

signals:
    void explained(const QString& words);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    struct Found {
        QString words;
        QPoint at; ///< on the screen
        QWidget* widget = nullptr;
    };
    std::optional<Found> underMouse() const;
    std::optional<Found> underKeyboard() const;
    /// The window, and the dialogs that stand before it.
    bool ours(const QWidget* widget) const;
    static std::optional<Found> cellOf(QAbstractItemView* view, const QModelIndex& index);
    bool show(const std::optional<Found>& found);

    QWidget& m_window;
    bool m_byMouse = false; ///< the mouse moved after the last key
    QTimer m_held;          ///< Ctrl, long enough to be no shortcut's
};

} // namespace qs::gui
