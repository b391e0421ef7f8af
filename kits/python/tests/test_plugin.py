"""pytest in pytest: what a user's run looks like."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from squall import SquallError

TABLES = Path(__file__).with_name("tables.py").read_text()

THROTTLED = """
import pytest
from tables import make_orders, put

@pytest.mark.faults(service="dynamodb", operation="PutItem", error="throttle", times=2)
def test_an_order_is_stored():
    put(make_orders(), "1")
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    pytester.makepyfile(tables=TABLES)
    return pytester


def run(project: pytest.Pytester, *args: str) -> pytest.RunResult:
    return project.runpytest_subprocess(*args, timeout=240)


def test_the_summary_says_what_the_sdk_made_of_it(project: pytest.Pytester) -> None:
    project.makepyfile(test_order=THROTTLED)
    result = run(project, "--junitxml=out.xml")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "*squall: calls that failed or were tried again*",
            "test_order.py::test_an_order_is_stored  dynamodb.PutItem@orders 400, 400, 200 (waited *, * ms)",
        ]
    )
    assert 'name="squall" value="dynamodb.PutItem@orders 400, 400, 200' in Path("out.xml").read_text()


def test_who_does_not_ask_has_no_squall(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    project.makepyfile(test_plain="import os\ndef test_plain(): assert 'AWS_ENDPOINT_URL' not in os.environ")
    monkeypatch.setenv("SQUALL_COMMAND", "/nowhere/squall")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    run(project).assert_outcomes(passed=1)


def test_what_cannot_be_started_is_said(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    project.makepyfile(test_order=THROTTLED)
    monkeypatch.setenv("SQUALL_COMMAND", "/nowhere/squall")
    run(project).stdout.fnmatch_lines(["*`/nowhere/squall start *` cannot be run: No such file or directory*"])
    monkeypatch.setenv("SQUALL_COMMAND", f'"{sys.executable}" -c "raise SystemExit(\'no port\')"')
    run(project).stdout.fnmatch_lines(["*does not start:*", "*no port*"])


def test_a_faults_marker_that_says_nothing_or_no_rule_is_refused(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import pytest

        @pytest.mark.faults()
        def test_nothing(squall): pass

        @pytest.mark.faults("throttle")
        def test_no_rule(squall): pass

        @pytest.mark.faults(service="sqs", error="throttel")
        def test_misspelt(squall): pass
        """
    )
    result = run(project)
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines(
        [
            "E *TypeError: faults(…) says what goes wrong, such as service=*: here it says nothing.",
            "E *TypeError: A rule is a dictionary or keyword arguments, such as service=*, not 'throttle'.",
            'E *"throttel" is no kind of error: "throttle" is the nearest.',
        ]
    )


def test_what_is_refused_is_shown_at_the_line_of_the_test(project: pytest.Pytester) -> None:
    project.makepyfile("def test_order(squall):\n    squall.faults.add(service='dynamo', reset=True)\n")
    result = run(project)
    result.stdout.fnmatch_lines(
        [
            ">   *squall.faults.add(service='dynamo', reset=True)",
            'E   *SquallError: There is no service "dynamo". Did you mean "dynamodb"?',
            "test_what_is_refused_is_shown_at_the_line_of_the_test.py:2: SquallError",
        ]
    )
    result.stdout.no_fnmatch_line("*_OPENER*")


def test_a_squall_yaml_is_for_squall_start_alone(project: pytest.Pytester) -> None:
    Path("squall.yaml").write_text("data-dir: .squall\nrules: [{ service: sqs, error: throttle }]\n")
    project.makepyfile("import boto3\ndef test_order(squall): boto3.client('sqs').list_queues()")
    run(project).assert_outcomes(passed=1)
    assert not Path(".squall").exists()
    # Who wants it says so.
    project.makeini("[pytest]\nsquall_args = --config squall.yaml")
    run(project).assert_outcomes(failed=1)
    assert Path(".squall").exists()


def test_what_has_not_started_once_is_not_started_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tries = tmp_path / "tries"
    code = f"open({str(tries)!r}, 'a').write('x'); raise SystemExit('no port')"
    script = tmp_path / "squall.py"
    script.write_text(code)
    monkeypatch.setenv("SQUALL_COMMAND", f'"{sys.executable}" "{script}"')
    monkeypatch.delenv("SQUALL_URL", raising=False)
    asking = (
        "from squall import SquallError, shared\n"
        "for _ in range(3):\n"
        "    try: shared()\n"
        "    except SquallError as error: print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", asking], capture_output=True, text=True, check=True)
    assert said.stdout.count("no port") == 3, said
    assert tries.read_text() == "x"


def test_a_command_is_words(monkeypatch: pytest.MonkeyPatch) -> None:
    from squall.server import command

    monkeypatch.setenv("SQUALL_COMMAND", '"/a folder/node" --x C:\\b\\main.ts')
    assert command() == ["/a folder/node", "--x", "C:\\b\\main.ts"]


def test_the_nearest_node_modules_comes_before_the_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from squall.server import command

    monkeypatch.delenv("SQUALL_COMMAND", raising=False)
    for folder in ("node_modules/.bin", "bin"):
        program = tmp_path / folder / "squall"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert command() == [str(tmp_path / "node_modules/.bin/squall")]
    (tmp_path / "node_modules/.bin/squall").unlink()
    assert command() == [str(tmp_path / "bin/squall")]
    (tmp_path / "bin/squall").unlink()
    with pytest.raises(SquallError, match="npm install --save-dev squall"):
        command()


def test_clients_of_imported_modules_follow_the_test(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nsquall_autouse = true")
    project.makepyfile(app="import boto3\nclient = boto3.client('dynamodb')\n")
    project.makepyfile(
        test_app="""
        import app, pytest
        from tables import make_orders, put

        @pytest.mark.parametrize("n", [1, 2])
        def test_each_has_its_own_table(squall, n):
            squall.faults.add(service="dynamodb", operation="PutItem", error="throttle", times=n)
            make_orders(app.client)
            put(app.client, "1")
            assert squall.calls.of("dynamodb", "PutItem").statuses == [400] * n + [200]
        """
    )
    run(project).assert_outcomes(passed=2)


def test_explore_finds_the_fault_that_a_test_does_not_survive(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    project.makepyfile(
        test_order="""
        import boto3
        from tables import make_orders, put

        def test_an_order_is_stored(squall):
            client = make_orders()
            try:
                put(client, "1")
            except client.exceptions.ClientError:
                pass
        """
    )
    monkeypatch.setenv("AWS_RETRY_MODE", "standard")
    result = run(project, "-q", "--squall-explore", "--squall-explore-args", "--faults outage")
    assert result.ret == 1, result.stdout.str()
    result.stdout.fnmatch_lines(["*LOST EFFECT*dynamodb.PutItem@orders*outage*", "*test_order.py::test_an_order_is_stored*"])


def test_a_squall_ends_with_its_process_however_that_ends(project: pytest.Pytester) -> None:
    project.makepyfile(
        hold="""
        import sys
        from squall import shared
        server = shared()
        print(server._process.pid, flush=True)
        sys.stdin.read()
        """
    )
    if "SQUALL_URL" in os.environ:
        pytest.skip("nothing is started here")
    with subprocess.Popen([sys.executable, "hold.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        server = int(holder.stdout.readline())
        os.kill(server, 0)
        holder.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while _lives(server):
        assert time.monotonic() < deadline, "The squall outlives who has started it."
        time.sleep(0.02)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # One that has ended and that nobody has waited for: init, in a container, may not do it.
    state = Path(f"/proc/{process}/stat")
    try:
        return state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return sys.platform != "linux"
