"""Runs AWS's SAM translator over YAML documents: one line of JSON for each, with the template and what became of it."""

import json
import os
import sys

os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")

from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402
from yaml import YAMLError  # noqa: E402


class NoPolicies:
    """The translator asks AWS for managed policies that it does not know; there are none of these here."""

    def load(self):
        return {}


PARAMETERS = {"AWS::Region": "us-east-1", "AWS::Partition": "aws"}


def documents(path):
    for text in open(path, encoding="utf-8").read().split("\n---\n"):
        if text.strip():
            try:
                yield yaml_parse(text)
            except YAMLError:
                print(f"{path} is no YAML", file=sys.stderr)


for path in sys.argv[1:]:
    for template in documents(path):
        said = {"file": path, "template": json.loads(json.dumps(template, default=str))}
        try:
            said["output"] = transform(template, dict(PARAMETERS), NoPolicies())
        except InvalidDocumentException as error:
            said["errors"] = sorted(cause.message for cause in error.causes)
        except Exception as error:  # A bug of the translator is no result to compare with.
            said["crash"] = repr(error)
        print(json.dumps(said, default=str))
