// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/model/config.h"

#include <functional>
#include <initializer_list>
#include <optional>

namespace qs::model {

/// One set of named settings, wherever they come from. A key that is absent or null has no value; a value of a wrong
/// type is remembered as the first error.
class Settings {
public:
    virtual ~Settings() = default;
    virtual std::optional<double> number(std::string_view key) = 0;
    virtual std::optional<bool> flag(std::string_view key) = 0;
    virtual std::optional<std::string> text(std::string_view key) = 0;
    Status status() const
    {
        if (m_error) return fail(*m_error);
        return {};
    }

    std::optional<double> number(std::initializer_list<std::string_view> keys)
    {
        for (const auto key : keys)
            if (const auto v = number(key)) return v;
        return std::nullopt;
    }
    /// A whole number in [0, 2^31); remembered as an error otherwise.
    std::optional<Index> count(std::initializer_list<std::string_view> keys);

protected:
    void wrong(std::string_view key, std::string expected);
    std::optional<Error> m_error;
};

/// Wider heads are refused before anything of their size is made.
inline constexpr Index kWidestHead = Index(1) << 20;

/// How rotary frequencies are scaled.
struct RopeScaling {
    std::string kind = "default"; ///< default, linear, llama3
    double factor = 1;
    double low = 1;
    double high = 4;
    double original = 0;
};

/// 1/θ^(2i/n), rounded to float as the reference does, then scaled.
std::vector<float> ropeFrequencies(Index features, double theta, const RopeScaling& scaling);
Result<Activation> activationFromName(const std::string& name);
tl::unexpected<Error> refuse(const io::ModelSource& source, std::string what);
/// Sizes that fit each other and are not absurd.
Status checkConfig(const io::ModelSource& source, const ModelConfig& config);

Result<ModelConfig> configFromJson(const io::ModelSource& source);
Result<ModelConfig> configFromGguf(const io::ModelSource& source);

} // namespace qs::model
