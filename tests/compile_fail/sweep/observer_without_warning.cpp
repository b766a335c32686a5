// expect-error: has no member named .warning.
#include <hpo/search/study.hpp>
#include <hpo/storage/memory_storage.hpp>
#include <hpo/sweep/optimize.hpp>

struct Deaf {  // no warning(text)
  void sweep_started(const hpo::report::StudyInfo&);
  void trial_started(std::int64_t, const hpo::space::Assignment&);
  void trial_evaluated(std::int64_t, const hpo::Evaluation&);
  void trial_finished(const hpo::report::TrialFinished&);
  void note(const std::string&);
  void tick();
  void finish();
};

void search(hpo::search::Study<hpo::storage::MemoryStorage>& study, Deaf& observer) {
  hpo::sweep::optimize(
      study, [](auto& trial) { return trial.real("x"); }, {.total = 1}, observer);
}
