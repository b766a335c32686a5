#pragma once
/// \file  What every Storage must do and the compiler cannot see: obeys_storage_contract(make_storage).
/// Layer `testing`. No torch.

#include <chrono>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <hpo/storage/attributes.hpp>
#include <hpo/storage/datetime.hpp>
#include <hpo/storage/storage.hpp>

#include <hpo/testing/check.hpp>

namespace hpo::testing {

inline const double infinity = std::numeric_limits<double>::infinity();
inline const double nan_value = std::numeric_limits<double>::quiet_NaN();

/// A trial with something in every place.
[[nodiscard]] inline storage::FrozenTrial full_trial() {
  using namespace storage;
  FrozenTrial trial;
  trial.state = TrialState::complete;
  trial.values = {1.5};
  trial.params = {
      {"optim.lr", space::FloatDistribution{1e-5, 1e-1, true}, 1e-3},
      {"aux", space::FloatDistribution{0, 1, false, 0.25}, 0.75},
      {"head.layers", space::IntDistribution{1, 8}, 3},
      {"pooling", space::CategoricalDistribution{{std::string("cls"), std::monostate{}, true, std::int64_t{2}, 3.5}},
       1}};
  trial.intermediate = {{0, 3.5}, {1, infinity}, {2, -infinity}, {7, 1.5}};
  trial.user_attrs = {{"note", R"("é \" \n")"}, {"score", "NaN"}};
  trial.system_attrs = {{"hpo:owner", R"({"pid": 1})"}};
  trial.started = trial.completed = now();
  return trial;
}

template <class Make>
void studies_are_kept(Make make) {
  using namespace storage;
  auto storage = make();
  DOCTEST_CHECK_FALSE(storage->find_study("a").has_value());
  const auto a = storage->create_study("a", {Direction::maximize});
  const auto b = storage->create_study("b é'\"", {Direction::minimize, Direction::maximize});
  DOCTEST_CHECK(a != b);
  DOCTEST_CHECK(storage->find_study("a") == a);
  DOCTEST_CHECK(storage->find_study("b é'\"") == b);
  DOCTEST_CHECK(storage->study(b).directions == std::vector{Direction::minimize, Direction::maximize});
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(storage->create_study("a", {Direction::minimize})), StorageError);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(storage->study(99)), StorageError);

  storage->set_study_attr(a, AttrKind::user, "owner", "\"x\"");
  storage->set_study_attr(a, AttrKind::user, "owner", "\"y\"");
  storage->set_study_attr(a, AttrKind::system, "k", "[1]");
  DOCTEST_CHECK(storage->study(a).user_attrs == Attributes{{"owner", "\"y\""}});
  DOCTEST_CHECK(storage->study(a).system_attrs == Attributes{{"k", "[1]"}});
  DOCTEST_CHECK(storage->study(b).user_attrs.empty());
  DOCTEST_CHECK_THROWS_AS(storage->set_study_attr(99, AttrKind::user, "k", "1"), StorageError);

  const auto kept = storage->create_trial(b, {});
  static_cast<void>(storage->create_trial(a, full_trial()));
  storage->delete_study(a);
  DOCTEST_CHECK_FALSE(storage->find_study("a").has_value());
  DOCTEST_CHECK(storage->studies().size() == 1);
  DOCTEST_CHECK(storage->trial(kept.id).number == 0);
  DOCTEST_CHECK_THROWS_AS(storage->delete_study(a), StorageError);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(storage->create_trial(a, {})), StorageError);
}

template <class Make>
void trials_come_back_as_they_were(Make make) {
  using namespace storage;
  auto storage = make();
  const auto study = storage->create_study("s", {Direction::minimize});
  const auto other = storage->create_study("o", {Direction::minimize});
  auto expected = full_trial();
  static_cast<void>(storage->create_trial(other, {}));
  const auto written = storage->create_trial(study, expected);
  expected.id = written.id;
  expected.number = 0;
  DOCTEST_CHECK(written == expected);
  DOCTEST_CHECK(storage->trial(written.id) == expected);
  History history;
  storage->refresh(study, history);
  DOCTEST_REQUIRE(history.trials().size() == 1);
  DOCTEST_CHECK(history.trials()[0] == expected);
  DOCTEST_CHECK(storage->create_trial(study, {}).number == 1);
  DOCTEST_CHECK(storage->create_trial(other, {}).number == 1);

  const auto running = storage->create_trial(study, {});
  DOCTEST_CHECK(storage->report(running.id, 3, nan_value));
  DOCTEST_CHECK(std::isnan(storage->trial(running.id).intermediate.at(3)));
  const auto both = storage->create_study("m", {Direction::minimize, Direction::maximize});
  const auto two = storage->create_trial(both, {});
  storage->finish(two.id, {TrialState::complete, {infinity, -infinity}, {}});
  DOCTEST_CHECK(storage->trial(two.id).values == std::vector{infinity, -infinity});
}

