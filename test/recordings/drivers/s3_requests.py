"""S3: requests that no SDK makes."""

import os
import urllib.error
import urllib.request
import xml.etree.ElementTree as xml

from walker import REGION


def sent(walk, method, path, headers=None, body=None, signed=True):
    """A request that no SDK makes: status, headers and body of its answer."""
    scope = f"{walk.account}/20260101/{REGION}/s3/aws4_request"
    signature = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0", "x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": "20260101T000000Z"} if signed else {}
    request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + path, body, {**signature, **(headers or {})}, method=method)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as refused:
        answer = refused
    return answer.status, answer.headers, answer.read()


def tree(text):
    """A document as objects: of many elements of one name a list."""

    def told(element):
        if len(element) == 0:
            return element.text
        found = {}
        for child in element:
            found.setdefault(child.tag.split("}")[-1], []).append(told(child))
        return {name: values[0] if len(values) == 1 else values for name, values in found.items()}

    root = xml.fromstring(text)
    return {root.tag.split("}")[-1]: told(root)}


def refused(walk, label, method, path, headers=None, body=None):
    status, _, text = sent(walk, method, path, headers, body)
    error = {name: value for name, value in tree(text)["Error"].items() if name not in ("RequestId", "HostId")}
    walk.match(label, {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}})
