import type { Described, Parameter, Subject } from "./described.ts";
import { byName, foreign, list, number, object, ref, text, whole } from "./schema.ts";
import { gone, missing } from "./schemas.ts";

const done = { 200: { description: "Done.", schema: object({}) } };
const PLACE: Readonly<Record<string, Parameter>> = {
  accountId: { description: "Default: 000000000000.", schema: text() },
  region: { description: "Default: us-east-1.", schema: text() },
};

const OUTAGE = [{ service: "kinesis", region: "us-east-1" }];
const FAULT = [
  {
    service: "dynamodb",
    operation: "PutItem",
    probability: 0.5,
    error: { statusCode: 500, code: "InternalServerError" },
  },
];

function door(path: string, what: string, example: unknown): Readonly<Record<string, Described>> {
  const answers = { 200: { description: "Those that are in force.", schema: ref("LocalStackRules") } };
  const body = { schema: ref("LocalStackRules"), example };
  return {
    [`POST ${path}`]: { summary: `Replace the ${what}`, body, answers },
    [`PATCH ${path}`]: { summary: `Add ${what}`, body, answers },
    [`GET ${path}`]: { summary: `List the ${what}`, answers },
    [`DELETE ${path}`]: { summary: `Remove ${what}`, body: { ...body, isOptional: true }, answers },
  };
}

const latency = {
  200: { description: "What is in force.", schema: object({ latency: whole("Milliseconds.") }) },
};
const info = foreign("`version`, `edition`, `session_id`, `uptime` …");
const messages = (member: string) => ({
  200: {
    description: "By receiver.",
    schema: object({ [member]: byName(list({ type: "object" })), region: text() }),
  },
});
const queueMessages = {
  200: {
    description: "As ReceiveMessage's answer: JSON or XML, by the Accept header.",
    type: "text/xml",
    schema: text(),
  },
  400: { description: "There is no such queue.", type: "text/xml", schema: text() },
};
const SHOW: Readonly<Record<string, Parameter>> = {
  ShowInvisible: { description: "`true`: those in flight, too.", schema: text() },
  ShowDelayed: { description: "`true`: those that are late, too.", schema: text() },
};
const byUrl: Described = {
  summary: "What is in a queue, without receiving it",
  query: {
    QueueUrl: {
      description: "The queue's.",
      schema: text(),
      example: "http://127.0.0.1:4566/000000000000/jobs",
    },
    ...SHOW,
  },
  answers: queueMessages,
};
const byPath: Described = {
  summary: "What is in a queue, without receiving it",
  path: {
    region: { description: "The queue's.", schema: text(), example: "us-east-1" },
    account: { description: "The queue's.", schema: text(), example: "000000000000" },
    name: { description: "The queue's.", schema: text(), example: "jobs" },
  },
  query: SHOW,
  answers: queueMessages,
};

const pages: Readonly<Record<string, Described>> = {
  "GET /_localstack/health": {
    summary: "LocalStack's health page",
    answers: {
      200: {
        description: "Services and version.",
        schema: object({ services: byName(text()), edition: text(), version: text() }),
      },
    },
  },
  "POST /_localstack/health": {
    summary: "Restart, or end",
    body: { schema: object({ action: text("`restart` or `kill`.") }), example: { action: "restart" } },
    answers: done,
  },
  "GET /_localstack/info": {
    summary: "LocalStack's info page",
    answers: { 200: { description: "Of Squall.", schema: info } },
  },
  "GET /_localstack/plugins": { summary: "LocalStack's plugins: none", answers: done },
  "GET /_localstack/diagnose": {
    summary: "LocalStack's diagnosis",
    answers: { 200: { description: "Of Squall.", schema: { type: "object" } } },
  },
  "GET /_localstack/usage": {
    summary: "What it takes",
    answers: {
      200: {
        description: "Of the process.",
        schema: object({ cpu_seconds: number(), memory_bytes: whole() }),
      },
    },
  },
  "POST /_localstack/state/reset": { summary: "Empty everything", answers: done },
  "POST /_localstack/state/:service/reset": {
    summary: "Empty a service",
    path: { service: { description: "Its name.", schema: text(), example: "sns" } },
    answers: done,
  },
  "GET /_localstack/init": {
    summary: "How the init hooks went",
    answers: { 200: { description: "All stages.", schema: ref("Scripts") } },
  },
  "GET /_localstack/init/:stage": {
    summary: "How the init hooks of a stage went",
    path: {
      stage: { description: "`boot`, `start`, `ready` or `shutdown`.", schema: text(), example: "ready" },
    },
    answers: {
      200: { description: "The stage.", schema: ref("Scripts") },
      ...missing("There is no such stage."),
    },
  },
  ...door("/_localstack/chaos/faults", "faults of LocalStack's Chaos API", FAULT),
  ...door("/_localstack/outages", "outages of LocalStack's older API", OUTAGE),
  "POST /_localstack/chaos/effects": {
    summary: "Delay every call",
    body: { schema: object({ latency: whole("Milliseconds.") }), example: { latency: 0 } },
    answers: latency,
  },
  "GET /_localstack/chaos/effects": { summary: "How long every call is delayed", answers: latency },
  "GET /_aws/sns/sms-messages": {
    summary: "Text messages that were sent",
    query: { ...PLACE, phoneNumber: { description: "Only to this one.", schema: text() } },
    answers: messages("sms_messages"),
  },
  "DELETE /_aws/sns/sms-messages": {
    summary: "Forget text messages",
    query: { ...PLACE, phoneNumber: { description: "Only to this one.", schema: text() } },
    answers: gone,
  },
  "GET /_aws/sns/platform-endpoint-messages": {
    summary: "Push messages that were sent",
    query: { ...PLACE, endpointArn: { description: "Only to this one.", schema: text() } },
    answers: messages("platform_endpoint_messages"),
  },
  "DELETE /_aws/sns/platform-endpoint-messages": {
    summary: "Forget push messages",
    query: { ...PLACE, endpointArn: { description: "Only to this one.", schema: text() } },
    answers: gone,
  },
  "GET /_aws/sns/subscription-tokens/*arn": {
    summary: "The token that confirms a subscription",
    path: {
      arn: {
        description: "The subscription's.",
        schema: text(),
        example: "arn:aws:sns:us-east-1:000000000000:orders:1",
      },
    },
    answers: {
      200: {
        description: "The token.",
        schema: object({ subscription_token: text(), subscription_arn: text() }),
      },
      404: {
        description: "There is no such subscription.",
        schema: object({ error: text(), subscription_arn: text() }),
      },
    },
  },
  "DELETE /_aws/dynamodb/expired": {
    summary: "Remove expired items now",
    answers: { 200: { description: "How many went.", schema: object({ ExpiredItems: whole() }) } },
  },
  "GET /_aws/sqs/messages": byUrl,
  "POST /_aws/sqs/messages": byUrl,
  "GET /_aws/sqs/messages/:region/:account/:name": byPath,
  "POST /_aws/sqs/messages/:region/:account/:name": byPath,
};

export const compat: Subject = {
  name: "LocalStack",
  description: "LocalStack's own pages, for scripts and SDKs that were written for it.",
  pages,
};