template <class Make>
void a_trial_ends_once(Make make) {
  using namespace storage;
  auto storage = make();
  const auto study = storage->create_study("s", {Direction::minimize});
  const auto id = storage->create_trial(study, {}).id;
  DOCTEST_CHECK(storage->report(id, 1, 0.5));
  DOCTEST_CHECK_FALSE(storage->report(id, 1, 0.25));
  DOCTEST_CHECK_THROWS_AS(storage->report(id, -1, 0.25), StorageError);
  DOCTEST_CHECK_THROWS_AS(storage->finish(id, {TrialState::complete, {nan_value}, {}}), StorageError);
  DOCTEST_CHECK(storage->trial(id).state == TrialState::running);  // nothing of it was written
  storage->finish(id, {TrialState::failed, {}, {{"hpo:cause", "\"out of memory\""}}});
  const auto ended = storage->trial(id);
  DOCTEST_CHECK(ended.state == TrialState::failed);
  DOCTEST_CHECK(ended.intermediate == std::map<std::int64_t, double>{{1, 0.5}});
  DOCTEST_CHECK(cause_of(ended) == "out of memory");
  DOCTEST_REQUIRE(ended.completed.has_value());
  DOCTEST_CHECK(std::chrono::abs(*ended.completed - now()) < std::chrono::minutes(1));
  DOCTEST_CHECK_THROWS_AS(storage->finish(id, {TrialState::complete, {1.0}, {}}), StorageError);
  DOCTEST_CHECK_THROWS_AS(storage->report(id, 2, 0.5), StorageError);
  DOCTEST_CHECK_THROWS_AS(storage->set_params(id, full_trial().params), StorageError);
  DOCTEST_CHECK_THROWS_AS(storage->set_trial_attr(id, AttrKind::user, "k", "1"), StorageError);
  DOCTEST_CHECK(storage->trial(id) == ended);
  DOCTEST_CHECK_THROWS_AS(storage->report(id + 1000, 2, 0.5), StorageError);
  DOCTEST_CHECK_THROWS_AS(static_cast<void>(storage->trial(id + 1000)), StorageError);
}

template <class Make>
void a_waiting_trial_is_claimed_once(Make make) {
  using namespace storage;
  auto storage = make();
  const auto study = storage->create_study("s", {Direction::minimize});
  FrozenTrial waiting = full_trial();
  waiting.state = TrialState::waiting;
  waiting.values.clear();
  waiting.started = waiting.completed = std::nullopt;
  const auto id = storage->create_trial(study, waiting).id;
  DOCTEST_CHECK_FALSE(storage->trial(id).started.has_value());
  DOCTEST_CHECK(storage->claim(id));
  DOCTEST_CHECK_FALSE(storage->claim(id));
  DOCTEST_CHECK(storage->trial(id).state == TrialState::running);
  DOCTEST_CHECK(storage->trial(id).started.has_value());
  DOCTEST_CHECK_FALSE(storage->claim(id + 1000));
  // Parameters that it brought along are replaced by name, in their place.
  storage->set_params(id, std::vector<StoredParam>{{"aux", space::FloatDistribution{0, 1}, 0.1},
                                                   {"new", space::IntDistribution{0, 3}, 2}});
  const auto params = storage->trial(id).params;
  DOCTEST_REQUIRE(params.size() == 5);
  DOCTEST_CHECK(params[1].internal == 0.1);
  DOCTEST_CHECK(params[4].name == "new");
}

