"""What the tests of the example programs share: running them, their folders, their databases."""
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "build/release/examples"
QUICK = ["--set", "data.limit=160", "--set", "train.epochs=2", "--set", "encoder.max_length=40"]


class Result:
    def __init__(self, done, words):
        self.code, self.out, self.err, self.words = done.returncode, done.stdout, done.stderr, words

    def expect(self, code=0, out=None, err=None):
        """The exit status, and regular expressions that the two streams must match."""
        said = f"{' '.join(map(str, self.words))}\nexit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"
        assert self.code == code, f"expected exit {code}\n{said}"
        assert out is None or re.search(out, self.out), f"stdout: expected /{out}/\n{said}"
        assert err is None or re.search(err, self.err), f"stderr: expected /{err}/\n{said}"
        return self


def command(program, *words):
    return [str(BUILD / program), *map(str, words)]


def run(program, *words, cwd=ROOT, env=None, **more):
    done = subprocess.run(command(program, *words), cwd=cwd, capture_output=True, text=True, timeout=300,
                          env={**os.environ, **(env or {})}, **more)
    return Result(done, [program, *words])


def tune(folder, *words, program="criteria", config="configs/criteria.toml", quick=QUICK):
    return run(program, "tune", "--config", ROOT / config, "--outdir", folder, *quick, *words)


def start(program, *words, cwd=ROOT):
    return subprocess.Popen(command(program, *words), cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rows(database, query):
    if not pathlib.Path(database).exists():
        return []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        return connection.execute(query).fetchall()


def states(folder):
    """How many trials are in which state; none if there is no database yet."""
    counts = {}
    if not rows(folder / "study.db", "SELECT 1 FROM sqlite_master WHERE name='trials'"):
        return counts
    for (state,) in rows(folder / "study.db", "SELECT state FROM trials"):
        counts[state] = counts.get(state, 0) + 1
    return counts


def best_value(folder):
    return rows(folder / "study.db", "SELECT value FROM trial_values v JOIN trials t USING (trial_id) "
                                     "WHERE t.state='COMPLETE' ORDER BY value DESC")[0][0]


def metric(output, name):
    return float(re.search(rf"^{name} (\S+)$", output, re.M).group(1))


def wait_for(condition, what, seconds=60):
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, f"timed out: {what}"
        time.sleep(0.05)


def main(cases):
    """Runs the cases (functions of an empty folder) and says what failed; `file.py BUILD [NAME...]` runs some."""
    wanted = sys.argv[2:]
    failed = 0
    for case in cases:
        if wanted and case.__name__ not in wanted:
            continue
        with tempfile.TemporaryDirectory(prefix="hpo-test-") as folder:
            begin = time.time()
            try:
                case(pathlib.Path(folder).resolve())
                print(f"ok      {case.__name__} ({time.time() - begin:.1f} s)", flush=True)
            except Exception as error:  # every case is run and reported
                failed += 1
                print(f"FAILED  {case.__name__}: {type(error).__name__}: {error}", flush=True)
    print(f"{failed} failed" if failed else "all passed")
    sys.exit(1 if failed else 0)
