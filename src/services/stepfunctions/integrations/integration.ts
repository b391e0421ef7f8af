import type { CallOptions } from "../../../core/service.ts";
import type { Json, JsonObject } from "../language/json.ts";
import type { Run } from "../run/run.ts";
import { activity } from "./activity.ts";
import { apigateway } from "./apigateway.ts";
import { awsSdk } from "./aws-sdk.ts";
import { dynamodb } from "./dynamodb.ts";
import { ecs } from "./ecs.ts";
import { events } from "./events.ts";
import { http } from "./http.ts";
import { lambda } from "./lambda.ts";
import { lambdaFunction } from "./lambda-function.ts";
import { sns } from "./sns.ts";
import { sqs } from "./sqs.ts";
import { startExecution } from "./start-execution.ts";

/** What a task asks of a service. */
export interface TaskRequest {
  readonly run: Run;
  readonly parameters: Json;
  /** The whole resource. */
  readonly arn: string;
  /** The action, as the resource spells it: `sendMessage`. */
  readonly action: string;
  readonly pattern: Pattern;
  readonly signal: AbortSignal;
  readonly options: CallOptions;
  call<O = Record<string, unknown>>(service: string, operation: string, input: object): Promise<O>;
}

/** `.sync` and `.sync:2` wait for a job, `.waitForTaskToken` for a callback. */
export type Pattern = "" | ".sync" | ".sync:2" | ".waitForTaskToken";

/** A service as tasks call it. */
export interface Integration {
  /** How the history tells of it: as a function, as an activity, or as a task of a service. */
  readonly kind: "function" | "activity" | "service";
  /** Its actions with the patterns that each has; undefined: any action. */
  readonly actions?: Readonly<Record<string, readonly Pattern[]>>;
  /** @throws StateFailure */
  request(request: TaskRequest): Promise<Json>;
  /** What the answer says of the job that is waited for. */
  jobOf?(answer: JsonObject): Json;
  /** Resolves when the job has ended well. @throws StateFailure */
  waitFor?(job: Json, request: TaskRequest): Promise<Json>;
}

/** A task's resource, taken apart. */
export interface TaskResource {
  readonly integration: Integration;
  readonly arn: string;
  /** `lambda`, `aws-sdk:dynamodb`. */
  readonly resourceType: string;
  /** With its pattern: `sendMessage.waitForTaskToken`. */
  readonly resource: string;
  readonly action: string;
  readonly pattern: Pattern;
}

const OPTIMIZED: Readonly<Record<string, Integration>> = {
  lambda,
  sqs,
  sns,
  dynamodb,
  ecs,
  events,
  states: startExecution,
  apigateway,
  http,
};

const PATTERN = /(?:\.sync(?::2)?|\.waitForTaskToken)$/;

/** Undefined for a resource that is none. */
export function taskResource(arn: string): TaskResource | undefined {
  const [, , service, region, , ...rest] = arn.split(":");
  if (service === "lambda" && rest[0] === "function")
    return {
      integration: lambdaFunction,
      arn,
      resourceType: "lambda",
      resource: arn,
      action: "invoke",
      pattern: "",
    };
  if (service !== "states") return undefined;
  if (rest[0] === "activity" && region !== "")
    return { integration: activity, arn, resourceType: "activity", resource: arn, action: "", pattern: "" };
  if (region !== "" || rest[0] === undefined) return undefined;
  const isSdk = rest[0] === "aws-sdk";
  const [name, ...last] = isSdk ? rest.slice(1) : rest;
  const resource = last.join(":");
  const pattern = (PATTERN.exec(resource)?.[0] ?? "") as Pattern;
  const action = resource.slice(0, resource.length - pattern.length);
  if (name === undefined || action === "") return undefined;
  const integration = isSdk
    ? awsSdk(name, action)
    : Object.hasOwn(OPTIMIZED, name)
      ? OPTIMIZED[name]
      : undefined;
  if (integration === undefined) return undefined;
  const patterns =
    integration.actions && Object.hasOwn(integration.actions, action)
      ? integration.actions[action]
      : undefined;
  if (integration.actions && !patterns?.includes(pattern)) return undefined;
  return { integration, arn, resourceType: isSdk ? `aws-sdk:${name}` : name, resource, action, pattern };
}
