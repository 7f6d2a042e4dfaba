"""`python -m rapidscore.patch` runs scripts and modules as Python does."""

import shutil
import subprocess
import sys

import pytest


class TestScripts:
    def run(self, *words, **options):
        command = [sys.executable, "-m", "rapidscore.patch", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, **options)

    def test_script_with_arguments(self, tmp_path):
        script = tmp_path / "score.py"
        (tmp_path / "beside.py").write_text("VALUE = 3\n")
        script.write_text(
            "import sys, beside, sacrebleu, rapidscore\n"
            "if __name__ == '__main__':\n"
            "    state = rapidscore.patch.status()['sacrebleu'].state\n"
            "    print(sys.argv[1:], beside.VALUE, state, __file__ == sys.argv[0])\n"
            "    sys.exit(5)\n"
        )
        done = self.run(str(script), "-m", "--flag", "x y")
        assert done.stdout == "['-m', '--flag', 'x y'] 3 patched True\n", done.stderr
        assert done.returncode == 5

    @pytest.mark.parametrize(
        "text",
        [
            "import sys; print(sys.argv, __file__, __builtins__.len([1]), __spec__ and __spec__.name, __package__)",
            "print(type(__loader__).__name__, __loader__.get_data(__file__)[:5], __doc__, __cached__)",
            "def f(): return 1 / 0\nf()",
            "class Own(Exception): pass\ntry: 1 / 0\nexcept ZeroDivisionError: raise Own('é')",
            "raise SystemExit('what it says')",
            "import sys; sys.excepthook = lambda *error: print('mine', error[0], error[2].tb_lineno)\n[][0]",
            "this is no Python",
            "import atexit, sys\nkept = [1]\natexit.register(lambda: print(__import__('__main__').kept))\nsys.exit(3)",
            "import pickle, threading, time\nclass A: pass\n"
            "def late(): time.sleep(0.2); print(type(pickle.loads(pickle.dumps(A()))))\n"
            "threading.Thread(target=late).start()",
            "from concurrent.futures import ProcessPoolExecutor\nimport multiprocessing\n"
            "def work(x): return x + 1\n"
            "if __name__ == '__main__':\n"
            "    pool = ProcessPoolExecutor(1, multiprocessing.get_context('fork'))\n"
            "    for at in range(30): pool.submit(work, at).add_done_callback(lambda done: print(done.result()))",
            "from multiprocessing import get_context\ndef work(x): return x + 1\n"
            "if __name__ == '__main__': print(get_context('spawn').Pool(1).map(work, [1, 2]))",
            "import sys; print(sys.stdin.read())",
            "print(globals().get('__annotations__'))",
            "raise KeyboardInterrupt",
            "class Own(BaseException): pass\ndef f(): raise Own(3)\nf()",
        ],
    )
    @pytest.mark.parametrize("as_module", [False, True])
    def test_runs_as_python_does(self, tmp_path, text, as_module):
        (tmp_path / "script.py").write_text(text, encoding="utf-8")
        words = ["-m", "script", "a"] if as_module else ["script.py", "a"]
        given = {"cwd": tmp_path, "input": "from stdin"}
        plain = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False, **given)
        patched = self.run(*words, **given)
        assert (patched.stdout, patched.stderr) == (plain.stdout, plain.stderr)
        assert patched.returncode == plain.returncode

    def test_folders_and_archives(self, tmp_path):
        (tmp_path / "__main__.py").write_text("import sys; print(__name__, sys.argv[1:])")
        archive = shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "__main__.py")
        for path in str(tmp_path), archive, shutil.copy(archive, tmp_path / "app"):
            assert self.run(path, "a").stdout == "__main__ ['a']\n"

    def test_module(self, tmp_path):
        (tmp_path / "work.py").write_text(
            "import sys, sklearn.metrics, rapidscore\n"
            "print(__name__, sys.argv[1:], rapidscore.patch.status()['sklearn'].state)\n"
        )
        done = self.run("-m", "work", "a", cwd=tmp_path)
        assert done.stdout == "__main__ ['a'] patched\n", done.stderr

    def test_linked_script(self, tmp_path):
        (tmp_path / "real").mkdir()
        (tmp_path / "real" / "beside.py").write_text("VALUE = 3\n")
        (tmp_path / "real" / "script.py").write_text(
            "import os, beside\nos.chdir('/')\nprint(os.path.exists(__file__))\n"
        )
        (tmp_path / "link.py").symlink_to(tmp_path / "real" / "script.py")
        assert self.run("link.py", cwd=tmp_path).stdout == "True\n"

    @pytest.mark.parametrize(
        ("words", "status", "message"),
        [
            ([], 2, "usage: python -m rapidscore.patch"),
            (["--help"], 0, "usage: python -m rapidscore.patch"),
            (["-m"], 2, "-m needs the name of a module"),
            (["nothing.py"], 2, "nothing.py: no such file"),
            (["-m", "no_such_module"], 1, "no_such_module"),
        ],
        ids=str,
    )
    def test_usage_errors(self, words, status, message):
        done = self.run(*words)
        assert done.returncode == status
        assert message in done.stdout + done.stderr
