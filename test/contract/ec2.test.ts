import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsError } from "../../src/core/aws-error.ts";
import { loadModel } from "../../src/models/model.ts";
import { createProtocol } from "../../src/protocols/protocol.ts";
import { formRequest, textOf } from "./model.ts";

const codec = createProtocol(loadModel("ec2")!);
const decode = (form: string) => codec.decode(formRequest(form));

test("lists are flat and names start with a capital", () => {
  const form =
    "Action=DescribeInstances&Filter.1.Name=vpc-id&Filter.1.Value.1=a&Filter.1.Value.2=b&InstanceId.1=i-1";
  assert.deepEqual(decode(form), {
    operation: "DescribeInstances",
    input: { InstanceIds: ["i-1"], Filters: [{ Name: "vpc-id", Values: ["a", "b"] }] },
  });
});

test("an answer has the request's id first, items in sets and a namespace", () => {
  const response = codec.encodeOutput("DescribeVpcs", { Vpcs: [{ VpcId: "vpc-1", IsDefault: true }] }, "r-1");
  assert.equal(
    textOf(response),
    '<?xml version="1.0" encoding="UTF-8"?>\n<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">' +
      "<requestId>r-1</requestId><vpcSet><item><isDefault>true</isDefault><vpcId>vpc-1</vpcId></item></vpcSet>" +
      "</DescribeVpcsResponse>",
  );
  assert.match(textOf(codec.encodeOutput("DeleteSubnet", {}, "r-1")), /<return>true<\/return>/);
});

test("an error is the first of a list", () => {
  const response = codec.encodeError(new AwsError("InvalidInstanceID.NotFound", "No <i>."), "r-1");
  assert.equal(response.status, 400);
  assert.equal(
    textOf(response),
    '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>InvalidInstanceID.NotFound</Code>' +
      "<Message>No &lt;i&gt;.</Message></Error></Errors><RequestID>r-1</RequestID></Response>",
  );
});

test("an unknown action is refused", () => {
  assert.throws(() => decode("Action=Undo"), {
    code: "InvalidAction",
    message: "The action Undo is not valid for this web service.",
  });
});
