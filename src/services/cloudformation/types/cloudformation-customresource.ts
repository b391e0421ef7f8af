import { number, text } from "../property.ts";
import { defineType, type Made, type ResourceContext } from "../resource-type.ts";
import { isMap, type Values } from "../sam/value.ts";

const DEFAULT_TIMEOUT_SECONDS = 3600;

interface Request {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly id?: string;
  readonly before?: Values;
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** Texts everywhere: providers get no other scalars. */
function asTexts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asTexts);
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asTexts(item)]));
  return value === null || value === undefined ? value : String(value);
}

/** Asks the provider, a function or a topic, and waits for what it puts at the response's URL. */
async function ask(
  { RequestType, id, before, attributes }: Request,
  properties: Values,
  at: ResourceContext,
): Promise<Made> {
  const token = String(text(properties, "ServiceToken") ?? "");
  const RequestId = at.engine.newId();
  const key = `${at.stackId}/${at.logicalId}/${RequestId}`;
  const isTopic = token.split(":")[2] === "sns";
  const message = JSON.stringify({
    RequestType,
    ServiceToken: token,
    ResponseURL: at.engine.signalUrl(key, isTopic ? "anyone" : "function"),
    StackId: at.stackId,
    RequestId,
    LogicalResourceId: at.logicalId,
    ...(id !== undefined && { PhysicalResourceId: id }),
    ResourceType: attributes?.["ResourceType"] ?? "AWS::CloudFormation::CustomResource",
    ResourceProperties: asTexts(properties),
    ...(before && { OldResourceProperties: asTexts(before) }),
  });
  if (isTopic)
    await at.call("sns", "Publish", {
      TopicArn: token,
      Message: message,
      Subject: "AWS CloudFormation custom resource request",
    });
  else
    await at.call("lambda", "Invoke", {
      FunctionName: token,
      InvocationType: "Event",
      Payload: Buffer.from(message),
    });
  const timeoutMs = (number(properties, "ServiceTimeout") ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
  const [answer] = await at.engine.awaitSignals(key, { count: 1, timeoutMs });
  if (!answer)
    throw new Error(
      "CloudFormation did not receive a response from your Custom Resource. Please check your logs for requestId [" +
        RequestId +
        "]. If you are using the Python cfn-response module, you may need to update your Lambda function code so that CloudFormation can attach the updated version.",
    );
  if (answer["Status"] !== "SUCCESS")
    throw new Error(
      `Received response status [FAILED] from custom resource. Message returned: ${String(answer["Reason"] ?? "")} (RequestId: ${RequestId})`,
    );
  const physical = answer["PhysicalResourceId"];
  if (RequestType !== "Delete" && typeof physical !== "string") throw new Error("Invalid PhysicalResourceId");
  return { id: String(physical ?? id), attributes: isMap(answer["Data"]) ? answer["Data"] : {} };
}

/** `AWS::CloudFormation::CustomResource` and `Custom::…`: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-custom-resources.html */
export default defineType({
  type: "AWS::CloudFormation::CustomResource",
  replacedBy: ["ServiceToken"],
  required: ["ServiceToken"],
  create: (properties, at) => ask({ RequestType: "Create" }, properties, at),
  async update({ id, properties: before }, properties, at) {
    const made = await ask({ RequestType: "Update", id, before }, properties, at);
    // Another id is another resource: the old one is deleted.
    if (made.id !== id) await ask({ RequestType: "Delete", id }, before, at);
    return made;
  },
  async delete({ id, properties }, at) {
    await ask({ RequestType: "Delete", id }, properties, at);
  },
});
