#pragma once
/// \file  What a trial's process and the sweep say to each other: one JSON object a line.
/// Layer `sweep`. No torch.

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/error.hpp>
#include <hpo/core/json.hpp>

namespace hpo::sweep {

/// An evaluation during training, sent as soon as it is known; the sweep answers whether to go on.
struct EpochMessage {
  std::int64_t step = 0;   ///< evaluations so far, from 1
  std::int64_t steps = 0;  ///< evaluations planned
  double value = 0;        ///< the study's metric
  double train_loss = 0;
};

/// How a trial came to its end.
struct EndMessage {
  enum class Outcome { complete, pruned, failed } outcome = Outcome::failed;
  double value = std::numeric_limits<double>::quiet_NaN();  ///< the study's metric of the best evaluation
  std::string cause{};                                      ///< why it failed or stopped early; one line
  std::int64_t best_step = 0;
  std::map<std::string, double> metrics{};  ///< every metric at the best evaluation
  std::vector<std::string> unread{};        ///< parameters that were sampled and that nothing read
};

/// The trained model has been written to `folder`.
struct ExportMessage {
  std::string folder;
};

enum class Reply : char { go_on = 'g', prune = 'p', keep = 'k', drop = 'd' };

namespace detail {
// JSON has no NaN or infinity, and a failed trial has no value.
inline Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
}
inline double number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string text = value.get<std::string>();
  const double infinity = std::numeric_limits<double>::infinity();
  return text == "inf" ? infinity : text == "-inf" ? -infinity : std::numeric_limits<double>::quiet_NaN();
}
}  // namespace detail

[[nodiscard]] inline std::string to_line(const EpochMessage& m) {
  return Json{{"say", "epoch"},
              {"step", m.step},
              {"steps", m.steps},
              {"value", detail::number(m.value)},
              {"train_loss", detail::number(m.train_loss)}}
             .dump() +
         '\n';
}
[[nodiscard]] inline std::string to_line(const EndMessage& m) {
  Json metrics = Json::object();
  for (const auto& [name, value] : m.metrics) metrics[name] = detail::number(value);
  return Json{{"say", "end"},
              {"outcome", static_cast<int>(m.outcome)},
              {"value", detail::number(m.value)},
              {"cause", m.cause},
              {"best_step", m.best_step},
              {"metrics", metrics},
              {"unread", m.unread}}
             .dump(-1, ' ', false, Json::error_handler_t::replace) +
         '\n';
}
[[nodiscard]] inline std::string to_line(const ExportMessage& m) {
  return Json{{"say", "export"}, {"folder", m.folder}}.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

/// Reads a line and hands it to the visitor as the message that it is.
/// Errors   Error if the line is none of them.
template <class Visitor>
void visit_message(std::string_view line, Visitor&& visitor) {
  try {
    const Json json = Json::parse(line);
    const std::string say = json.at("say").get<std::string>();
    if (say == "epoch") {
      visitor(EpochMessage{json.at("step").get<std::int64_t>(), json.at("steps").get<std::int64_t>(),
                           detail::number(json.at("value")), detail::number(json.at("train_loss"))});
    } else if (say == "end") {
      EndMessage end{static_cast<EndMessage::Outcome>(json.at("outcome").get<int>()),
                     detail::number(json.at("value")),
                     json.at("cause").get<std::string>(),
                     json.at("best_step").get<std::int64_t>(),
                     {},
                     json.at("unread").get<std::vector<std::string>>()};
      for (const auto& [name, value] : json.at("metrics").items()) end.metrics[name] = detail::number(value);
      visitor(end);
    } else {
      visitor(ExportMessage{json.at("folder").get<std::string>()});
    }
  } catch (const Json::exception& error) {
    fail<Error>("trial process: expected a message, got '", line.substr(0, 80), "': ", error.what());
  }
}

}  // namespace hpo::sweep
