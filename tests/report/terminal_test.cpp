// Mirrors include/hpo/report/terminal.hpp and the three forms that it chooses from.
#include <hpo/report/terminal.hpp>

#include <chrono>
#include <limits>
#include <sstream>

#include "screen.hpp"

namespace hpo::report {
namespace {
using namespace std::chrono_literals;
using test::PseudoTerminal;
using test::Screen;
using test::Variable;

/// A clock that is moved by hand.
struct Time {
  Moment at{std::chrono::steady_clock::time_point(1h), std::chrono::system_clock::time_point(1'700'000'000s)};
  void pass(std::chrono::milliseconds time) {
    at.steady += time;
    at.wall += time;
  }
  [[nodiscard]] Clock clock() {
    return [this] { return at; };
  }
};

/// The reading end of what a view writes when it is no terminal.
struct Pipe {
  Pipe() { REQUIRE(::pipe2(ends, O_CLOEXEC) == 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::string text;
    for (pollfd ready{ends[0], POLLIN, 0}; ::poll(&ready, 1, 0) == 1;) {
      char part[4096];
      const ssize_t got = ::read(ends[0], part, sizeof part);
      if (got <= 0) break;
      text.append(part, static_cast<std::size_t>(got));
    }
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) all.push_back(line);
    return all;
  }
  int ends[2]{};
};

StudyInfo demo() {
  return {.program = "criteria",
          .study = "demo",
          .storage = "sqlite:///demo.db",
          .metric = "macro_f1",
          .trials = 10,
          .parallel = 2,
          .seed = 7,
          .sampler = "tpe",
          .pruner = "asha"};
}

void run_a_little(ProgressView& view, Time& time) {
  view.sweep_started(demo());
  view.trial_started(0, {{"optim.lr", 0.001}, {"head.pooling", std::string("mean")}});
  view.trial_started(1, {{"optim.lr", 0.002}, {"head.pooling", std::string("cls")}});
  time.pass(2s);
  view.trial_evaluated(0, {1, 4, 0.25});
  view.trial_evaluated(1, {1, 4, 0.5});
  time.pass(2s);
  view.trial_finished({0, TrialEnd::complete, 0.75, 4.0});
  view.trial_finished({1, TrialEnd::failed, std::nullopt, 4.0, "loss is NaN\nat step 3\x1b[2J"});
  view.trial_started(2, {{"optim.lr", 0.003}});
  time.pass(1s);
  view.trial_finished({2, TrialEnd::pruned, 0.125, 1.0, "asha"});
}

TEST_SUITE("report/terminal") {
  TEST_CASE("not a terminal: a plain line for each change") {
    Time time;
    Pipe pipe;
    ProgressView view({}, time.clock(), Console(pipe.ends[1]));
    run_a_little(view, time);
    view.finish();
    CHECK(pipe.lines() ==
          std::vector<std::string>{
              "[00:00:00] study demo: 10 trials, 2 at once, tpe, asha, seed 7, sqlite:///demo.db",
              "[00:00:00] trial 0 started: optim.lr=0.001 head.pooling=mean",
              "[00:00:00] trial 1 started: optim.lr=0.002 head.pooling=cls",
              "[00:00:04] trial 0 complete: macro_f1 0.7500 in 4.0 s; the best so far; done 1, pruned 0, running 1, "
              "failed 0",
              "[00:00:04] trial 1 failed after 4.0 s: loss is NaN at step 3 [2J; best 0.7500 (trial 0); done 1, pruned "
              "0, "
              "running 0, failed 1; about 00:00:16 left",
              "[00:00:04] trial 2 started: optim.lr=0.003",
              "[00:00:05] trial 2 pruned: macro_f1 0.1250 in 1.0 s (asha); best 0.7500 (trial 0); done 1, pruned 1, "
              "running 0, failed 1; about 00:00:11 left",
              "[00:00:05] finished: done 1, pruned 1, running 0, failed 1; best 0.7500 (trial 0)"});
  }

  TEST_CASE("not a terminal: says how it stands when nothing was said for a minute") {
    Time time;
    Pipe pipe;
    ProgressView view({}, time.clock(), Console(pipe.ends[1]));
    view.sweep_started(demo());
    view.trial_started(0, {});
    (void)pipe.lines();
    time.pass(59s);
    view.tick();
    CHECK(pipe.lines().empty());
    time.pass(1s);
    view.tick();
    view.tick();
    CHECK(pipe.lines() == std::vector<std::string>{
                              "[00:01:00] done 0, pruned 0, running 1, failed 0; best none yet; 00:01:00 elapsed"});
  }

  TEST_CASE("quiet: failures and warnings only, on a terminal too") {
    const Variable term("TERM", "xterm");
    Time time;
    const PseudoTerminal terminal(200, 24);
    ProgressView view({.quiet = true}, time.clock(), Console(terminal.fd()));
    run_a_little(view, time);
    view.note("the database is in WAL mode");
    view.warning("slow BLAS");
    view.finish();
    CHECK(terminal.written() ==
          "[00:00:04] trial 1 failed after 4.0 s: loss is NaN at step 3 [2J\r\n[00:00:05] warning: slow BLAS\r\n");
  }

  TEST_CASE("json: an object a line, whatever the text holds") {
    Time time;
    Pipe pipe;
    ProgressView view({.log = LogFormat::json}, time.clock(), Console(pipe.ends[1]));
    run_a_little(view, time);
    view.note("not UTF-8: \xff");
    view.tick();
    view.trial_started(3, {});
    view.trial_evaluated(3, {1, 4, std::numeric_limits<double>::quiet_NaN()});
    view.finish();
    std::vector<Json> objects;
    for (const auto& line : pipe.lines()) objects.push_back(Json::parse(line));
    REQUIRE(objects.size() == 13);
    CHECK(objects[0]["event"] == "sweep_started");
    CHECK(objects[0]["time"] == "2023-11-14T22:13:20.000Z");
    CHECK(objects[0]["direction"] == "maximize");
    CHECK(objects[0]["timeout_s"].is_null());
    CHECK(objects[3] == Json{{"time", "2023-11-14T22:13:22.000Z"},
                             {"elapsed_s", 2.0},
                             {"event", "trial_evaluated"},
                             {"trial", 0},
                             {"evaluation", 1},
                             {"of", 4},
                             {"metric", 0.25}});
    CHECK(objects[5]["state"] == "complete");
    CHECK(objects[5]["best_trial"] == 0);
    CHECK(objects[5]["remaining_s"].is_null());
    CHECK(objects[6]["cause"] == "loss is NaN\nat step 3\x1b[2J");
    CHECK(objects[6]["value"].is_null());
    CHECK(objects[6]["remaining_s"] == 16.0);
    CHECK(objects[9]["text"] == "not UTF-8: \xEF\xBF\xBD");
    CHECK(objects[11]["metric"].is_null());
    CHECK(objects[12]["event"] == "sweep_finished");
    CHECK(objects[12]["running"] == 1);
  }

  TEST_CASE("json and quiet: failures and warnings only") {
    Time time;
    Pipe pipe;
    ProgressView view({.log = LogFormat::json, .quiet = true}, time.clock(), Console(pipe.ends[1]));
    run_a_little(view, time);
    view.finish();
    const auto lines = pipe.lines();
    REQUIRE(lines.size() == 1);
    CHECK(Json::parse(lines[0])["state"] == "failed");
  }

  TEST_CASE("terminal: one table in place, failures above it") {
    const Variable term("TERM", "xterm"), locale("LC_ALL", "C"), color("NO_COLOR", "1");
    Time time;
    const PseudoTerminal terminal(80, 24);
    Screen screen(80);
    ProgressView view({}, time.clock(), Console(terminal.fd()));
    view.sweep_started(demo());
    view.trial_started(0, {{"optim.lr", 0.001}});
    time.pass(1s);
    view.trial_evaluated(0, {1, 4, 0.5});
    screen.obey(terminal.written());
    CHECK(screen.rows() ==
          std::vector<std::string>{"criteria  demo  sqlite:///demo.db",
                                   "  trials  [....................] 0/10  done 0, pruned 0, running 1, failed 0",
                                   "  time    00:00:01 elapsed", "  best    macro_f1 none yet",
                                   "  trial 0  evaluation 1/4  0.5000  optim.lr=0.001", ""});
    time.pass(1s);
    view.trial_finished({0, TrialEnd::failed, std::nullopt, 2.0, "out of memory"});
    time.pass(1s);
    for (std::int64_t number = 1; number <= 5; ++number) {
      view.trial_started(number, {{"optim.lr", 0.002}});
      time.pass(2s);
      view.trial_finished({number, TrialEnd::complete, 0.1 * static_cast<double>(number), 2.0});
    }
    view.finish();
    screen.obey(terminal.written());
    CHECK(screen.rows() ==
          std::vector<std::string>{"trial 0 failed after 2.0 s: out of memory", "criteria  demo  sqlite:///demo.db",
                                   "  trials  [############........] 6/10  done 5, pruned 0, running 0, failed 1",
                                   "  time    00:00:13 elapsed, about 00:00:04 left",
                                   "  best    macro_f1 0.5000 (trial 5)", ""});
    CHECK(screen.colors == 0);
  }

  TEST_CASE("a study that goes on shows the earlier trials in the bar and beside the counts") {
    const Variable term("TERM", "xterm"), locale("LC_ALL", "C");
    StudyInfo info = demo();
    info.trials = 5;
    info.trials_before = 15;
    info.best_before = BestTrial{3, 0.9};
    Time time;
    const PseudoTerminal terminal(120, 24);
    ProgressView view({}, time.clock(), Console(terminal.fd()));
    view.sweep_started(info);
    CHECK(terminal.written().find("[###############.....] 15/20  done 0, pruned 0, running 0, failed 0, earlier 15") !=
          std::string::npos);
    CHECK(study_text(info).starts_with("study demo: 5 trials after 15 earlier ones, 2 at once"));
  }

  TEST_CASE("terminal: at most four drawings a second, and the last state is drawn") {
    const Variable term("TERM", "xterm"), locale("LC_ALL", "C.UTF-8");
    Time time;
    const PseudoTerminal terminal(80, 24);
    Screen screen(80);
    ProgressView view({}, time.clock(), Console(terminal.fd()));
    view.sweep_started(demo());
    view.trial_started(0, {});
    int drawings = 0;
    for (int i = 0; i < 200; ++i) {  // 2 s in steps of 10 ms
      time.pass(10ms);
      view.trial_evaluated(0, {i + 1, 200, 0.5});
      const std::string bytes = terminal.written();
      drawings += bytes.empty() ? 0 : 1;
      screen.obey(bytes);
    }
    CHECK(drawings <= 9);
    CHECK(drawings >= 8);
    view.note("almost there");
    CHECK(terminal.written().empty());
    view.finish();
    screen.obey(terminal.written());
    CHECK(screen.rows().front() == "almost there");
    CHECK(screen.text().find("evaluation 200/200") != std::string::npos);
    CHECK(screen.text().find("····") != std::string::npos);
  }

  TEST_CASE("terminal: colors unless NO_COLOR, dumb terminals get plain lines") {
    const PseudoTerminal terminal(80, 24);
    const auto style = [&](const char* term, const char* no_color) {
      const Variable kind("TERM", term), choice("NO_COLOR", no_color);
      return style_of(terminal.fd());
    };
    CHECK(style("xterm", nullptr).color);
    CHECK(style("xterm", "").color);
    CHECK(!style("xterm", "1").color);
    CHECK(style("xterm", "1").in_place);
    CHECK(!style("dumb", nullptr).in_place);
    CHECK(!style(nullptr, nullptr).in_place);
    Pipe pipe;
    CHECK(!style_of(pipe.ends[1]).in_place);
    const auto unicode = [&](const char* all, const char* type, const char* language) {
      const Variable a("LC_ALL", all), b("LC_CTYPE", type), c("LANG", language);
      return style_of(terminal.fd()).unicode;
    };
    CHECK(unicode("en_GB.UTF-8", nullptr, nullptr));
    CHECK(unicode(nullptr, nullptr, "C.utf8"));
    CHECK(!unicode("C", "C.UTF-8", "C.UTF-8"));
    CHECK(!unicode(nullptr, nullptr, nullptr));
  }

  TEST_CASE("terminal: a window that changes its size loses nothing and repeats nothing") {
    const Variable term("TERM", "xterm"), locale("LC_ALL", "C.UTF-8");
    Time time;
    const PseudoTerminal terminal(120, 24);
    Screen screen(120);
    ProgressView view({}, time.clock(), Console(terminal.fd()));
    StudyInfo info = demo();
    info.study = "研究研究研究研究研究研究研究研究研究研究研究研究研究研究研究研究研究研究 with a long name";
    view.sweep_started(info);
    view.trial_started(0, {{"optim.lr", 0.001},
                           {"head.pooling", std::string("mean")},
                           {"head.dropout", 0.25},
                           {"head.layers", std::int64_t{2}},
                           {"head.width", std::int64_t{128}},
                           {"head.activation", std::string("gelu")}});
    time.pass(1s);
    view.trial_finished({99, TrialEnd::failed, std::nullopt, 1.0, "first"});
    screen.obey(terminal.written());
    for (const unsigned short columns : std::initializer_list<unsigned short>{60, 33, 7, 200, 80}) {
      terminal.resize(columns, 24);
      screen.resize(columns);
      time.pass(1s);
      view.trial_evaluated(0, {1, 4, 0.5});
      screen.obey(terminal.written());
      CAPTURE(screen.text());
      std::size_t tables = 0;
      for (const std::string& row : screen.rows()) {
        tables += row.starts_with("  time") || row.starts_with("  tim") ? 1U : 0U;
        CHECK(display_width(row) <= columns);
      }
      CHECK(tables == 1);
    }
    CHECK(screen.rows().front() == "trial 9");
  }

  TEST_CASE("terminal: no more rows than the window has") {
    const Variable term("TERM", "xterm"), locale("LC_ALL", "C");
    Time time;
    const PseudoTerminal terminal(80, 10);
    Screen screen(80);
    ProgressView view({}, time.clock(), Console(terminal.fd()));
    view.sweep_started(demo());
    for (std::int64_t number = 0; number < 16; ++number) view.trial_started(number, {});
    time.pass(1s);
    view.tick();
    screen.obey(terminal.written());
    CHECK(screen.rows().size() == 9);
    CHECK(screen.text().find("  and 13 more running\n") != std::string::npos);
    terminal.resize(80, 3);
    time.pass(1s);
    view.tick();
    screen.obey(terminal.written());
    CHECK(screen.rows().size() == 5);
  }

  TEST_CASE("a closed stream or pipe does not end the sweep, and leaves no signal behind") {
    Time time;
    ProgressView closed({}, time.clock(), Console(-1));
    CHECK_NOTHROW(run_a_little(closed, time));
    Pipe pipe;
    ::close(pipe.ends[0]);
    ProgressView broken({}, time.clock(), Console(pipe.ends[1]));
    CHECK_NOTHROW(run_a_little(broken, time));
    sigset_t pending;
    REQUIRE(sigpending(&pending) == 0);
    CHECK(sigismember(&pending, SIGPIPE) == 0);
    pipe.ends[0] = ::dup(pipe.ends[1]);
  }
}
}  // namespace
}  // namespace hpo::report
