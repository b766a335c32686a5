#pragma once
/// \file  What a trial's process and the sweep say to each other: one JSON object a line.
/// Layer `sweep`. No torch.
///
/// An hpo::Evaluation is a message as it is. Two messages are answered: an evaluation with an hpo::Answer, the end with
/// whether to keep the model.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/core/evaluation.hpp>
#include <hpo/core/json.hpp>
#include <hpo/core/trial_end.hpp>

namespace hpo::sweep {

/// How a trial came to its end.
struct EndMessage {
  TrialEnd end = TrialEnd::failed;
  std::vector<double> values{};             ///< one for each objective; empty unless complete
  std::string cause{};                      ///< why it failed or stopped early
  std::int64_t best_evaluation = 0;         ///< whose values these are; 0: there was none
  std::map<std::string, double> metrics{};  ///< every metric at the best evaluation
  std::vector<std::string> unread{};        ///< parameters that were sampled and that nothing read
};

/// The end that counts for a study: a trial is complete with a number for each objective, or it has failed.
[[nodiscard]] inline EndMessage counted(EndMessage message, std::size_t objectives) {
  if (message.end != TrialEnd::complete) return message;
  const auto odd = std::ranges::find_if_not(message.values, [](double value) { return std::isfinite(value); });
  if (message.values.size() == objectives && odd == message.values.end()) return message;
  message.end = TrialEnd::failed;
  message.cause =
      message.values.size() == objectives
          ? concat("the objective is ", *odd)
          : concat("expected ", objectives, objectives == 1 ? " value" : " values", ", got ", message.values.size());
  message.values.clear();
  return message;
}

/// The trained model has been written to `folder`.
struct ExportMessage {
  std::string folder;
};

/// Where a trial will train, which only a process of its own may look up: see dry_run().
struct DeviceMessage {
  bool on_gpu = false;
};

/// A user attribute of the trial; the value is JSON text.
struct AttributeMessage {
  std::string key, json;
};

/// See Study::set_constraint.
struct ConstraintMessage {
  std::string constraint;
  double value = 0;
};

namespace detail {

// JSON has no NaN or infinity, and a failed trial may report one.
inline Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
}
inline double number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  const std::string text = value.get<std::string>();
  const double infinity = std::numeric_limits<double>::infinity();
  return text == "inf" ? infinity : text == "-inf" ? -infinity : std::numeric_limits<double>::quiet_NaN();
}

inline TrialEnd end_named(const std::string& word) {
  for (const auto& [name, end] : enum_names(TrialEnd{}))
    if (name == word) return end;
  fail<Error>("trial process: expected complete, pruned or failed, got '", word.substr(0, 80), "'");
}

[[nodiscard]] inline std::string line_of(const Json& message) {
  return message.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace detail

[[nodiscard]] inline std::string to_line(const Evaluation& m) {
  return detail::line_of({{"say", "evaluation"},
                          {"evaluation", m.evaluation},
                          {"evaluations", m.evaluations},
                          {"value", detail::number(m.value)},
                          {"train_loss", detail::number(m.train_loss)}});
}
[[nodiscard]] inline std::string to_line(const EndMessage& m) {
  Json values = Json::array(), metrics = Json::object();
  for (const double value : m.values) values.push_back(detail::number(value));
  for (const auto& [name, value] : m.metrics) metrics[name] = detail::number(value);
  return detail::line_of({{"say", "end"},
                          {"end", enum_name(m.end)},
                          {"values", values},
                          {"cause", m.cause},
                          {"best_evaluation", m.best_evaluation},
                          {"metrics", metrics},
                          {"unread", m.unread}});
}
[[nodiscard]] inline std::string to_line(const ExportMessage& m) {
  return detail::line_of({{"say", "export"}, {"folder", m.folder}});
}
[[nodiscard]] inline std::string to_line(const DeviceMessage& m) {
  return detail::line_of({{"say", "device"}, {"on_gpu", m.on_gpu}});
}
[[nodiscard]] inline std::string to_line(const AttributeMessage& m) {
  return detail::line_of({{"say", "attribute"}, {"key", m.key}, {"json", m.json}});
}
[[nodiscard]] inline std::string to_line(const ConstraintMessage& m) {
  return detail::line_of({{"say", "constraint"}, {"constraint", m.constraint}, {"value", detail::number(m.value)}});
}

/// Reads a line and hands it to the visitor as the message that it is.
/// Errors   Error if the line is none of them.
template <class Visitor>
void visit_message(std::string_view line, Visitor&& visitor) {
  const auto no_message = [&](std::string_view why) {
    fail<Error>("trial process: expected a message, got '", line.substr(0, 80), "': ", why);
  };
  try {
    const Json json = Json::parse(line);
    const auto text = [&](const char* key) { return json.at(key).get<std::string>(); };
    const auto count = [&](const char* key) { return json.at(key).get<std::int64_t>(); };
    const std::string say = text("say");
    if (say == "evaluation") {
      visitor(Evaluation{count("evaluation"), count("evaluations"), detail::number(json.at("value")),
                         detail::number(json.at("train_loss"))});
    } else if (say == "end") {
      EndMessage end{.end = detail::end_named(text("end")),
                     .cause = text("cause"),
                     .best_evaluation = count("best_evaluation"),
                     .unread = json.at("unread").get<std::vector<std::string>>()};
      for (const auto& value : json.at("values")) end.values.push_back(detail::number(value));
      for (const auto& [name, value] : json.at("metrics").items()) end.metrics[name] = detail::number(value);
      visitor(end);
    } else if (say == "export") {
      visitor(ExportMessage{text("folder")});
    } else if (say == "device") {
      visitor(DeviceMessage{json.at("on_gpu").get<bool>()});
    } else if (say == "attribute") {
      visitor(AttributeMessage{text("key"), text("json")});
    } else if (say == "constraint") {
      visitor(ConstraintMessage{text("constraint"), detail::number(json.at("value"))});
    } else {
      no_message("no message is called so");
    }
  } catch (const Json::exception& error) {
    no_message(error.what());
  }
}

}  // namespace hpo::sweep
