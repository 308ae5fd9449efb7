// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/base/error.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace qs::model {

/// A part of a text: bytes [begin, end).
struct Slice {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool match = false; ///< of a regex, or what lies between two matches
};

/// A regular expression of a tokenizer, run by ICU. \p{L}, \p{N}, \s and \S mean Unicode 16.0's whatever ICU knows, so that
/// words end where the reference ends them. Thread-safe. A pattern from a stranger cannot run away: time and stack of each
/// match are bounded.
class Regex {
public:
    /// Unsupported for a pattern that ICU does not take.
    static Result<Regex> compile(std::string_view pattern);
    /// The whole text in order as matches and what is between them; no empty slices. Unsafe where the bounds are reached.
    Result<std::vector<Slice>> split(std::string_view text) const;
    const std::string& pattern() const { return m_pattern; }

private:
    struct Compiled;
    std::shared_ptr<const Compiled> m_compiled;
    std::string m_pattern;
};

} // namespace qs::model
