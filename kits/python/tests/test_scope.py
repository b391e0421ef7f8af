import os
import subprocess
import sys
import threading

import boto3
import pytest
from botocore.exceptions import ClientError
from tables import make_orders, put

from squall import Scope, Server, SquallError

THROTTLE = {"service": "dynamodb", "operation": "PutItem", "error": "throttle"}


@pytest.mark.faults({**THROTTLE, "times": 2})
def test_the_sdk_retries_and_the_calls_say_so(squall: Scope) -> None:
    put(make_orders(), "1")
    calls = squall.calls.of("dynamodb", "PutItem")
    assert calls.statuses == [400, 400, 200]
    assert [call.attempt for call in calls] == [1, 2, 3]
    assert [call.error_code for call in calls.struck] == ["ProvisionedThroughputExceededException"] * 2
    report = squall.retries("attempts<=3, no-retry-on=4xx")
    assert report["retried"][0]["attempts"] == [400, 400, 200]
    with pytest.raises(AssertionError, match=r"attempts was 3 \(attempts<=2\)"):
        squall.retries("attempts<=2")


@pytest.mark.faults(service="dynamodb", operation="PutItem", error="unavailable", times=1)
@pytest.mark.faults(service="dynamodb", operation="CreateTable", lost_reply=True, times=1)
def test_markers_add_up_and_need_no_fixture(squall: Scope) -> None:
    assert {rule["effect"] for rule in squall.faults.all()} == {"error", "lost-reply"}


def test_rules_and_resources_are_one_tests_own(squall: Scope, squall_server: Server) -> None:
    other = squall_server.scope("other")
    other.faults.add(service="dynamodb", error="AccessDeniedException")
    put(make_orders(), "1")
    assert squall.faults.all() == []
    with pytest.raises(ClientError, match="AccessDenied"):
        boto3.client("dynamodb", **other.client_options()).list_tables()
    assert other.calls.statuses == [400]
    assert {call.record["account"] for call in squall.calls} == {squall.account}
    other.close()
    assert other.faults.all() == []


def test_sixteen_at_once_do_not_meet(squall_server: Server) -> None:
    scopes = [squall_server.scope(f"thread-{n}") for n in range(16)]
    assert len({scope.account for scope in scopes}) == 16

    def work(scope: Scope, n: int) -> None:
        scope.faults.add({**THROTTLE, "times": n % 3 + 1})
        put(make_orders(boto3.Session().client("dynamodb", **scope.client_options())), str(n))

    threads = [threading.Thread(target=work, args=(scope, n)) for n, scope in enumerate(scopes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for n, scope in enumerate(scopes):
        assert scope.calls.of("dynamodb", "PutItem").statuses == [400] * (n % 3 + 1) + [200]
        scope.close()


def test_a_scope_has_the_same_account_in_each_run_and_another_each_time(squall_server: Server) -> None:
    first, second = squall_server.scope("again"), squall_server.scope("again")
    assert first.account != second.account
    assert Server("http://127.0.0.1:1", process=squall_server._process).scope("again").account == first.account


@pytest.mark.faults(service="dynamodb", operation="ListTables", error="throttle", times=1)
def test_a_child_process_is_in_the_scope(squall: Scope) -> None:
    program = "import boto3; boto3.client('dynamodb').list_tables()"
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
    assert squall.calls.of("dynamodb").statuses == [400, 200]


def test_nothing_of_the_environment_leads_away(squall_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    from squall.environment import leading_to

    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    scope = squall_server.scope("lead")
    with leading_to(scope):
        boto3.client("dynamodb").list_tables()
    assert scope.calls.of("dynamodb", "ListTables").statuses == [200]
    assert os.environ["AWS_PROFILE"] == "production" and os.environ["AWS_ENDPOINT_URL_DYNAMODB"]


def test_a_rule_that_cannot_match_is_refused_in_squalls_words(squall: Scope) -> None:
    with pytest.raises(SquallError, match='There is no service "dynamobd". Did you mean "dynamodb"?'):
        squall.faults.add(service="dynamobd", error="throttle")


@pytest.mark.parametrize("again", [False, True])
def test_buckets_go_with_their_test(squall: Scope, again: bool) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="orders-of-python")
    s3.put_object(Bucket="orders-of-python", Key="1", Body=b"one")
    assert squall.calls.of("s3").statuses == [200, 200]


def test_time_passes_at_once(squall: Scope, squall_server: Server) -> None:
    queue = boto3.client("sqs").create_queue(QueueName="jobs", Attributes={"DelaySeconds": "900"})
    sqs = boto3.client("sqs")
    sqs.send_message(QueueUrl=queue["QueueUrl"], MessageBody="later")
    assert "Messages" not in sqs.receive_message(QueueUrl=queue["QueueUrl"])
    squall_server.advance("PT15M")
    assert sqs.receive_message(QueueUrl=queue["QueueUrl"])["Messages"][0]["Body"] == "later"
