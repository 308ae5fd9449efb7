// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/actions.h"

#include "app/gui/settings.h"

#include <QCoreApplication>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QSet>

namespace qs::gui {
namespace {

// A row with an empty id is a separator of its menu.
constexpr ActionSpec kActions[] = {
    {"open", "File", QT_TRANSLATE_NOOP("Actions", "Open…"), "Ctrl+O"},
    {"open_folder", "File", QT_TRANSLATE_NOOP("Actions", "Open folder…"), "Ctrl+Shift+O"},
    {"open_recent", "File", QT_TRANSLATE_NOOP("Actions", "Open recent"), ""},
    {"open_sample", "File", QT_TRANSLATE_NOOP("Actions", "Open the sample model"), "Ctrl+Shift+M"},
    {"reload", "File", QT_TRANSLATE_NOOP("Actions", "Reload"), "F5"},
    {"close_checkpoint", "File", QT_TRANSLATE_NOOP("Actions", "Close checkpoint"), "Ctrl+W"},
    {"", "File", "", ""},
    {"save_session", "File", QT_TRANSLATE_NOOP("Actions", "Save session"), "Ctrl+S"},
    {"save_session_as", "File", QT_TRANSLATE_NOOP("Actions", "Save session as…"), "Ctrl+Shift+S"},
    {"", "File", "", ""},
    {"open_recipes", "File", QT_TRANSLATE_NOOP("Actions", "Open recipes…"), "Ctrl+Alt+O"},
    {"open_calibration", "File", QT_TRANSLATE_NOOP("Actions", "Open calibration…"), "Ctrl+Alt+C"},
    {"save_recipes", "File", QT_TRANSLATE_NOOP("Actions", "Save recipes…"), "Ctrl+Alt+S"},
    {"", "File", "", ""},
    {"export", "File", QT_TRANSLATE_NOOP("Actions", "Export…"), "E", true},
    {"save_picture", "File", QT_TRANSLATE_NOOP("Actions", "Save picture…"), "Ctrl+P"},
    {"save_all_plots", "File", QT_TRANSLATE_NOOP("Actions", "Save all plots…"), "Ctrl+Shift+P"},
    {"print_theme", "File", QT_TRANSLATE_NOOP("Actions", "Save pictures in black on white"), "", false, true},
    {"save_numbers", "File", QT_TRANSLATE_NOOP("Actions", "Save numbers as CSV…"), "Ctrl+Shift+N"},
    {"save_table", "File", QT_TRANSLATE_NOOP("Actions", "Save the results table as CSV…"), "Ctrl+Shift+T"},
    {"", "File", "", ""},
    {"quit", "File", QT_TRANSLATE_NOOP("Actions", "Quit"), "Ctrl+Q"},

    {"undo", "Edit", QT_TRANSLATE_NOOP("Actions", "Undo"), "Ctrl+Z"},
    {"redo", "Edit", QT_TRANSLATE_NOOP("Actions", "Redo"), "Ctrl+Shift+Z"},
    {"", "Edit", "", ""},
    {"copy_picture", "Edit", QT_TRANSLATE_NOOP("Actions", "Copy picture"), "H", true},
    {"copy_command", "Edit", QT_TRANSLATE_NOOP("Actions", "Copy as command line"), "Ctrl+Shift+C"},
    {"", "Edit", "", ""},
    {"find", "Edit", QT_TRANSLATE_NOOP("Actions", "Filter the tensors"), "Ctrl+F"},
    {"palette", "Edit", QT_TRANSLATE_NOOP("Actions", "Find action, tensor or recipe…"), "Ctrl+K"},
    {"pick_shown", "Edit", QT_TRANSLATE_NOOP("Actions", "Pick all tensors shown"), "Ctrl+Shift+A"},
    {"select_shown", "Edit", QT_TRANSLATE_NOOP("Actions", "Select the rows and columns on show"), "Ctrl+Shift+R"},
    {"", "Edit", "", ""},
    {"settings", "Edit", QT_TRANSLATE_NOOP("Actions", "Settings…"), "Ctrl+,"},

    {"theme", "View", QT_TRANSLATE_NOOP("Actions", "Toggle light and dark"), "G", true},
    {"fit", "View", QT_TRANSLATE_NOOP("Actions", "Fit"), "F", true},
    {"log", "View", QT_TRANSLATE_NOOP("Actions", "Log axis"), "L", true},
    {"", "View", "", ""},
    {"layout_explore", "View", QT_TRANSLATE_NOOP("Actions", "Layout: Explore"), "Ctrl+Alt+1"},
    {"layout_compare", "View", QT_TRANSLATE_NOOP("Actions", "Layout: Compare"), "Ctrl+Alt+2"},
    {"layout_run", "View", QT_TRANSLATE_NOOP("Actions", "Layout: Run"), "Ctrl+Alt+3"},
    {"layout_save", "View", QT_TRANSLATE_NOOP("Actions", "Save this layout…"), ""},
    {"layout_reset", "View", QT_TRANSLATE_NOOP("Actions", "Reset layout"), "Ctrl+Alt+0"},
    {"full_screen", "View", QT_TRANSLATE_NOOP("Actions", "Full screen"), "F11", false, true},

    {"run", "Quantize", QT_TRANSLATE_NOOP("Actions", "Run on the selected tensors"), "R", true},
    {"run_all", "Quantize", QT_TRANSLATE_NOOP("Actions", "Run on all layers"), "Shift+R", true},
    {"run_again", "Quantize", QT_TRANSLATE_NOOP("Actions", "Run on the selected tensors (from anywhere)"), "Ctrl+R"},
    {"", "Quantize", "", ""},
    {"add_recipe", "Quantize", QT_TRANSLATE_NOOP("Actions", "Add the recipe of the panel"), "Ctrl+D"},
    {"cancel", "Quantize", QT_TRANSLATE_NOOP("Actions", "Cancel jobs, or clear the selection"), "Esc", true},
    {"pause_jobs", "Quantize", QT_TRANSLATE_NOOP("Actions", "Pause or resume all jobs"), "Ctrl+Shift+Space"},
    {"retry_failed", "Quantize", QT_TRANSLATE_NOOP("Actions", "Retry failed and cancelled jobs"), ""},
    {"clear_jobs", "Quantize", QT_TRANSLATE_NOOP("Actions", "Clear finished jobs"), ""},

    {"set_a", "Compare", QT_TRANSLATE_NOOP("Actions", "Selected result as A"), "A", true},
    {"set_b", "Compare", QT_TRANSLATE_NOOP("Actions", "Selected result as B"), "B", true},
    {"swap_ab", "Compare", QT_TRANSLATE_NOOP("Actions", "Swap A and B"), "X", true},
    {"pin_result", "Compare", QT_TRANSLATE_NOOP("Actions", "Pin or unpin the selected result"), "P", true},
    {"", "Compare", "", ""},
    {"blink", "Compare", QT_TRANSLATE_NOOP("Actions", "Blink A and B (hold)"), "Space", true},
    {"curtain", "Compare", QT_TRANSLATE_NOOP("Actions", "Curtain"), "C", true},
    {"difference", "Compare", QT_TRANSLATE_NOOP("Actions", "Difference of errors"), "D", true},
    {"", "Compare", "", ""},
    {"compare_checkpoint", "Compare", QT_TRANSLATE_NOOP("Actions", "Compare with another checkpoint…"), "Ctrl+Shift+K"},
    {"compare_folder", "Compare", QT_TRANSLATE_NOOP("Actions", "Compare with a model folder…"), ""},
    {"compare_sessions", "Compare", QT_TRANSLATE_NOOP("Actions", "Compare sessions…"), ""},

    {"back", "Go", QT_TRANSLATE_NOOP("Actions", "Back"), "Alt+Left"},
    {"forward", "Go", QT_TRANSLATE_NOOP("Actions", "Forward"), "Alt+Right"},
    {"", "Go", "", ""},
    {"next_tensor", "Go", QT_TRANSLATE_NOOP("Actions", "Next tensor"), "J", true},
    {"previous_tensor", "Go", QT_TRANSLATE_NOOP("Actions", "Previous tensor"), "K", true},
    {"focus_stage", "Go", QT_TRANSLATE_NOOP("Actions", "Focus the stage"), "Ctrl+E"},

    {"explain", "Help", QT_TRANSLATE_NOOP("Actions", "Explain the number, or help"), "F1"},
    {"explain_all", "Help", QT_TRANSLATE_NOOP("Actions", "Explain all numbers on show"), "Shift+F1"},
    {"keys", "Help", QT_TRANSLATE_NOOP("Actions", "Keys…"), "Ctrl+F1"},
    {"about", "Help", QT_TRANSLATE_NOOP("Actions", "About Quantoscope"), ""},
};

constexpr const char* kMenus[] = {QT_TRANSLATE_NOOP("Actions", "File"), QT_TRANSLATE_NOOP("Actions", "Edit"),
    QT_TRANSLATE_NOOP("Actions", "View"), QT_TRANSLATE_NOOP("Actions", "Quantize"), QT_TRANSLATE_NOOP("Actions", "Compare"),
    QT_TRANSLATE_NOOP("Actions", "Go"), QT_TRANSLATE_NOOP("Actions", "Help")};

QString translated(const char* text) { return QCoreApplication::translate("Actions", text); }

} // namespace

std::span<const ActionSpec> actionSpecs() { return kActions; }

Actions::Actions(QMainWindow* window, Settings& settings) : QObject(window), m_settings(settings)
{
    for (const char* title : kMenus) m_menus[QString::fromLatin1(title)] = window->menuBar()->addMenu(QLatin1Char('&') + translated(title));
    const auto custom = settings.shortcuts();
    for (const ActionSpec& spec : kActions) {
        QMenu* menu = m_menus.value(QString::fromLatin1(spec.menu));
        if (!*spec.id) {
            menu->addSeparator();
            continue;
        }
        const QString id = QString::fromLatin1(spec.id);
        QAction* action = nullptr;
        if (id == QLatin1String("open_recent")) action = menu->addMenu(translated(spec.text))->menuAction();
        else action = menu->addAction(translated(spec.text));
        action->setObjectName(id);
        action->setCheckable(spec.checkable);
        action->setAutoRepeat(id == QLatin1String("next_tensor") || id == QLatin1String("previous_tensor"));
        const QKeySequence keys(QString::fromLatin1(spec.keys), QKeySequence::PortableText);
        action->setProperty("builtin", keys.toString(QKeySequence::PortableText));
        action->setProperty("stage", spec.stage);
        const auto it = custom.find(id);
        action->setShortcut(it == custom.end() ? keys : it->second);
        action->setShortcutContext(spec.stage ? Qt::WidgetWithChildrenShortcut : Qt::WindowShortcut);
        if (id == QLatin1String("quit")) action->setMenuRole(QAction::QuitRole);
        if (id == QLatin1String("about")) action->setMenuRole(QAction::AboutRole);
        m_actions[id] = action;
        m_all.push_back(action);
        if (!spec.stage) window->addAction(action);
    }
}

void Actions::setStage(QWidget* stage)
{
    for (QAction* a : m_all)
        if (a->property("stage").toBool()) stage->addAction(a);
}

QAction* Actions::operator[](const char* id) const
{
    QAction* a = m_actions.value(QString::fromLatin1(id));
    Q_ASSERT_X(a, "Actions", id);
    return a;
}

QKeySequence Actions::builtinKeys(const QAction* action)
{
    return QKeySequence(action->property("builtin").toString(), QKeySequence::PortableText);
}

void Actions::setKeys(QAction* action, const QKeySequence& keys)
{
    action->setShortcut(keys);
    m_settings.setShortcut(action->objectName(),
                           keys == builtinKeys(action) ? std::optional<QKeySequence>() : std::optional<QKeySequence>(keys));
}

} // namespace qs::gui
