// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/model_run_options.h"

#include <array>

namespace qs::cli {

std::vector<OptionSpec> modelRunOptions()
{
    return {{"--activations", "A",
             "rounds what linear layers of the blocks read to 8 bits: a8_token (per token), a8_tensor (per text)",
             false, false},
            {"--kv", "BITS", "8: rounds keys and values to 8 bits per token and head", false, false}};
}

Result<model::RunOptions> chosenRunOptions(const Invocation& invocation)
{
    model::RunOptions out;
    if (invocation.options.has("--activations")) {
        constexpr std::array<std::string_view, 2> kChoices = {"a8_token", "a8_tensor"};
        const std::string choice = invocation.options.value("--activations");
        QS_TRY(oneOf("--activations", choice, kChoices));
        out.activations = choice == kChoices[0] ? model::ActivationQuant::Token : model::ActivationQuant::Tensor;
    }
    if (invocation.options.has("--kv")) {
        QS_ASSIGN(const auto bits, wholeNumber("--kv", invocation.options.value("--kv"), 8, 8));
        out.kv8 = bits == 8;
    }
    return out;
}

} // namespace qs::cli
