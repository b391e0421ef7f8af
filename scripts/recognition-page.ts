import { confusions } from "./recognition.ts";

/** docs/recognition.md. */
export function recognitionPage(): string {
  const mistaken = new Map<string, string[]>();
  for (const { asked, takenFor } of confusions()) {
    const [one, operation] = asked.split(".") as [string, string];
    const [other, named] = takenFor.split(".") as [string, string];
    const pair = `\`${one}\` | \`${other}\``;
    const operations = mistaken.get(pair) ?? [];
    operations.push(operation === named ? operation : `${operation} (as ${named})`);
    mistaken.set(pair, operations);
  }
  return [
    "# How a request is recognised",
    "",
    "By (in this order): a data plane's host or path; `X-Amz-Target`, or the path of Smithy RPC; the signing name of the credential scope; the host; the query protocol's `Action` and `Version`; for unsigned calls the user agent, a bearer token's or an IAM Identity Center call's path; an SQS queue's path; else S3.",
    "",
    "Where several services share a name, the user agent tells them apart: every AWS SDK but boto3 writes `api/rds#1.2.3`, and the AWS CLI writes `md/command#rds.describe-db-instances`. Without it the operation does: its target, its action and API version, or its method, path, query and headers.",
    "",
    'What is newer than the models ([models.md](models.md)) has the name that its target, path, signing name or user agent gives it, and is answered `NotImplemented` (501) in the protocol that the client speaks. A rule names it with a mark: `"service": "new:hyperstore"`, `"operation": "new:PutThing"`.',
    "",
    "## What no server can tell apart",
    "",
    "Written by `npm run docs`. The same bytes, sent by a client that does not name its service (boto3, curl):",
    "",
    "| service | taken for | operations |",
    "|---|---|---|",
    ...[...mistaken].map(([pair, operations]) => `| ${pair} | ${operations.join(", ")} |`),
    "",
    "S3's are deprecated operations on the wire of their successors, and ListDirectoryBuckets, which AWS takes at a host of its own.",
    "",
  ].join("\n");
}
