// expect-error: required for the satisfaction of 'Storage<S>' .with S = Notebook.
// A storage that keeps lines of text, where studies and trials are kept.
#include <string>
#include <vector>

#include <hpo/search/sampling/random_sampler.hpp>
#include <hpo/search/study.hpp>

struct Notebook {
  std::vector<std::string> lines;
};

int main() {
  Notebook notebook;
  hpo::search::Study<Notebook, hpo::search::RandomSampler> study(notebook, {}, {});
}
