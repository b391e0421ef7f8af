import { parseArn } from "../../core/arn.ts";
import type { FaultRule } from "../../core/fault.ts";
import { readJson } from "../../core/read-json.ts";
import type { ServiceHost } from "../../core/service.ts";

/**
 * AWS's FIS pauses replication by a statement that it puts in the policies of the table and its stream, for as long as that
 * lasts. Here replication stops by a rule; who reads the policy meanwhile finds the statement in it, and nothing has to be
 * taken out again. https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html#dynamodb-actions-reference
 */

const SID = "DoNotModifyFisDynamoDbPauseReplication";
const TABLE_ACTIONS = [
  ...["GetItem", "PutItem", "UpdateItem", "DeleteItem", "DescribeTable", "UpdateTable", "Scan"],
  ...["DescribeTimeToLive", "UpdateTimeToLive"],
];
const STREAM_ACTIONS = ["GetRecords", "DescribeStream", "GetShardIterator"];

/** A policy as it is read while experiments pause what it is on; undefined when there is none. */
export function withPauses(policy: string | undefined, arn: string, host: ServiceHost): string | undefined {
  const statements = host.faults
    .list()
    .filter((rule) => pauses(rule, arn))
    .map((rule) => statementOf(rule, arn));
  if (statements.length === 0) return policy;
  const { Statement = [], ...rest } = readJson(policy ?? `{"Version":"2012-10-17"}`) as {
    Statement?: unknown;
  };
  return JSON.stringify({ ...rest, Statement: [Statement, statements].flat() });
}

/**
 * A policy as it is kept: who has read one meanwhile and puts it back, changed, puts no statement of FIS's, which go by themselves.
 * Undefined when there is nothing else in it.
 */
export function withoutPauses(policy: string): string | undefined {
  if (!policy.includes(SID)) return policy;
  const document = readJson(policy) as { Statement?: unknown };
  const statements = [document.Statement ?? []].flat() as { readonly Sid?: unknown }[];
  const left = statements.filter((one) => !String(one?.Sid).startsWith(SID));
  if (left.length === statements.length) return policy;
  return left.length === 0 ? undefined : JSON.stringify({ ...document, Statement: left });
}

function pauses({ point, effect, owner, match }: FaultRule, arn: string): boolean {
  const table = arn.replace(/\/stream\/.*$/, "");
  return (
    point === "dynamodb:replication" &&
    effect === "pause" &&
    owner.startsWith("arn:") &&
    [match.resource].flat().includes(table)
  );
}

function statementOf({ owner, expiresAt }: FaultRule, arn: string): object {
  const { partition = "aws", account = "" } = parseArn(arn) ?? {};
  const role = `arn:${partition}:iam::${account}:role/aws-service-role/replication.dynamodb.amazonaws.com/AWSServiceRoleForDynamoDBReplication`;
  return {
    Sid: `${SID}${owner.slice(owner.lastIndexOf("/") + 1)}`,
    Effect: "Deny",
    Principal: "*",
    Action: (arn.includes("/stream/") ? STREAM_ACTIONS : TABLE_ACTIONS).map((name) => `dynamodb:${name}`),
    Resource: arn,
    Condition: {
      ...(expiresAt !== undefined && {
        DateLessThan: { "aws:CurrentTime": new Date(expiresAt).toISOString() },
      }),
      ArnEquals: { "aws:PrincipalArn": role },
    },
  };
}
