"""How a driver asks: `walk("label", call, …)` makes a call and holds its answer, or its error, against what was recorded under the label."""

import copy
import re
import time

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from compare import Bindings, difference

REGION = "us-east-1"
_session = boto3.session.Session(region_name=REGION)
# What SQS's query protocol calls a list or a map; of others it is the name of their elements.
_QUERY_NAMES = {
    "Actions": "ActionName",
    "AttributeNames": "AttributeName",
    "Attributes": "Attribute",
    "AWSAccountIds": "AWSAccountId",
    "MessageAttributeNames": "MessageAttributeName",
    "MessageAttributes": "MessageAttribute",
    "MessageSystemAttributeNames": "MessageSystemAttributeName",
    "MessageSystemAttributes": "MessageSystemAttribute",
    "Messages": "Message",
    "QueueUrls": "QueueUrl",
    "TagKeys": "TagKey",
    "Tags": "Tag",
    "tags": "Tag",
}


def _querying():
    """A session whose clients of SQS speak the query protocol, that boto3's model of it has forgotten."""
    session = botocore.session.Session()
    loader = session.get_component("data_loader")
    load = loader.load_service_model

    def loaded(service, kind, **version):
        model = load(service, kind, **version)
        if kind != "service-2":
            return model
        model = copy.deepcopy(model)
        model["metadata"].pop("awsQueryCompatible")
        model["metadata"].update(protocol="query", protocols=["query"])
        for name, operation in model["operations"].items():
            if "output" in operation:
                operation["output"]["resultWrapper"] = f"{name}Result"
        shapes = model["shapes"]
        for shape in shapes.values():
            for name, member in shape.get("members", {}).items():
                of = shapes[member["shape"]]
                if of.get("flattened"):
                    member["locationName"] = _QUERY_NAMES.get(name) or of["member"]["shape"]
            if shape["type"] == "map":
                shape["key"]["locationName"] = "Key" if shape["key"]["shape"] == "TagKey" else "Name"
                shape["value"]["locationName"] = "Value"
        return model

    loader.load_service_model = loaded
    return boto3.session.Session(region_name=REGION, botocore_session=session)


class NotWalkable(Exception):
    """The recording does not tell how to ask."""


class Drivers:
    def __init__(self):
        self.exact = {}
        self.families = []

    def drives_all(self, service, fits):
        """A function for all scenarios that nothing else drives and whose answers are fit for it."""

        def register(function):
            self.families.append((service, fits, function))
            return function

        return register

    def drives(self, service, *names):
        """The scenarios that a function drives. What stands in a name's last brackets is the function's argument."""

        def register(function):
            for name in names:
                self.exact[(service, name)] = function
            return function

        return register

    def find(self, service, name, answers):
        exact = self.exact.get((service, name))
        if exact:
            return exact, ()
        found = re.fullmatch(r"(.*?)\[(.*)\]", name, re.DOTALL)
        family = self.exact.get((service, found[1])) if found else None
        if family:
            return family, (found[2],)
        return next(((function, ()) for of, fits, function in self.families if of == service and fits(answers)), (None, ()))


DRIVERS = Drivers()
drives = DRIVERS.drives
drives_all = DRIVERS.drives_all


def lasting(function):
    """Its scenarios see states in progress, and are walked where they last."""
    function.lasts = True
    return function


class Walk:
    """One scenario under way, in an account of its own."""

    def __init__(self, name, answers, recorded, account, url):
        self.name, self.answers, self.recorded, self.account, self.url = name, answers, recorded, account, url
        self.asked, self.differences = set(), []
        self.bindings = Bindings(account, recorded)
        self._clients = {}

    def client(self, service, region=REGION, account=None, checks=False, queries=False):
        """With `checks` boto3 checks parameters itself, as its users know it. With `queries` SQS is asked in its query protocol."""
        key = (service, region, account or self.account, checks, queries)
        if key not in self._clients:
            session = _querying() if queries else _session
            self._clients[key] = session.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=account or self.account,
                aws_secret_access_key="test",
                config=Config(retries={"total_max_attempts": 1}, parameter_validation=checks, inject_host_prefix=False),
            )
        return self._clients[key]

    def session(self, service, credentials):
        """A client of who has temporary credentials."""
        return _session.client(
            service,
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
        )

    def __call__(self, label, call, **arguments):
        """Asks, compares, answers what was answered (of an error: its response)."""
        answer = self.answered(call, **arguments)
        self.match(label, answer)
        return answer

    def answered(self, call, **arguments):
        try:
            return call(**arguments)
        except ClientError as error:
            return error.response

    def raised(self, label, call, **arguments):
        """Of some errors the recordings have the exception's name and text."""
        try:
            answer = call(**arguments)
        except (ClientError, ParamValidationError) as error:
            answer = {"exception_typename": type(error).__name__, "exception_value": str(error)}
        self.match(label, answer)

    def match(self, label, answer):
        self.asked.add(label)
        if label not in self.answers:
            raise KeyError(f"no answer is called {label}")
        found = difference(self.answers[label], answer, self.bindings, label)
        if found:
            self.differences.append(found)

    def until(self, ask, done, seconds=60):
        """Asks until it is so, and answers what was answered then."""
        end = time.monotonic() + seconds
        while True:
            answer = ask()
            if done(answer):
                return answer
            if time.monotonic() > end:
                raise TimeoutError(f"never so: {str(answer)[:300]}")
            time.sleep(0.02)
