#pragma once
/// \file  Progress as a small table that is redrawn in place on a terminal.
/// Layer `report`, tier 0.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hpo/core/describe.hpp>
#include <hpo/core/error.hpp>
#include <hpo/report/console.hpp>
#include <hpo/report/display_width.hpp>
#include <hpo/report/events.hpp>
#include <hpo/report/plain_progress.hpp>
#include <hpo/report/tally.hpp>

namespace hpo::report {

enum class Color { none, red, green, yellow };

/// A line to be drawn: clean text, and one color for all of it.
struct DrawnLine {
  std::string text;
  Color color = Color::none;
};

/// "[#######...]", or blocks where the terminal has them.
[[nodiscard]] inline std::string bar_text(std::int64_t part, std::int64_t whole, std::size_t width, bool unicode) {
  const double share = whole > 0 ? std::clamp(static_cast<double>(part) / static_cast<double>(whole), 0.0, 1.0) : 0.0;
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string bar;
  for (std::size_t i = 0; i < width; ++i) bar += i < full ? (unicode ? "█" : "#") : (unicode ? "·" : ".");
  return unicode ? bar : "[" + bar + "]";
}

/// "evaluation 3/16", or without the end if that is not known.
[[nodiscard]] inline std::string evaluation_text(const Evaluation& e) {
  return concat("evaluation ", e.evaluation, e.evaluations > 0 ? concat("/", e.evaluations) : "");
}

/// The table: how the sweep stands, then the running trials, as many as fit in `rows`.
[[nodiscard]] inline std::vector<DrawnLine> live_table(const Tally& tally, Moment at, bool unicode, std::size_t rows) {
  const StudyInfo& info = tally.info();
  const auto finished = info.trials_before + tally.finished(), all = info.trials_before + info.trials;
  std::string progress = concat(finished);
  if (info.trials > 0) progress = concat(bar_text(finished, all, 20, unicode), " ", finished, "/", all);
  std::vector<DrawnLine> lines{{concat(clean(info.program), "  ", clean(info.study), "  ", clean(info.storage))},
                               {"  trials  " + progress + "  " + counts_text(tally)},
                               {"  time    " + time_left_text(tally, at)},
                               {concat("  best    ", clean(info.metric), " ", best_text(tally)), Color::green}};
  const std::size_t room = rows > lines.size() + 2 ? rows - lines.size() - 2 : 0;
  const auto& running = tally.running();
  const std::size_t shown = running.size() <= room ? running.size() : room > 0 ? room - 1 : 0;
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& trial = running[i];
    std::string text = concat("  trial ", trial.number, "  ");
    if (trial.last) text += concat(evaluation_text(*trial.last), "  ", metric_text(trial.last->value), "  ");
    lines.push_back({text + clean(trial.params)});
  }
  if (shown < running.size() && room > 0) lines.push_back({concat("  and ", running.size() - shown, " more running")});
  return lines;
}

/// Draws the table at most four times a second; notes, warnings and failed trials scroll above it and stay.
class LiveProgress {
 public:
  explicit LiveProgress(Console console) : console_(console) {}

  void show(const Note& note, const Tally& tally, Moment at) {
    stay_.push_back({(note.warning ? "warning: " : "") + clean(note.text), note.warning ? Color::yellow : Color::none});
    draw_if_due(tally, at);
  }
  void show(const TrialFinished& event, const Tally& tally, Moment at) {
    if (event.end == TrialEnd::failed) stay_.push_back({finished_text(tally, event), Color::red});
    draw_if_due(tally, at);
  }
  void show(const Finish&, const Tally& tally, Moment at) {
    draw(tally, at);
    drawn_.clear();  // it stays as it is
  }
  template <class Other>
  void show(const Other&, const Tally& tally, Moment at) {
    draw_if_due(tally, at);
  }

 private:
  void draw_if_due(const Tally& tally, Moment at) {
    if (!last_ || at.steady - *last_ >= std::chrono::milliseconds(250)) draw(tally, at);
  }

  void draw(const Tally& tally, Moment at) {
    const Console::Size size = console_.size();
    std::string out = erase(size.columns);
    for (const DrawnLine& line : stay_) out += painted(line, line.text) + "\n";
    stay_.clear();
    drawn_.clear();
    for (const DrawnLine& line : live_table(tally, at, console_.style().unicode, size.rows)) {
      const std::string_view text = cut(line.text, size.columns - 1);
      drawn_.emplace_back(text);
      out += painted(line, text) + "\n";
    }
    console_.write(out);
    last_ = at.steady;
  }

  /// Goes back to the first line of the table and clears from there. A window made narrower has broken its lines.
  [[nodiscard]] std::string erase(std::size_t columns) const {
    std::size_t rows = 0;
    for (std::string_view rest : drawn_) {
      do {
        rest.remove_prefix(std::min(rest.size(), std::max<std::size_t>(1, cut(rest, columns).size())));
        ++rows;
      } while (!rest.empty());
    }
    return rows == 0 ? "" : concat("\x1b[", rows, "A\r\x1b[J");
  }

  [[nodiscard]] std::string painted(const DrawnLine& line, std::string_view text) const {
    if (!console_.style().color || line.color == Color::none) return std::string(text);
    const char* code = line.color == Color::red ? "31" : line.color == Color::green ? "32" : "33";
    return concat("\x1b[", code, "m", text, "\x1b[0m");
  }

  Console console_;
  std::vector<DrawnLine> stay_;     // to be written above the table, once
  std::vector<std::string> drawn_;  // the table's lines on the screen
  std::optional<std::chrono::steady_clock::time_point> last_;
};

}  // namespace hpo::report
