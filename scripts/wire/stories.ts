import type { FaultRuleInput } from "../../src/core/fault.ts";
import type { Sent } from "./observed.ts";

/** How an effect is shown: a rule, and the call that meets it. */
export interface Story {
  readonly rule: Omit<FaultRuleInput, "effect">;
  readonly sent: Sent;
}

const signed = (service: string): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=test/20261129/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

function json(
  service: string,
  target: string,
  body: object,
  more: Readonly<Record<string, string>> = {},
): Sent {
  const headers = {
    ...signed(service),
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": target,
    ...more,
  };
  return { method: "POST", path: "/", headers, body: JSON.stringify(body) };
}

const get = (more?: Readonly<Record<string, string>>): Sent =>
  json("dynamodb", "DynamoDB_20120810.GetItem", { TableName: "orders", Key: { id: { S: "1" } } }, more);
const put: Sent = json("dynamodb", "DynamoDB_20120810.PutItem", {
  TableName: "orders",
  Item: { id: { S: "2" }, total: { N: "7" } },
});
const GET = { match: { service: "dynamodb", operation: "GetItem" } };
const PUT = { match: { service: "dynamodb", operation: "PutItem" } };
const object = (path: string, body: string, more: Readonly<Record<string, string>> = {}): Sent => ({
  method: "PUT",
  path,
  headers: { ...signed("s3"), ...more },
  body,
});

/** By effect. */
export const STORIES: Readonly<Record<string, Story>> = {
  "broken-chunk": { rule: { ...GET, params: { at: 0.5 } }, sent: get() },
  "clock-skew": { rule: GET, sent: get({ "x-amz-date": "20261129T080000Z" }) },
  corrupt: { rule: { ...GET, params: { bytes: 3, atByte: 10 } }, sent: get() },
  "empty-response": { rule: { ...PUT, params: { when: "after" } }, sent: put },
  error: { rule: { ...PUT, params: { kind: "throttle" } }, sent: put },
  "error-in-200": {
    rule: { match: { service: "s3", operation: "CopyObject" }, params: { kind: "internal" } },
    sent: object("/orders/copy.json", "", { "x-amz-copy-source": "/orders/1.json" }),
  },
  "event-stream": {
    rule: { match: { service: "logs", operation: "StartLiveTail" }, params: { what: "exception", frame: 2 } },
    sent: json(
      "logs",
      "Logs_20140328.StartLiveTail",
      { logGroupIdentifiers: ["arn:aws:logs:us-east-1:000000000000:log-group:orders"] },
      { "content-type": "application/x-amz-json-1.1" },
    ),
  },
  "expired-token": { rule: GET, sent: get({ "x-amz-security-token": "of an hour ago" }) },
  "garbage-then-close": { rule: { ...PUT, params: { bytes: 48, when: "after" } }, sent: put },
  hang: { rule: PUT, sent: put },
  headers: {
    rule: { ...GET, params: { set: { "x-amz-crc32": "1" }, remove: ["content-type"] } },
    sent: get(),
  },
  latency: { rule: { ...GET, params: { ms: 250 } }, sent: get() },
  "lost-reply": { rule: PUT, sent: put },
  partial: {
    rule: { match: { service: "sqs", operation: "SendMessageBatch" }, params: { entries: ["1"] } },
    sent: json("sqs", "AmazonSQS.SendMessageBatch", {
      QueueUrl: "http://127.0.0.1:4566/000000000000/jobs",
      Entries: [
        { Id: "a", MessageBody: "1" },
        { Id: "b", MessageBody: "2" },
      ],
    }),
  },
  partition: { rule: PUT, sent: put },
  "rate-limit": { rule: { ...GET, params: { rate: 1, burst: 1 } }, sent: get() },
  reset: { rule: PUT, sent: put },
  "slow-body": { rule: { ...GET, params: { bytesPerSecond: 200 } }, sent: get() },
  truncate: { rule: { ...GET, params: { at: 0.5 } }, sent: get() },
  upload: {
    rule: { match: { service: "s3", operation: "PutObject" }, params: { cutAfter: 16 } },
    sent: object("/orders/2.json", '{"id": "2", "total": 7, "note": "a long one"}'),
  },
};