template <class Make>
void history_is_refreshed_in_steps(Make make) {
  using namespace storage;
  auto storage = make();
  const auto study = storage->create_study("s", {Direction::minimize});
  const auto other = storage->create_study("o", {Direction::minimize});
  History history;
  storage->refresh(study, history);
  DOCTEST_CHECK(history.trials().empty());
  const auto a = storage->create_trial(study, {}), b = storage->create_trial(study, {});
  static_cast<void>(storage->create_trial(other, {}));
  storage->refresh(study, history);
  DOCTEST_CHECK(history.trials().size() == 2);
  DOCTEST_CHECK(history.unfinished().size() == 2);
  DOCTEST_CHECK(history.finished().empty());
  storage->finish(b.id, {TrialState::complete, {2.0}, {}});
  static_cast<void>(storage->report(a.id, 1, 4.0));
  static_cast<void>(storage->create_trial(study, full_trial()));
  storage->refresh(study, history);
  DOCTEST_CHECK(history.trials().size() == 3);
  DOCTEST_CHECK(history.trials()[0].intermediate.at(1) == 4.0);
  DOCTEST_CHECK(std::vector<std::size_t>(history.finished().begin(), history.finished().end()) ==
                std::vector<std::size_t>{1, 2});
  storage->finish(a.id, {TrialState::pruned, {4.0}, {}});
  storage->refresh(study, history);
  DOCTEST_CHECK(std::vector<std::size_t>(history.finished().begin(), history.finished().end()) ==
                std::vector<std::size_t>{1, 2, 0});
  DOCTEST_CHECK(history.unfinished().empty());
  DOCTEST_CHECK(history.find(b.id)->values == std::vector{2.0});
  DOCTEST_CHECK(history.find(12345) == nullptr);
}

template <class Make>
void several_steps_are_one_transaction(Make make) {
  using namespace storage;
  auto storage = make();
  const auto study = storage->create_study("s", {Direction::minimize});
  const auto id = storage->create_trial(study, {}).id;
  const auto doomed = storage->create_study("d", {Direction::minimize});
  const auto doomed_trial = storage->create_trial(doomed, full_trial());
  const auto fail_half_way = [&] {
    static_cast<void>(storage->create_trial(study, {}));
    static_cast<void>(storage->report(id, 1, 0.5));
    storage->set_study_attr(study, AttrKind::user, "k", "1");
    storage->set_study_attr(doomed, AttrKind::user, "k", "1");
    storage->widen_choices(doomed, "pooling", space::CategoricalDistribution{{true}});
    storage->delete_study(doomed);
    static_cast<void>(storage->create_study("t", {Direction::minimize}));
    storage->finish(id, {TrialState::failed, {}, {}});
    throw std::runtime_error("half way");
  };
  DOCTEST_CHECK_THROWS_AS(storage->atomically(fail_half_way), std::runtime_error);
  History history;
  storage->refresh(study, history);
  DOCTEST_CHECK(history.trials().size() == 1);
  DOCTEST_CHECK(history.trials()[0].state == TrialState::running);
  DOCTEST_CHECK(history.trials()[0].intermediate.empty());
  DOCTEST_CHECK(storage->study(study).user_attrs.empty());
  DOCTEST_CHECK_FALSE(storage->find_study("t").has_value());
  DOCTEST_CHECK(storage->study(doomed).user_attrs.empty());
  DOCTEST_CHECK(storage->trial(doomed_trial.id) == doomed_trial);

  storage->atomically([&] {
    DOCTEST_CHECK(storage->create_trial(study, {}).number == 1);
    DOCTEST_CHECK(storage->create_trial(study, {}).number == 2);
    storage->atomically([&] { static_cast<void>(storage->report(id, 1, 0.5)); });
  });
  DOCTEST_CHECK(storage->trial(id).intermediate.size() == 1);
}

template <class Make>
void choices_are_widened(Make make) {
  using namespace storage;
  auto storage = make();
  const auto study = storage->create_study("s", {Direction::minimize});
  const auto other = storage->create_study("o", {Direction::minimize});
  const auto a = storage->create_trial(study, full_trial()), b = storage->create_trial(other, full_trial());
  auto wider = std::get<space::CategoricalDistribution>(full_trial().params[3].distribution);
  wider.choices.push_back(std::string("max"));
  storage->widen_choices(study, "pooling", wider);
  DOCTEST_CHECK(storage->trial(a.id).params[3].distribution == space::Distribution(wider));
  DOCTEST_CHECK(storage->trial(a.id).params[0] == a.params[0]);
  DOCTEST_CHECK(storage->trial(b.id) == b);
}

/// `make()` gives a pointer to an empty storage.
template <class Make>
void obeys_storage_contract(Make make) {
  studies_are_kept(make);
  trials_come_back_as_they_were(make);
  a_trial_ends_once(make);
  a_waiting_trial_is_claimed_once(make);
  history_is_refreshed_in_steps(make);
  several_steps_are_one_transaction(make);
  choices_are_widened(make);
}

}  // namespace hpo::testing
