// SPDX-License-Identifier: GPL-3.0-or-later
// The named methods, as data: a paper's name, its parts, the paper's defaults.
#include "core/quant/registry.h"

namespace qs::quant {

void registerRecipes(Registry& registry)
{
    const auto one = [&](const char* name, const char* part, const char* title, const char* source) {
        if (registry.part(part)) registry.add(RecipeInfo{name, title, source, {{part, {}}}});
    };
    one("none", "none", "As stored", "the checkpoint");
    one("rtn", "uniform", "Round to nearest, integers", "related_methods.md §1");
    one("minifloat", "minifloat", "Minifloat", "OCP FP8, FP4, FP6; bitsandbytes FP4");
    one("mx", "mx", "Microscaling (MX)", "OCP Microscaling Formats 1.0");
    one("nvfp4", "nvfp4", "NVFP4", "NVIDIA ModelOpt, compressed-tensors");
    one("nf", "nf", "NormalFloat", "QLoRA, arXiv 2305.14314");
    one("afpq", "afpq", "AFPQ, two scales a group", "AFPQ, arXiv 2311.01792");
    one("kmeans", "kmeans", "Exact k-means codebook", "SqueezeLLM, arXiv 2306.07629; Ckmeans.1d.dp");
    one("lcq", "lcq", "LCQ-style low-rank codebook", "LCQ, arXiv 2405.20973 (reconstruction)");
    one("hqq", "hqq", "HQQ", "Half-quadratic quantization");
    one("ggml", "ggml", "ggml block types", "ggml, GGUF");
    // Methods that leave the levels to another part: alone they work on integers.
    const auto over = [&](const char* part, const char* title, const char* source) {
        if (registry.part(part)) registry.add(RecipeInfo{part, title, source, {{part, {}}}, "uniform"});
    };
    over("gptq", "GPTQ", "GPTQ, arXiv 2210.17323");
    over("cd", "Coordinate descent on Σ", "seed_methods.md §3.9");
    over("awq", "AWQ", "AWQ, arXiv 2306.00978");
    over("smoothquant", "SmoothQuant", "SmoothQuant, arXiv 2211.10438");
    if (registry.part("kmeans") && registry.part("sensitive"))
        registry.add(RecipeInfo{"squeezellm",
                                "SqueezeLLM, dense and sparse",
                                "SqueezeLLM, arXiv 2306.07629",
                                {{"kmeans", {{"weights", "fisher"}}}, {"sensitive", {}}}});
}

} // namespace qs::quant
