// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QDialog>

namespace qs::gui {

class Actions;

/// Version, licence, and the libraries inside with theirs.
class AboutDialog : public QDialog {
    Q_OBJECT
public:
    explicit AboutDialog(QWidget* parent = nullptr);
};

/// All actions and their keys; a key can be changed and given back.
class KeysDialog : public QDialog {
    Q_OBJECT
public:
    explicit KeysDialog(Actions& actions, QWidget* parent = nullptr);
};

} // namespace qs::gui
