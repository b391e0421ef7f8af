/**
 * How services were held against what AWS really answered: about 2,200 scenarios that the LocalStack project's tests recorded on AWS.
 * The figures are of the walk at that date, by hand: nothing counts them again.
 */
const HELD: readonly [
  service: string,
  walked: number,
  of: number,
  agree: number,
  date: string,
  differ: string,
][] = [
  [
    "apigateway",
    75,
    117,
    71,
    "2026-11-28",
    "log lines of TestInvokeMethod that show AWS's own signing; a recording that is older than a member; lists with an impossible limit. Not walked: exports, most imports, HTTP and S3 backends",
  ],
  [
    "cloudcontrol",
    6,
    6,
    2,
    "2026-11-28",
    "a desired state is not checked against its type's schema; a bucket's summary has no properties; texts of what is not found",
  ],
  [
    "cloudformation",
    70,
    208,
    66,
    "2026-11-28",
    "templates were written from what the answers show: three of the four that differ may have had others; GetTemplateSummary names no identifiers of resources. Not walked: what resources of services look like, the registry of types, hooks, modules, macros",
  ],
  [
    "cloudwatch",
    36,
    61,
    33,
    "2026-11-28",
    "anomaly detectors, metric streams and Contributor Insights rules are not implemented",
  ],
  [
    "dynamodb",
    14,
    17,
    13,
    "2026-11-28",
    "with an item, a failed condition has its text in `Message` and not in `message`",
  ],
  ["dynamodbstreams", 1, 1, 1, "2026-11-28", ""],
  [
    "ec2",
    7,
    7,
    3,
    "2026-11-28",
    "flow logs are not implemented; which zone of an account is which differs from account to account at AWS, too",
  ],
  [
    "events",
    147,
    193,
    144,
    "2026-11-28",
    "how large archives say they are. Not walked: most archives and replays, Firehose",
  ],
  [
    "iam",
    88,
    96,
    84,
    "2026-11-28",
    "three service-linked roles that AWS's services had used at once; simulations do not tell where in a policy a statement stands",
  ],
  ["kinesis", 2, 4, 2, "2026-11-28", ""],
  ["kms", 57, 57, 57, "2026-11-28", "ids, dates and blobs are not compared"],
  [
    "lambda",
    156,
    333,
    142,
    "2026-11-28",
    "with `--strict`; updates are done at once, and so never refused as in progress. Not walked: streams, runtimes one by one, images",
  ],
  ["logs", 33, 37, 32, "2026-11-28", "one scenario; the other four were not walked"],
  ["resource-groups", 3, 3, 3, "2026-11-28", ""],
  ["resourcegroupstaggingapi", 1, 1, 1, "2026-11-28", ""],
  [
    "s3",
    97,
    246,
    97,
    "2026-11-28",
    "a further 59 agree as far as they were walked, but for the delimiter of one list. What recordings do not say of bodies (their digests) is not compared",
  ],
  ["scheduler", 12, 12, 12, "2026-11-28", ""],
  ["secretsmanager", 31, 31, 31, "2026-11-28", "ids, dates and blobs are not compared"],
  [
    "sns",
    92,
    98,
    92,
    "2026-11-28",
    "of the others three have no answers; numbers that opted out, signatures behind a function URL, one delivery log",
  ],
  [
    "sqs",
    76,
    85,
    74,
    "2026-11-28",
    "PurgeQueue's 60 seconds hold with `--strict` only; the query protocol knows MessageSystemAttributeNames. The others have no answers",
  ],
  ["ssm", 1, 1, 1, "2026-11-28", ""],
  [
    "stepfunctions",
    301,
    548,
    272,
    "2026-11-28",
    "of 192 histories, of definitions made from them, fourteen differ in one id of MapStateExited, of which recordings up to August 2024 and since November 2024 say different things. 29 more, of labels of a Map, are no answers of AWS's",
  ],
  ["sts", 4, 4, 4, "2026-11-28", ""],
];

/** Recorded, but of services that Squall does not serve, or walked by nobody yet. */
const NOT_WALKED = "acm, firehose, route53, s3control and ses";

/** The section of docs/coverage.md, line by line. */
export function heldAgainst(): string[] {
  return [
    "## Held against recordings",
    "",
    "Scenarios that the LocalStack project recorded on AWS (Apache-2.0), walked against Squall, answers and errors compared member by member.",
    "",
    `Walked are scenarios whose requests could be made from what is recorded (their names, their answers); an answer of theirs that is not asked for makes them unwalked. Not walked at all: ${NOT_WALKED}.`,
    "",
    "| service | walked | agree | when | what differs |",
    "|---|---|---|---|---|",
    ...HELD.map(
      ([service, walked, of, agree, date, differ]) =>
        `| ${service} | ${walked} of ${of} | ${agree} | ${date} | ${differ} |`,
    ),
    "",
  ];
}
