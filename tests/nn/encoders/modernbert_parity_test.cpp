// ModernBERT against another implementation, written from its description (tests/parity/modernbert.py), on
// configurations drawn at random: every kind of layer, rotation, bias, function and padding, and each kind of head.
#include <hpo/checkpoint/folder.hpp>
#include <hpo/checkpoint/torch_version.hpp>
#include <hpo/core/file.hpp>
#include <hpo/nn/encoders/modernbert.hpp>
#include <hpo/nn/hugging_face_heads.hpp>
#include <hpo/nn/model/task_model.hpp>
#include <hpo/testing/tensors.hpp>

#include <ATen/core/grad_mode.h>
#include <ATen/ops/stack.h>

#include <nlohmann/json.hpp>

#include "../../check.hpp"

namespace hpo::nn {
namespace {

// Element i of tensor number n, as modernbert.py computes it.
at::Tensor formula(std::uint64_t number, at::IntArrayRef sizes) {
  at::Tensor values = at::zeros(sizes, at::kDouble);
  double* out = values.data_ptr<double>();
  for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(values.numel()); ++i) {
    std::uint64_t z = (i * 2654435761U + number * 97003U + 12345U) & 0xFFFFFFFFU;
    z ^= z >> 15;
    z = (z * 2246822519U) & 0xFFFFFFFFU;
    z ^= z >> 13;
    out[i] = static_cast<double>(z) / 4294967296.0 - 0.5;
  }
  return values;
}

template <class Model>
void fill(const Model& model) {
  const at::NoGradGuard no_grad;
  std::map<std::string, at::Tensor> sorted;
  for (const auto& parameter : model.named_parameters()) sorted.emplace(parameter.key(), parameter.value());
  std::uint64_t number = 0;
  for (auto& [name, tensor] : sorted) {
    at::Tensor value = formula(number++, tensor.sizes());
    if (tensor.dim() == 2 && name.find("embeddings") == std::string::npos)
      value.mul_(4.0 / std::sqrt(static_cast<double>(tensor.size(1))));
    if (name.ends_with("norm.weight")) value.add_(1.0);
    tensor.copy_(value);
  }
}

at::Tensor matrix(const Json& rows) {
  std::vector<at::Tensor> out;
  for (const Json& row : rows) out.push_back(at::tensor(row.get<std::vector<std::int64_t>>(), at::kLong));
  return at::stack(out);
}

struct Case {
  const Json& json;
  TokenBatch batch{matrix(json.at("ids")), matrix(json.at("mask"))};
  at::ScalarType type;

  template <class Head>
  TaskModel<ModernBertEncoder, Head> model(typename Head::Options options) const {
    if constexpr (requires { options.num_labels; }) options.num_labels = 2;
    return {ModernBertConfig::parse(json.at("config")), options, at::TensorOptions(type).device(at::kCPU)};
  }

  // How far the values of the compared tokens [B, T, n] are from those recorded.
  double off(const at::Tensor& got, const char* name) const {
    double worst = 0.0;
    for (std::size_t row = 0; row < json.at(name).size(); ++row) {
      const auto places = json.at("compared")[row].get<std::vector<std::int64_t>>();
      const at::Tensor values =
          got[static_cast<std::int64_t>(row)].index_select(0, at::tensor(places, at::kLong)).flatten();
      worst = std::max(worst, test::largest_difference(
                                  values, at::tensor(json.at(name)[row].get<std::vector<double>>(), at::kDouble)));
    }
    return worst;
  }
};

TEST_SUITE("nn/encoders/modernbert_parity") {
  TEST_CASE("states and logits of configurations drawn at random, in double and in single precision") {
    const Json cases =
        Json::parse(read_file<DataError>(std::filesystem::path(HPO_SOURCE_DIR) / "tests/parity/modernbert.json"));
    REQUIRE(cases.size() >= 14);
    const at::NoGradGuard no_grad;
    for (const Json& json : cases)
      // In float32 norms over 4 features magnify rounding: the numbers were recorded with libtorch 1.13.
      for (const auto& [type, tolerance] :
           {std::pair(at::kDouble, 1e-6), std::pair(at::kFloat, checkpoint::libtorch_major == 1 ? 1e-5 : 1e-4)}) {
        CAPTURE(json.at("config").dump());
        CAPTURE(tolerance);
        const Case one{.json = json, .type = type};
        const Json& config = json.at("config");
        const auto rows = one.model<ClassificationHead>(sequence_classification(config));
        fill(rows);
        CHECK(one.off(rows.encoder().forward(one.batch, {}), "states") < tolerance);
        const at::Tensor logits = rows.forward(one.batch, {});
        for (std::size_t row = 0; row < json.at("classification").size(); ++row)
          if (!json.at("classification")[row].is_null())
            CHECK(test::largest_difference(
                      logits[static_cast<std::int64_t>(row)],
                      at::tensor(json.at("classification")[row].get<std::vector<double>>(), at::kDouble)) < tolerance);
        const auto tokens = one.model<TokenClassificationHead>(token_classification(config));
        fill(tokens);
        CHECK(one.off(tokens.forward(one.batch, {}), "tokens") < tolerance);
        const auto spans = one.model<SpanHead>(question_answering(config));
        fill(spans);
        CHECK(one.off(spans.forward(one.batch, {}), "tokens") < tolerance);
      }
  }
}

}  // namespace
}  // namespace hpo::nn
