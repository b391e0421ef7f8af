import { taskResource } from "../integrations/integration.ts";
import type { Findings, How } from "./findings.ts";
import { isObject, type JsonObject, memberOf } from "./json.ts";

/** What an integration cannot do without, by service and action; a name may have others in its place. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  "lambda:invoke": ["FunctionName"],
  "sqs:sendMessage": ["QueueUrl", "MessageBody"],
  "sns:publish": ["Message"],
  "dynamodb:getItem": ["TableName", "Key"],
  "dynamodb:putItem": ["TableName", "Item"],
  "dynamodb:updateItem": ["TableName", "Key"],
  "dynamodb:deleteItem": ["TableName", "Key"],
  "events:putEvents": ["Entries"],
  "ecs:runTask": ["TaskDefinition"],
  "states:startExecution": ["StateMachineArn"],
  "apigateway:invoke": ["ApiEndpoint", "Method"],
  "http:invoke": ["ApiEndpoint", "Method"],
};

/** What must hold of a Task. */
export function checkTask(state: JsonObject, place: string, findings: Findings, { isJsonata }: How): void {
  const resource = memberOf(state, "Resource");
  const at = `${place}/Resource`;
  if (resource === undefined) return;
  if (typeof resource !== "string" || !resource.startsWith("arn:")) {
    findings.error("Value is not a valid resource ARN", at);
    return;
  }
  const found = taskResource(resource);
  if (!found)
    findings.error(
      `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`,
      at,
    );
  else if (findings.type === "EXPRESS") {
    if (found.integration.kind === "activity")
      findings.error("Express state machine does not support Activity ARN", at);
    else if (found.pattern !== "")
      findings.error(
        `Express state machine does not support '${found.pattern.replace(":2", "")}' service integration`,
        at,
      );
  }
  if (found) {
    const given = isJsonata ? "Arguments" : "Parameters";
    const parameters = memberOf(state, given);
    // Without any, the task has the state's input as its parameters.
    if (isObject(parameters))
      for (const field of REQUIRED[`${found.resourceType}:${found.action}`] ?? [])
        if (!has(parameters, field, isJsonata)) missing(field, `${place}/${given}`, findings);
  }
  const credentials = memberOf(state, "Credentials");
  if (credentials !== undefined && found?.integration.kind === "activity")
    findings.error("The field 'Credentials' is not supported for activities", `${place}/Credentials`);
  else if (isObject(credentials) && !has(credentials, "RoleArn", isJsonata))
    missing("RoleArn", `${place}/Credentials`, findings);
  const { TimeoutSeconds, HeartbeatSeconds } = state;
  if (
    typeof TimeoutSeconds === "number" &&
    typeof HeartbeatSeconds === "number" &&
    HeartbeatSeconds >= TimeoutSeconds
  )
    findings.error("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'", place);
}

const has = (value: JsonObject, field: string, isJsonata: boolean): boolean =>
  Object.hasOwn(value, field) || (!isJsonata && Object.hasOwn(value, `${field}.$`));

const missing = (field: string, place: string, findings: Findings): void =>
  findings.error(`The field '${field}' is required but was missing`, place);
