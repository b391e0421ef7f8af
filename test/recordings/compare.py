"""What was recorded beside what was answered. Ids, dates and names of a recording are placeholders: `<name:1>` anywhere in a text, or a
bare word such as `datetime`. A placeholder with a number stands for one value throughout a scenario."""

import json
import re
from datetime import datetime

PLACEHOLDER = re.compile(r"<<[^<>]*>[^<>]*>|<[^<>\s/][^<>]*>|\b[a-z]+(?:_[a-z]+)*_(?:arn|name)\b")
BARE = re.compile(r"[A-Za-z][A-Za-z0-9_]*([-_ ][A-Za-z0-9_]+)*(:\d+)?")
# What ids, ARNs, dates, digests, tokens and addresses look like, and ordinary words do not.
VARIES = re.compile(r"arn:|https?://|\d{4}-\d\d-\d\d|[0-9a-f]{8}-[0-9a-f]{4}|\d{5,}|[A-Za-z0-9+/=_-]{16,}")
ACCOUNT = "111111111111"
# Members that answers have had since a month: older recordings could not have them.
SINCE = {
    "apiStatus": (2025, 11),
    "ipAddressType": (2025, 3),
    "PolicyAction": (2022, 6),
    "LastOperations": (2025, 11),
    "OperationId": (2025, 11),
    "LoggingConfig": (2023, 11),
    "responseTransferMode": (2025, 11),
    "redriveCount": (2023, 11),
    "redriveStatus": (2023, 11),
    "redriveStatusReason": (2023, 11),
    "encryptionConfiguration": (2024, 11),
    "CurrentKeyMaterialId": (2025, 7),
    "DestinationKeyMaterialId": (2025, 7),
    "KeyMaterialId": (2025, 7),
    "SourceKeyMaterialId": (2025, 7),
    "WarmThroughput": (2024, 11),
    "EventSourceMappingArn": (2024, 10),
    "RuntimeVersionConfig": (2023, 1),
    "SnapStart": (2023, 1),
}


class Bindings:
    """What the placeholders of one scenario stand for."""

    def __init__(self, account, recorded=""):
        self.account = account
        day = re.match(r"\d\d-(\d\d)-(\d{4})", recorded)
        self.month = (int(day[2]), int(day[1])) if day else (9999, 1)
        self.values = {}

    def holds(self, placeholder, value):
        return self.values.get(placeholder, value) == value

    def bind(self, found):
        if any(not self.holds(name, value) for name, value in found.items()):
            return False
        self.values.update(found)
        return True


def difference(recorded, answered, bindings, path="$"):
    """The first difference as a text, or None. Binds placeholders as it goes."""
    if isinstance(recorded, dict):
        return _object(recorded, _structured(answered, dict), bindings, path)
    if isinstance(recorded, list):
        return _list(recorded, _structured(answered, list), bindings, path)
    if isinstance(recorded, str):
        return None if _text(recorded, answered, bindings) else f"{path}: recorded {_short(recorded)}, answered {_short(answered)}"
    if isinstance(answered, str) and not isinstance(recorded, bool) and recorded is not None:
        answered = _structured(answered, (int, float))
    same = recorded == answered and isinstance(recorded, bool) == isinstance(answered, bool)
    return None if same else f"{path}: recorded {_short(recorded)}, answered {_short(answered)}"


def _structured(answered, kind):
    """A JSON text stands in a recording as what it holds."""
    if isinstance(answered, bytes):
        answered = answered.decode("utf-8", "replace")
    if isinstance(answered, str):
        try:
            parsed = json.loads(answered)
        except ValueError:
            return answered
        return parsed if isinstance(parsed, kind) else answered
    return answered


