import { ZipFile } from "yazl";

/*
 * Inline code of a function: CloudFormation puts it into a file named `index`, beside a module that answers custom resources.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */

/** The archive of a function whose code stands in a template. */
export async function inlineArchive(code: string, runtime: string): Promise<Uint8Array> {
  const isPython = runtime.startsWith("python");
  const zip = new ZipFile();
  // The same code makes the same archive, whenever it is made.
  const entry = { mtime: new Date(Date.UTC(1980, 0, 1)), mode: 0o100644 };
  zip.addBuffer(Buffer.from(code), isPython ? "index.py" : "index.js", entry);
  if (isPython) zip.addBuffer(Buffer.from(PYTHON_RESPONSE), "cfnresponse.py", entry);
  else zip.addBuffer(Buffer.from(NODE_RESPONSE), "cfn-response.js", entry);
  zip.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** `require("cfn-response").send(event, context, status, data, physicalResourceId, noEcho)` */
const NODE_RESPONSE = `"use strict";
exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";
exports.send = function (event, context, status, data, physicalResourceId, noEcho) {
  const body = JSON.stringify({
    Status: status,
    Reason: "See the details in CloudWatch Log Stream: " + context.logStreamName,
    PhysicalResourceId: physicalResourceId || context.logStreamName,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: data,
  });
  const url = new URL(event.ResponseURL);
  const http = require(url.protocol === "http:" ? "http" : "https");
  return new Promise((resolve) => {
    const done = (error) => {
      if (error) console.log("send(..) failed executing request(..): " + error);
      resolve(context.done());
    };
    const request = http.request(
      url,
      { method: "PUT", headers: { "content-type": "", "content-length": Buffer.byteLength(body) } },
      (response) => response.resume().on("end", () => done()),
    );
    request.on("error", done);
    request.end(body);
  });
};
`;

/** `cfnresponse.send(event, context, status, data, physicalResourceId, noEcho, reason)` */
const PYTHON_RESPONSE = `import json
import urllib.request

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(event, context, responseStatus, responseData, physicalResourceId=None, noEcho=False, reason=None):
    body = json.dumps({
        "Status": responseStatus,
        "Reason": reason or "See the details in CloudWatch Log Stream: {}".format(context.log_stream_name),
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }).encode("utf-8")
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT", headers={"content-type": ""})
    try:
        with urllib.request.urlopen(request) as response:
            print("Status code:", response.status)
    except Exception as error:
        print("send(..) failed executing request:", error)
`;
