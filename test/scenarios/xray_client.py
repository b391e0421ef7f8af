import json
import time
from datetime import datetime, timedelta, timezone

import boto3

xray = boto3.client("xray")
now = time.time()
trace = f"1-{int(now):08x}-{1:024x}"
segment = {"name": "api", "id": f"{1:016x}", "trace_id": trace, "start_time": now, "end_time": now + 0.2, "fault": True}
taken = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
rule = {"RuleName": "mine", "ResourceARN": "*", "Priority": 1, "FixedRate": 1, "ReservoirSize": 1, "Version": 1}
xray.create_sampling_rule(
    SamplingRule={**rule, "ServiceName": "*", "ServiceType": "*", "Host": "*", "HTTPMethod": "*", "URLPath": "*"}
)
end = datetime.now(timezone.utc) + timedelta(minutes=1)
span = {"StartTime": end - timedelta(minutes=5), "EndTime": end}
pages = xray.get_paginator("get_trace_summaries").paginate(**span, FilterExpression="fault")
found = [one for page in pages for one in page["TraceSummaries"]]
rules = [
    one["SamplingRule"]["RuleName"]
    for page in xray.get_paginator("get_sampling_rules").paginate()
    for one in page["SamplingRuleRecords"]
]
print(
    json.dumps(
        {
            "unprocessed": len(taken["UnprocessedTraceSegments"]),
            "found": len(found),
            "fault": found[0]["HasFault"],
            "rules": rules,
            "nodes": len(xray.get_service_graph(**span)["Services"]),
        }
    )
)