def _object(recorded, answered, bindings, path):
    if not isinstance(answered, dict):
        return f"{path}: recorded an object, answered {_short(answered)}"
    left = dict(answered)
    named = [key for key in recorded if key in left]
    # What a placeholder alone stands for is learned first: beside another one it would be a guess.
    for key in sorted(named, key=lambda key: (key == "ResponseMetadata", not _is_alone(recorded[key]))):
        value = left.pop(key)
        if key == "HTTPHeaders":
            continue
        found = difference(recorded[key], value, bindings, f"{path}.{key}")
        if found:
            return found
    for key in recorded:
        if key in named or key == "HTTPHeaders":
            continue
        other = next((one for one in left if PLACEHOLDER.search(key) and _text(key, one, bindings)), None)
        if other is None:
            return f"{path}.{key}: recorded, not answered"
        found = difference(recorded[key], left.pop(other), bindings, f"{path}.{other}")
        if found:
            return found
    left.pop("ResponseMetadata", None)
    left = {key: value for key, value in left.items() if SINCE.get(key, (0, 0)) <= bindings.month}
    if path.endswith(".ResponseMetadata"):
        return None
    if left:
        key = sorted(left)[0]
        return f"{path}.{key}: answered ({_short(left[key])}), not recorded"
    return None


def _is_alone(recorded):
    return isinstance(recorded, str) and PLACEHOLDER.fullmatch(recorded) is not None


def _list(recorded, answered, bindings, path):
    if not isinstance(answered, list):
        return f"{path}: recorded a list, answered {_short(answered)}"
    if len(recorded) != len(answered):
        return f"{path}: recorded {len(recorded)} elements, answered {len(answered)}: {_short(answered)}"
    before = dict(bindings.values)
    first = None
    for at, (one, other) in enumerate(zip(recorded, answered)):
        first = difference(one, other, bindings, f"{path}[{at}]")
        if first:
            break
    if first is None:
        return None
    # Recordings sort lists that have no order.
    bindings.values = before
    left = list(answered)
    for one in recorded:
        for other in left:
            kept = dict(bindings.values)
            if difference(one, other, bindings, path) is None:
                left.remove(other)
                break
            bindings.values = kept
        else:
            return first
    return None


def _text(recorded, answered, bindings):
    if isinstance(answered, datetime):
        return PLACEHOLDER.search(recorded) is not None or BARE.fullmatch(recorded) is not None
    if isinstance(answered, bytes):
        try:
            answered = answered.decode()
        except UnicodeDecodeError:  # keys and what is encrypted: a recording has a word in their place
            return PLACEHOLDER.search(recorded) is not None or BARE.fullmatch(recorded) is not None
    if answered is None or isinstance(answered, bool):
        return False
    text = answered if isinstance(answered, str) else json.dumps(answered)
    if recorded == text or recorded.replace(ACCOUNT, bindings.account) == text:
        return True
    if PLACEHOLDER.search(recorded):
        return _with_placeholders(recorded, text, bindings)
    if not BARE.fullmatch(recorded):
        return False
    if not isinstance(answered, str):
        return True
    return VARIES.search(text) is not None and bindings.bind({recorded: text} if ":" in recorded else {})


def _with_placeholders(recorded, text, bindings):
    pattern, names, at = "", [], 0
    for place in PLACEHOLDER.finditer(recorded):
        pattern += _literal(recorded[at : place.start()], bindings)
        name = place.group()
        names.append(name)
        known = bindings.values.get(name) if re.search(r":\d+>$", name) else None
        pattern += f"({re.escape(known)})" if known else "(.+?)" if place.end() < len(recorded) else "(.+)"
        at = place.end()
    pattern += _literal(recorded[at:], bindings)
    found = re.fullmatch(pattern, text, re.DOTALL)
    if found is None:
        return False
    bound = {}
    for name, value in zip(names, found.groups()):
        # Without a number it may stand for several.
        if re.search(r":\d+>$", name) and bound.setdefault(name, value) != value:
            return False
    return bindings.bind(bound)


def _literal(text, bindings):
    return re.escape(text).replace(ACCOUNT, f"(?:{ACCOUNT}|{bindings.account})")


def _short(value):
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 300 else f"{text[:300]}…"
