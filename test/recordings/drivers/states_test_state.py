"""TestState: inspection levels, states by name, mocks and how their results are checked."""

import json
import re

from walker import drives

from drivers.states_machines import role, states

HELLO = {"Value": "HelloWorld"}
DATA = {"initialData": {"fieldFromInput": "value from input", "otherField": "other"}, "unrelatedData": {"someOtherField": 1234}}
FAIL = {"Type": "Fail", "Error": "SomeFailure", "Cause": "This state machines raises a 'SomeFailure' failure."}
PASS = {"Type": "Pass", "End": True}
RESULT = {**PASS, "Result": {"resultKey": "result value"}}
IO = {**PASS, "InputPath": "$.initialData", "Parameters": {"staticValue": "some value", "inputValue.$": "$.fieldFromInput"}, "ResultPath": "$.modifiedData", "OutputPath": "$"}
CHOICE = {
    "Type": "Choice",
    "Choices": [{"And": [{"Variable": "$.value", "NumericGreaterThanEquals": 20}, {"Variable": "$.value", "NumericLessThan": 30}], "Next": "ValueInTwenties"}],
    "Default": "Other",
}
STATES = {
    "BASE_FAIL_STATE": (FAIL, HELLO),
    "BASE_PASS_STATE": (PASS, HELLO),
    "BASE_RESULT_PASS_STATE": (RESULT, HELLO),
    "IO_PASS_STATE": (IO, DATA),
    "IO_RESULT_PASS_STATE": ({**RESULT, "InputPath": "$.initialData", "ResultPath": "$.modifiedData", "OutputPath": "$"}, DATA),
    "BASE_CHOICE_STATE": (CHOICE, {"type": "Private", "value": 22}),
}
SCENARIOS = "test_state_scenarios · TestStateCaseScenarios · "


def ask(walk, label, definition, given=HELLO, level=None, **more):
    told = {"definition": json.dumps(definition), "roleArn": role(walk), "input": json.dumps(given), **more}
    if level is not None:
        told["inspectionLevel"] = level
    walk(label, states(walk).test_state, **{key: value for key, value in told.items() if value is not None})


@drives("stepfunctions", *[SCENARIOS + f"test_base_inspection_level_{level}" for level in ("info", "debug", "trace")])
def inspected(walk, case):
    definition, given = STATES[case]
    ask(walk, "test_case_response", definition, given, re.search(r"level_(\w+)\[", walk.name)[1].upper())


LAMBDA = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName.$": "$.FunctionName", "Payload.$": "$.Payload"}, "End": True}


@drives("stepfunctions", SCENARIOS + "test_base_lambda_service_task_state_no_role_arn_validation")
def no_role(walk):
    ask(walk, "validation_exception", LAMBDA, {"FunctionName": "f", "Payload": None}, roleArn=None)


def mapped(**more):
    return {
        "QueryLanguage": "JSONata",
        "Type": "Map",
        "Items": "{% $states.input.Values %}",
        "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "P", "States": {"P": PASS}},
        "Output": {"context": "{% $states.context %}", "input": "{% $states.input %}", "result": "{% $states.result %}"},
        "End": True,
        **more,
    }


MAPS = {"MAX_CONCURRENCY": {"MaxConcurrency": 1}, "TOLERATED_FAILURE_COUNT": {"ToleratedFailureCount": 1}, "TOLERATED_FAILURE_PERCENTAGE": {"ToleratedFailurePercentage": 1}}


@drives("stepfunctions", SCENARIOS + "test_base_map_state_inspect", SCENARIOS + "test_base_map_state_inspect_trace")
def map_inspected(walk, case):
    which, _, level = case.partition("-")
    ask(walk, "test_case_response", mapped(**MAPS[which]), {"Values": [1, 2, 3]}, level or "TRACE", mock={"result": "[1,1,1]"})


