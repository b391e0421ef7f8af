import { readFileSync } from "node:fs";

/**
 * How services were held against what AWS really answered: about 2,200 scenarios that the LocalStack project's tests recorded on AWS.
 * These figures are of a walk by hand: nothing counts them again. What test/recordings walks is counted there.
 */
const WALKED_ON = "2026-11-28";

interface Held {
  readonly walked: number;
  readonly of: number;
  readonly agree: number;
  /** What differs, and what was not walked. */
  readonly differ?: string;
}

const HELD: Readonly<Record<string, Held>> = {
  events: {
    walked: 147,
    of: 193,
    agree: 144,
    differ:
      "how large archives said they are, as they do no more. Not walked: most archives and replays, Firehose",
  },
  sns: {
    walked: 92,
    of: 98,
    agree: 92,
    differ:
      "of the others three have no answers; numbers that opted out, signatures behind a function URL, one delivery log",
  },
  sqs: {
    walked: 76,
    of: 85,
    agree: 74,
    differ:
      "PurgeQueue's 60 seconds hold with `--strict` only; the query protocol knows MessageSystemAttributeNames. The others have no answers",
  },
  stepfunctions: {
    walked: 301,
    of: 548,
    agree: 272,
    differ:
      "of 192 histories, of definitions made from them, fourteen differ in one id of MapStateExited, of which recordings up to August 2024 and since November 2024 say different things. 29 more, of labels of a Map, are no answers of AWS's",
  },
};

/** Recorded, but walked by nobody. */
const NOT_WALKED = "acm, firehose and ses, which Squall does not serve";

/** What `npm run recordings -- --write` counted. */
interface Counted {
  readonly on: string;
  readonly services: Readonly<
    Record<string, { readonly recorded: number; readonly walked: number; readonly agree: number }>
  >;
}

/** Of what is counted: what differs still, and why, and what nobody can or did ask for. */
const COUNTED: Readonly<Record<string, string>> = {
  apigateway:
    "not walked: imports with base paths, what CloudFront and HTTP backends add to a request, binary types before S3",
  cloudcontrol: "a desired state is not checked against its type's schema",
  cloudformation:
    "an attribute that a type does not have is seen when outputs are made; VPN gateways are not served; a creation that is begun and fails is not told as initiated. Not walked: the registry of types, hooks, modules",
  cloudwatch:
    "not walked: what protocols write on the wire; metric streams and Contributor Insights rules are not implemented",
  dynamodb:
    "not walked: writes of transactions in streams, records in another stream, one that has no answers",
  ec2: "flow logs are not implemented; which zone of an account is which differs from account to account at AWS, too",
  events:
    "58 have no answers. What CloudFront and an SDK add to a call of a REST API is not compared. Not walked: an archive that had events of others, a target of Firehose",
  iam: "three service-linked roles that AWS's services had used at once. Not walked: where in a policy a statement stands that a simulation matched, a policy for a table's stream",
  kinesis: "one has no answers",
  kms: "six have no answers",
  lambda:
    "a URL's request and its function's have two IDs; a wrapper that is not there; two texts that AWS has changed since; INIT_START is not logged, and events of logs have no line ends. 49 have no answers. Not walked: images, what a container shows, .NET",
  logs: "one has no answers",
  resource_groups: "ListGroups is recorded with a token after its last page",
  s3: "what recordings do not say of bodies (their digests) is not compared. Not walked: presigned URLs and forms, one preflight, what each of many completions gave as checksum, a host name of `aws-global`",
  sns: "not walked: platform endpoints behind subscriptions, HTTP endpoints, functions, delivery logs, numbers that opted out",
  sqs: "not walked: permissions, traces through a dead-letter queue, a move that is cancelled",
  stepfunctions:
    "one number that a service refuses by its greatest value. Not walked: state machines whose definitions are not told, cases whose moments are not",
};

const counted = JSON.parse(
  readFileSync(new URL("../test/recordings/counts.json", import.meta.url), "utf8"),
) as Counted;

/** The section of docs/coverage.md, line by line. */
export function heldAgainst(): string[] {
  return [
    "## Held against recordings",
    "",
    "Scenarios that the LocalStack project recorded on AWS (Apache-2.0), walked against Squall, answers and errors compared member by member. The recordings are no part of this repository.",
    "",
    `\`SQUALL_RECORDINGS=folder npm run recordings\` makes the calls of a scenario again, against a strict Squall (with \`--timings real\` where states in progress are seen), and compares (\`test/recordings\`); its counts are of ${counted.on}. How to ask for what was recorded has to be written for each scenario: what nobody has written, or what has no answers, is not walked.`,
    "",
    "| service | recorded | walked | agree | what differs, what is not walked |",
    "|---|---|---|---|---|",
    ...Object.entries(counted.services).map(
      ([service, { recorded, walked, agree }]) =>
        `| ${service} | ${recorded} | ${walked} | ${agree} | ${COUNTED[service] ?? ""} |`,
    ),
    "",
    `Walked once by hand, on ${WALKED_ON}, were scenarios whose requests could be made from what is recorded (their names, their answers); an answer of theirs that is not asked for makes them unwalked. Not walked at all: ${NOT_WALKED}.`,
    "",
    "| service | walked | agree | what differs |",
    "|---|---|---|---|",
    ...Object.entries(HELD).map(
      ([service, { walked, of, agree, differ = "" }]) =>
        `| ${service} | ${walked} of ${of} | ${agree} | ${differ} |`,
    ),
    "",
    "S3 beside recordings: what others measured in us-east-1 in September 2026, with requests that no SDK sends, stands row by row in `src/services/s3/query.test.ts` (what a query chooses, contradictions, HEAD) and `document-checksums.test.ts` (DeleteObjects); UpdateObjectEncryption and SSE-C that is blocked are from there, too. XXHASH checksums are held against the AWS Common Runtime's, CRCs against their definitions. Every operation of its model is called with success by the JavaScript SDK in `every-operation.test.ts`, or stands there with the words that refuse it.",
    "",
  ];
}
