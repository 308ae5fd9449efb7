// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QObject>
#include <span>

class QMainWindow;
class QMenu;
class QWidget;

namespace qs::gui {

class Settings;

/// One row of the table of actions. Every action stands in a menu with its shortcut; all can be changed in Help → Keys.
struct ActionSpec {
    const char* id;    ///< stable; settings and tests use it
    const char* menu;  ///< menu it stands in; "" after a separator mark
    const char* text;
    const char* keys;  ///< portable text; "" for none
    bool stage = false; ///< a single letter: acts only while the stage has the focus
    bool checkable = false;
};
std::span<const ActionSpec> actionSpecs();

/// The actions of the window, made from the table. Slots are connected by whoever does the work.
class Actions : public QObject {
    Q_OBJECT
public:
    Actions(QMainWindow* window, Settings& settings);
    /// Letters act while `stage` or something in it has the focus.
    void setStage(QWidget* stage);
    QAction* operator[](const char* id) const;
    QMenu* menu(const char* title) const { return m_menus.value(QString::fromLatin1(title)); }
    const std::vector<QAction*>& all() const { return m_all; }
    /// Connects an action's triggering.
    template <class Context, class F>
    void on(const char* id, Context* context, F&& slot)
    {
        connect((*this)[id], &QAction::triggered, context, std::forward<F>(slot));
    }
    void setKeys(QAction* action, const QKeySequence& keys);
    static QKeySequence builtinKeys(const QAction* action);

private:
    Settings& m_settings;
    QHash<QString, QAction*> m_actions;
    QHash<QString, QMenu*> m_menus;
    std::vector<QAction*> m_all;
};

} // namespace qs::gui
