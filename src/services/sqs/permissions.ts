import { readJson } from "../../core/read-json.ts";
import type { Handlers } from "../../core/service.ts";
import type * as SQS from "../../models/generated/sqs.ts";
import { invalidParameter, tooManyActions } from "./errors.ts";
import type { OpenQueue } from "./open-queue.ts";
import type { OpenQueues } from "./open-queues.ts";

interface Statement {
  readonly Sid?: string;
  readonly [member: string]: unknown;
}
interface Policy {
  readonly Statement: readonly Statement[];
  readonly [member: string]: unknown;
}

const MOST_ACTIONS = 7;
/** Actions that a queue's owner can share: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-overview-of-managing-access.html */
const SHARED_ACTIONS = new Set([
  "*",
  "SendMessage",
  "ReceiveMessage",
  "DeleteMessage",
  "ChangeMessageVisibility",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
]);
const OWNER_ACTIONS = new Set([
  "AddPermission",
  "CreateQueue",
  "DeleteQueue",
  "ListQueues",
  "ListQueueTags",
  "RemovePermission",
  "SetQueueAttributes",
  "TagQueue",
  "UntagQueue",
]);

export const permissions = (open: OpenQueues): Handlers<SQS.Operations> => ({
  AddPermission(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    const { Label: label, Actions: actions, AWSAccountIds: accounts } = input;
    checkPermission(label, actions, accounts);
    const policy = policyOf(queue);
    if (policy.Statement.some(({ Sid }) => Sid === label)) {
      throw invalidParameter("Label", label, "Already exists.");
    }
    const statement = {
      Sid: label,
      Effect: "Allow",
      Principal: { AWS: oneOrMore(accounts.map((account) => `arn:aws:iam::${account}:root`)) },
      Action: oneOrMore(actions.map((action) => `SQS:${action}`)),
      Resource: queue.arn,
    };
    store(queue, { ...policy, Statement: [...policy.Statement, statement] });
  },

  RemovePermission(input, ctx) {
    const queue = open.byUrl(input.QueueUrl, ctx);
    const policy = policyOf(queue);
    const kept = policy.Statement.filter(({ Sid }) => Sid !== input.Label);
    if (kept.length === policy.Statement.length) {
      throw invalidParameter("Label", input.Label, "can't find label.");
    }
    store(queue, { ...policy, Statement: kept });
  },
});

function checkPermission(label: string, actions: readonly string[], accounts: readonly string[]): void {
  if (!/^[\w-]{1,80}$/.test(label)) {
    throw invalidParameter(
      "Label",
      label,
      "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.",
    );
  }
  for (const account of accounts) {
    if (!/^\d{12}$/.test(account))
      throw invalidParameter("PrincipalId", `[${accounts.join(", ")}]`, "Unable to verify.");
  }
  if (actions.length > MOST_ACTIONS) throw tooManyActions(actions.length);
  for (const action of actions) {
    if (OWNER_ACTIONS.has(action)) {
      throw invalidParameter(
        "ActionName",
        `SQS:${action}`,
        "Only the queue owner is allowed to invoke this action.",
      );
    }
    if (!SHARED_ACTIONS.has(action)) {
      throw invalidParameter(
        "ActionName",
        `SQS:${action}`,
        "Please refer to the appropriate WSDL for a list of valid actions. ",
      );
    }
  }
}

function policyOf(queue: OpenQueue): Policy {
  const text = queue.record.attributes["Policy"];
  if (!text) return { Version: "2008-10-17", Id: `${queue.arn}/SQSDefaultPolicy`, Statement: [] };
  const policy = readJson(text) as { Statement: Statement | Statement[] };
  return { ...policy, Statement: [policy.Statement].flat().filter((statement) => statement !== null) };
}

/** A policy without statements is none. */
function store(queue: OpenQueue, policy: Policy): void {
  const { Policy: _, ...others } = queue.record.attributes;
  const attributes = policy.Statement.length > 0 ? { ...others, Policy: JSON.stringify(policy) } : others;
  queue.update({ ...queue.record, attributes });
}

/** As policies have it: a list of one is the one. */
const oneOrMore = (list: readonly string[]) => (list.length === 1 ? list[0] : list);
