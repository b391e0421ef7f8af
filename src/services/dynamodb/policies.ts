import { parseArn } from "../../core/arn.ts";
import { awsError } from "../../core/aws-error.ts";
import { isResourcePolicy } from "../../core/policy.ts";
import { readJson } from "../../core/read-json.ts";
import type { Handlers } from "../../core/service.ts";
import type * as DynamoDB from "../../models/generated/dynamodb.ts";
import type { Database } from "./database.ts";
import { invalid, resourceNotFound } from "./errors.ts";
import { withoutPauses, withPauses } from "./paused-replication.ts";
import type { Region } from "./region.ts";
import type { TableRecord } from "./table-record.ts";

const policyNotFound = awsError(
  "PolicyNotFoundException",
  400,
  (arn: string) => `Resource-based policy not found for the provided ResourceArn: ${arn}`,
);
const revisionMismatch = awsError(
  "PolicyNotFoundException",
  400,
  "Resource-based policy not found for the provided ResourceArn: the RevisionId does not match",
);

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html and its neighbours */
export const policies = (database: Database): Handlers<DynamoDB.Operations> => ({
  PutResourcePolicy(input, ctx) {
    const { region, table } = subject(database, input.ResourceArn, ctx);
    const known = table.record.policies?.[input.ResourceArn];
    const expected = input.ExpectedRevisionId;
    if (expected === "NO_POLICY" ? known : expected !== undefined && known?.revision !== expected)
      throw revisionMismatch();
    checkPolicy(input.Policy);
    const text = withoutPauses(input.Policy);
    if (text === undefined) {
      dropPolicy(region, table.record, input.ResourceArn);
      return { RevisionId: known?.revision ?? newRevision(region) };
    }
    if (known && sameJson(known.text, text)) return { RevisionId: known.revision };
    return { RevisionId: putPolicy(region, table.record, input.ResourceArn, text) };
  },

  GetResourcePolicy(input, ctx) {
    const { table } = subject(database, input.ResourceArn, ctx);
    const known = table.record.policies?.[input.ResourceArn];
    const text = withPauses(known?.text, input.ResourceArn, ctx.host);
    if (text === undefined) throw policyNotFound(input.ResourceArn);
    return { Policy: text, RevisionId: known?.revision ?? String(ctx.clock.now()) };
  },

  DeleteResourcePolicy(input, ctx) {
    const { region, table } = subject(database, input.ResourceArn, ctx);
    const known = table.record.policies?.[input.ResourceArn];
    const expected = input.ExpectedRevisionId;
    if (expected !== undefined && known?.revision !== expected) throw revisionMismatch();
    if (!known) return {};
    dropPolicy(region, table.record, input.ResourceArn);
    return { RevisionId: known.revision };
  },
});

/** Keeps a policy of a table or of its stream and returns the revision. */
export function putPolicy(region: Region, record: TableRecord, arn: string, text: string): string {
  checkPolicy(text);
  const revision = newRevision(region);
  region.save({ ...record, policies: { ...record.policies, [arn]: { text, revision } } });
  return revision;
}

function dropPolicy(region: Region, record: TableRecord, arn: string): void {
  const left = { ...record.policies };
  delete left[arn];
  region.save({ ...record, policies: left });
}

const newRevision = ({ host }: Region): string => String(host.clock.now()) + host.random.hex(3);

function checkPolicy(text: string): void {
  try {
    readJson(text);
  } catch {
    throw invalid("Invalid policy document: Policy is not valid JSON");
  }
  if (!isResourcePolicy(text)) throw invalid("Invalid policy document: Syntax errors in policy");
}

function subject(database: Database, arn: string, ctx: { account: string; region: string }) {
  const parsed = parseArn(arn);
  if (!arn.startsWith("arn:")) throw invalid(`ARNs must start with 'arn:': ${arn}`);
  if (parsed?.service !== "dynamodb" || !parsed.resource.startsWith("table/"))
    throw invalid(`Invalid ResourceArn provided as input ${arn}`);
  const { region, name } = database.locate(arn, ctx);
  const table = region.find(name);
  if (!table) throw resourceNotFound(`ResourceArn: ${arn} not found`);
  return { region, table };
}

function sameJson(a: string, b: string): boolean {
  try {
    return JSON.stringify(readJson(a)) === JSON.stringify(readJson(b));
  } catch {
    return false;
  }
}