@drives("stepfunctions", SCENARIOS + "test_state_task_catch_error")
def caught(walk, level):
    output = {"context": "{% $states.context %}", "errorOutput": "{% $states.errorOutput %}", "input": "{% $states.input %}"}
    definition = {
        "QueryLanguage": "JSONata",
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": "foo", "Payload": "bar"},
        "Catch": [
            {"ErrorEquals": ["MockException"], "Next": "HandleMockError", "Output": output},
            {"ErrorEquals": ["States.TaskFailed"], "Next": "HandleThreshold", "Output": output},
        ],
        "End": True,
    }
    for label, error, cause in (("test_catch_mock_exception_response", "MockException", "Mock the cause of the error."), ("catch_task_failed_response", "States.TaskFailed", "The task failed.")):
        ask(walk, label, definition, HELLO, level, mock={"errorOutput": {"error": error, "cause": cause}})


MACHINES = "test_state_machine_scenarios · TestStateMachineScenarios · "


def machine(**of):
    return {"StartAt": next(iter(of)), "States": of}


@drives("stepfunctions", MACHINES + "test_base_state_name")
def by_name(walk, case):
    level, which = case.split("-")
    state, mock = {
        "BASE_FAIL_STATE_MACHINE": (FAIL, None),
        "BASE_PASS_STATE_MACHINE": (PASS, None),
        "BASE_MAP_STATE_MACHINE": (
            {"Type": "Map", "ItemsPath": "$.Values", "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "State0", "States": {"State0": PASS}}, "End": True},
            None,
        ),
    }[which]
    if which == "BASE_MAP_STATE_MACHINE":
        ask(walk, "test_case_response", machine(Map=state), HELLO, level, stateName="State0")
    elif which == "BASE_FAIL_STATE_MACHINE" and "afterInputPath" not in json.dumps(walk.answers):
        ask(walk, "test_case_response", {"QueryLanguage": "JSONata", **machine(State0=state)}, HELLO, level, stateName="State0")
    else:
        ask(walk, "test_case_response", machine(State0=state), HELLO, level, stateName="State0")


@drives("stepfunctions", MACHINES + "test_base_state_name_multi_state", MACHINES + "test_base_state_name_validation_failures")
def by_name_of_several(walk, case):
    level, _, name = case.rpartition("-")
    definition = {"QueryLanguage": "JSONata", **machine(State0={"Type": "Pass", "Next": "State1"}, State1=FAIL)}
    if level:
        ask(walk, "test_case_response", definition, HELLO, level, stateName=name)
    else:
        walk.raised("exception", states(walk).test_state, definition=json.dumps(definition), roleArn=role(walk), input="{}", stateName=name)


def sdk(service, operation, *members):
    return {"Type": "Task", "Resource": f"arn:aws:states:::aws-sdk:{service}:{operation}", "Parameters": {f"{member}.$": f"$.{member}" for member in members}, "End": True}


EVENTS = {"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "Parameters": {"Entries.$": "$.Entries"}, "End": True}
START = {
    "Type": "Task",
    "Resource": "arn:aws:states:::states:startExecution",
    "Parameters": {"StateMachineArn.$": "$.stateMachineArn", "Input.$": "$.targetInput", "Name.$": "$.name"},
    "ResultPath": "$.targetExecutionResult",
    "OutputPath": "$",
    "End": True,
}
PUT_ITEM = {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Parameters": {"TableName.$": "$.TableName", "Item.$": "$.Item"}, "End": True}
TASKS = {
    "eventbridge": (EVENTS, {"Entries": [{"Detail": "detail", "DetailType": "detail_type", "Source": "source"}]}),
    "mock_result_field_not_in_api_spec": (EVENTS, {"Entries": [{"Detail": "detail", "DetailType": "detail_type", "Source": "source"}]}),
    "sfn": (START, {"stateMachineArn": "arn:aws:states:us-east-1:{account}:stateMachine:TargetStateMachine", "targetInput": None, "name": "TestStartTarget"}),
    "lambda": (LAMBDA, {"FunctionName": "function_name", "Payload": None}),
    "dynamodb": (PUT_ITEM, {"TableName": "table_name", "Item": {"data": {"S": "HelloWorld"}, "id": {"S": "id1"}}}),
    "aws_sdk_s3": (sdk("s3", "getObject", "Bucket", "Key"), {"Bucket": "bucket_name", "Key": "file_key"}),
    "aws_sdk_kms": (sdk("kms", "encrypt", "KeyId", "Plaintext"), {"KeyId": "key_id", "Plaintext": "plain_text"}),
    "aws_sdk_lambda_get_function": (sdk("lambda", "getFunction", "FunctionName"), {"FunctionName": "function_name"}),
}
RESULTS = {
    "field_not_part_of_api_spec": {"random": "json"},
    "empty_json": {},
    "wrong_type_nested_field": {"Entries": [{"EventId": ["not a string"]}]},
    "wrong_type_2nd_array_element": {"Entries": [{"EventId": "a string"}, {"EventId": ["not a string"]}]},
    "missing_required_fields": {},
    "wrong_timestamp_type_bool": {"ExecutionArn": "arn", "StartDate": True},
    "wrong_string_type_number": {"ExecutionArn": 1234, "StartDate": "2025-11-25T00:00:00Z"},
    "wrong_integer_type_string": {"StatusCode": "200"},
    "wrong_float_type_string": {"ConsumedCapacity": {"CapacityUnits": "123.45"}},
    "wrong_long_type_string": {"ContentLength": "9000"},
    "non_existent_enum_value": {"StorageClass": "Papyrus"},
    "wrong_blob_type_number": {"CiphertextBlob": 123},
    "integer_less_than_minimum_allowed": {"Configuration": {"MemorySize": 127}},
    "integer_more_than_maximum_allowed": {"Configuration": {"MemorySize": 10241}},
}


def checked(walk, case):
    mode, task = re.search(r"test_(strict|present)_mode_(\w+?)(?:_task)?(?:_validation_(?:fail|pass))?\[", walk.name).groups()
    definition, given = TASKS[task]
    given = json.loads(json.dumps(given).replace("{account}", walk.account))
    mock = {"result": json.dumps(RESULTS[case])}
    if mode == "present":
        mock["fieldValidationMode"] = "PRESENT"
    label = next(iter(walk.answers))
    answer = walk.answered(states(walk).test_state, definition=json.dumps(definition), roleArn=role(walk), input=json.dumps(given), inspectionLevel="INFO", mock=mock)
    if label == "test_state_response" and "output" in answer:
        # The recording leaves the input out.
        output = json.loads(answer["output"])
        answer["output"] = json.dumps({key: value for key, value in output.items() if key in walk.answers[label]["output"]})
    walk.match(label, answer)


for family, mode in (("field_validation_mode · TestFieldValidationMode", "strict"), ("field_validation_mode_present · TestFieldValidationModePresent", "present")):
    names = [f"{name}{tail}" for name in TASKS for tail in ("", "_task", "_task_validation_fail", "_task_validation_pass")]
    drives("stepfunctions", *[f"{family} · test_{mode}_mode_{name}" for name in names])(checked)

MOCKS = "state_mock_validation · TestStateMockValidation · "
BRANCH = {"StartAt": "A", "States": {"A": PASS}}
PARALLEL = {"Type": "Parallel", "Branches": [BRANCH, {"StartAt": "B", "States": {"B": PASS}}], "End": True}
INLINE = {"Type": "Map", "ItemsPath": "$.Values", "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **BRANCH}, "End": True}
DISTRIBUTED = {"Type": "Map", "ItemsPath": "$.Values", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **BRANCH}, "End": True}
WRITER = {"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "p"}}}


@drives("stepfunctions", MOCKS + "test_both_mock_result_and_mock_error_output_are_set")
def both_mocks(walk):
    ask(walk, "validation_exception", LAMBDA, {"FunctionName": "f", "Payload": None}, mock={"result": "{}", "errorOutput": {"error": "E", "cause": "c"}})


@drives("stepfunctions", MOCKS + "test_reveal_secrets_is_true_and_mock_result_is_set")
def secrets(walk):
    ask(walk, "validation_exception", LAMBDA, {"FunctionName": "f", "Payload": None}, revealSecrets=True, mock={"result": "{}"})


@drives("stepfunctions", MOCKS + "test_mock_result_array_size_mismatch_on_parallel_state")
def too_few(walk):
    ask(walk, "validation_exception", PARALLEL, mock={"result": "[1]"})


@drives("stepfunctions", MOCKS + "test_mock_result_is_not_array_on_parallel_state")
def no_array(walk):
    ask(walk, "validation_exception", PARALLEL, mock={"result": "{}"})


@drives("stepfunctions", MOCKS + "test_mock_result_is_not_object_on_map_state_with_result_writer")
def no_object(walk):
    ask(walk, "validation_exception", {**DISTRIBUTED, **WRITER}, {"Values": [1]}, mock={"result": "[1]"})


@drives("stepfunctions", MOCKS + "test_state_type_does_not_accept_mock")
def no_mock(walk, case):
    mock, state = case.split("-")
    definition = PASS if state == "PassState" else {"Type": "Succeed"}
    told = {"result": json.dumps({"a": 1})} if mock == "mock_result" else {"errorOutput": {"error": "E", "cause": "c"}}
    ask(walk, "validation_exception", definition, mock=told)


@drives("stepfunctions", MOCKS + "test_state_type_requires_mock")
def needs_mock(walk, state):
    ask(walk, "validation_exception", {"MapState": INLINE, "MapTaskState": DISTRIBUTED, "ParallelState": PARALLEL}[state], {"Values": [1]})


MOCKED = "test_state_mock_scenarios · TestStateMockScenarios · "


def mocked(walk, definition, given, result, level=None):
    ask(walk, "test_case_response", definition, given, level, mock={"result": json.dumps(result)})


@drives("stepfunctions", MOCKED + "test_base_lambda_service_task_mock_success")
def mocked_lambda(walk):
    mocked(walk, LAMBDA, {"FunctionName": "f", "Payload": None}, walk.answers["test_case_response"]["output"])


@drives("stepfunctions", MOCKED + "test_io_dynamodb_service_task_mock_success")
def mocked_item(walk, _):
    mocked(walk, PUT_ITEM, TASKS["dynamodb"][1], walk.answers["test_case_response"]["output"])


@drives("stepfunctions", MOCKED + "test_base_parallel_state_mock_success")
def mocked_branches(walk, level):
    mocked(walk, PARALLEL, {"key": "value"}, [{"branch1": "result"}, {"branch2": "result"}], level)


@drives("stepfunctions", MOCKED + "test_io_parallel_state_mock_success")
def mocked_branches_placed(walk, level):
    mocked(walk, {**PARALLEL, "ResultPath": "$.parallelResult"}, {"parallelInput": {"data": "input_value"}}, [{"branch1": "result"}, {"branch2": "result"}], level)


@drives("stepfunctions", MOCKED + "test_io_jsonata_parallel_state_mock_success")
def mocked_branches_of_jsonata(walk, level):
    output = {"parallelInput": "{% $states.input.parallelInput %}", "parallelResult": "{% $states.result %}"}
    mocked(walk, {"QueryLanguage": "JSONata", **PARALLEL, "Output": output}, {"parallelInput": {"data": "input_value"}}, [{"branch1": "result"}, {"branch2": "result"}], level)


@drives("stepfunctions", MOCKED + "test_send_sqs_message_success")
def mocked_message(walk):
    definition = {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl.$": "$.QueueUrl", "MessageBody.$": "$.MessageBody"}, "End": True}
    given = {"QueueUrl": f"https://sqs.us-east-1.amazonaws.com/{walk.account}/q", "MessageBody": "b"}
    mocked(walk, definition, given, {"MD5OfMessageBody": "9e107d9d372bb6826bd81d3542a419d6", "MessageId": "1d6fe3ea-6d1b-4c3f-9f1a-0e0e4b1c5d77"})
