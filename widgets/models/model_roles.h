// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <Qt>

namespace qs::gui {

/// Item data roles that models and delegates share.
enum ModelRole {
    RawRole = Qt::UserRole + 1, ///< the number behind the text: sorting and copying use it
    SlotRole,                   ///< colour slot of a recipe: a dot before the text
    BarRole,                    ///< 0..1: a thin bar in the cell
    BestRole,                   ///< true: best of its tensor
    IdRole,                     ///< stable id of the row (job)
    SecondaryRole,              ///< true: drawn in the secondary text colour
    PinnedRole,                 ///< true: stands first whatever the order
    ChosenRole,                 ///< 1: framed, it is part of the mixture; 2: also fixed there by hand
};

} // namespace qs::gui
