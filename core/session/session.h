// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/session/recipe_file.h"
#include "core/study/run_cell.h"

#include <map>
#include <memory>

namespace qs::session {

/// A checkpoint as a session remembers it.
struct Checkpoint {
    std::filesystem::path path;   ///< absolute; relative to the session's folder in the file
    std::uint64_t bytes = 0;      ///< of all its files
    std::int64_t modified = 0;    ///< newest of its files, nanoseconds since 1970
    std::string headerHash;       ///< SHA-256 of names, sizes and first 64 KiB of its files
    bool operator==(const Checkpoint&) const = default;
};

/// A result as a session remembers it.
struct SavedResult {
    std::size_t checkpoint = 0;   ///< in Session::checkpoints
    std::shared_ptr<const study::CellResult> cell; ///< artefact and decoder may be null: figures only
};

/// What is loaded, selected and computed. UI and selection state are texts that only their owners understand.
struct Session {
    std::vector<Checkpoint> checkpoints;
    std::map<std::string, std::string> state; ///< by key ("selection", "window", ...): JSON text as a rule
    std::vector<NamedRecipe> recipes;
    std::vector<SavedResult> results;
};

/// What the files of an opened checkpoint are now.
Result<Checkpoint> describeCheckpoint(const io::ModelSource& source);

enum class CheckpointState { Same, Changed, Missing };
/// Whether an opened checkpoint (null: it could not be opened) is the one that was remembered.
CheckpointState compareCheckpoint(const Checkpoint& remembered, const io::ModelSource* source);

/// Reads a `.qscope` file (SQLite). Everything is checked: schema, version, sizes, recipes, arrays against their recipe.
/// Malformed, Unsupported (a newer version), NotFound, Cancelled.
Result<Session> loadSession(const std::filesystem::path& path, const Context& context = {});
/// Writes it beside its target and puts it in place in one step.
Status saveSession(const std::filesystem::path& path, const Session& session, const Context& context = {});

} // namespace qs::session
