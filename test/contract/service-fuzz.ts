import { Agent, request as httpRequest, validateHeaderName } from "node:http";
import type { HttpRequest } from "../../src/core/http.ts";
import type { LogLine } from "../../src/core/log.ts";
import type { Cloud } from "../../src/index.ts";
import { loadModel, type MemberRef, type ServiceModel, type Shape } from "../../src/models/model.ts";
import { createClient, type WholeResponse } from "../../src/protocols/client.ts";
import { compilePattern } from "../../src/protocols/patterns.ts";
import { zipOf } from "../../src/services/lambda/functions.fixture.ts";

/** What came back that no service may answer. */
export interface Failure {
  readonly operation: string;
  readonly seed: number;
  readonly input: unknown;
  readonly answer: string;
}

/** Numbers by which inputs are chosen: the same seed, the same numbers. */
class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

const DEEP = `${'{"a":'.repeat(9000)}1${"}".repeat(9000)}`;

const TEXTS: readonly string[] = [
  "",
  " ",
  "__proto__",
  "constructor",
  "toString",
  "%",
  "%25",
  "%2F..%2F",
  "%zz",
  "../../etc",
  "/",
  "a/b",
  ":",
  "::::::",
  "*",
  "?",
  "$",
  "${a}",
  "\u0000",
  "\u0001\u001f\u007f",
  "line\r\nbreak: x",
  "😀",
  "\ud800",
  "ünï ✓",
  "a".repeat(300),
  "a".repeat(70_000),
  "-1",
  "0",
  "1e400",
  "NaN",
  "null",
  "true",
  "[]",
  "{}",
  '{"__proto__":{"polluted":1}}',
  `${"[".repeat(3000)}${"]".repeat(3000)}`,
  `${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`,
  DEEP,
  // A template, a policy, a state machine, an API, an event, a document of Systems Manager, a lifecycle … and all of it too deep.
  `{"Resources":${DEEP}}`,
  `{"Resources":{"A":{"Type":"AWS::SQS::Queue","Properties":${DEEP}}}}`,
  `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":${DEEP}}]}`,
  `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Parameters":${DEEP}}}}`,
  `{"openapi":"3.0.1","info":{"title":"a","version":"1"},"paths":${DEEP}}`,
  `{"detail":${DEEP}}`,
  `{"schemaVersion":"2.2","mainSteps":[{"action":"aws:runShellScript","name":"a","inputs":${DEEP}}]}`,
  `{"widgets":[{"type":"text","properties":${DEEP}}]}`,
  `{"ResourceTypeFilters":["AWS::AllSupported"],"TagFilters":${DEEP}}`,
  "(".repeat(3000),
  "NOT ".repeat(1000),
  "(a+)+$",
  "2026-13-45T99:99:99Z",
  "arn:aws:sqs:us-east-1:000000000000:",
  "arn:::::",
  "arn:aws:lambda:us-east-1:000000000000:function:😀",
  "SELECT * FROM \"__proto__\" WHERE a = {'__proto__': 1}",
  "INSERT INTO plain VALUE {'id': '1', '__proto__': {'a': 1}}",
  "fields @message | parse @message /(?<__proto__>a)/ | sort constructor",
  "<a><b>",
  "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
];

const EXPRESSIONS: readonly string[] = [
  "id = :v",
  "attribute_exists(id) AND NOT contains(#a, :v)",
  "SET a = if_not_exists(a, :v), b.c = list_append(a, :v) REMOVE d[1]",
  "SELECT * FROM plain WHERE id = 'plain'",
  "UPDATE plain SET a = {'__proto__': [1]} WHERE id = 'plain'",
  "fields @message | filter @message like /a/ | stats count(*) by bin(5m)",
  "{ $.a = 1 && $.b = *x }",
  "[a, b, c=1*]",
  "m1 * 2",
  "SEARCH('{plain,plain} MetricName=plain', 'Sum', 60)",
  "rate(5 minutes)",
];

const NUMBERS: readonly unknown[] = [0, -1, 1, 1.5, 2 ** 31, -(2 ** 31), 2 ** 53, 1e300, 5e-324];
const OTHERS: readonly unknown[] = [null, true, [], {}, [[]], [null], { a: null }, "x", 7, nested(60)];

/** What was said in answers, by the kind of name that said it: identifiers are used again. */
class Known {
  readonly #texts = new Map<string, string[]>();

  learn(value: unknown, name = ""): void {
    if (typeof value === "string" && value.length < 300) {
      const texts = this.#texts.get(kindOf(name)) ?? [];
      if (texts.length < 50) this.#texts.set(kindOf(name), [...texts, value]);
    } else if (Array.isArray(value)) for (const item of value) this.learn(item, name);
    else if (isPlain(value)) for (const [key, item] of Object.entries(value)) this.learn(item, key);
  }

  textsFor(name: string): readonly string[] {
    return this.#texts.get(kindOf(name)) ?? [];
  }
}

/** `restApiId`, `id` and `QueryId` are of one kind, and so are all names and all ARNs. */
const kindOf = (name: string): string =>
  /(?:id|arn|name|url|handle|token|key)s?$/i.exec(name)?.[0].toLowerCase() ?? name;

/** Makes inputs of a service's operations that are right or almost right. */
class Inputs {
  readonly #model: ServiceModel;
  readonly #account: string;
  readonly #known: Known;

  constructor(model: ServiceModel, account: string, known: Known) {
    this.#model = model;
    this.#account = account;
    this.#known = known;
  }

  make(input: MemberRef | undefined, seed: number): Record<string, unknown> {
    const dice = new Dice(seed);
    if (!input) return {};
    let value = this.#right(input, dice, "", 0);
    for (let times = dice.below(4); times > 0; times--) value = this.#changed(input, value, dice, 0);
    return (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  }

  /** A value that the model allows. */
  #right(ref: MemberRef, dice: Dice, name: string, depth: number): unknown {
    const shape = { ...this.#model.shapes[ref.shape]!, ...ref };
    if (ref.shape === "AttributeValue" && dice.below(3) > 0) return { S: "plain" };
    switch (shape.type) {
      case "structure": {
        const all = Object.entries(shape.members ?? {}).filter(
          ([, { shape: inner }]) => !this.#model.shapes[inner]!.eventstream,
        );
        const chosen = shape.union
          ? [dice.of(all)]
          : all.filter(([key]) => shape.required?.includes(key) || (depth < 5 && dice.below(6) === 0));
        return Object.fromEntries(
          chosen.filter(Boolean).map(([key, member]) => [key, this.#right(member, dice, key, depth + 1)]),
        );
      }
      case "list": {
        const length = Math.max(shape.min ?? 0, depth > 6 ? 0 : 1 + dice.below(2));
        return Array.from({ length }, () => this.#right(shape.member!, dice, name, depth + 1));
      }
      case "map":
        return Object.fromEntries(
          Array.from({ length: depth > 6 ? 0 : 1 + dice.below(2) }, () => [
            String(this.#right(shape.key!, dice, name, depth + 1)),
            this.#right(shape.value!, dice, name, depth + 1),
          ]),
        );
      case "boolean":
        return dice.below(2) === 0;
      case "blob":
        return Buffer.from(dice.of(["", "{}", '{"a":1}', "text"]));
      case "timestamp":
        return new Date(1_790_000_000_000 + dice.below(1_000_000_000));
      case "string":
      case "character":
        return this.#text(shape, dice, name);
      default:
        return Math.min((shape.min ?? 0) + dice.below(20), shape.max ?? 1000);
    }
  }

  #text(shape: Shape, dice: Dice, name: string): string {
    if (shape.enum?.length) return dice.of(shape.enum);
    const known = this.#known.textsFor(name);
    const own = [
      ...(known.length > 0 ? [dice.of(known), dice.of(known)] : []),
      ...(/arn/i.test(name) ? [this.#arn(dice)] : []),
      ...(/expression|statement|query|pattern/i.test(name) ? [dice.of(EXPRESSIONS)] : []),
      ...(this.#model.metadata.endpointPrefix === "dynamodb" && dice.below(2) === 0 ? ["id", ":v"] : []),
      dice.of(["plain", "plain", "other"]),
      ...(dice.below(8) === 0 ? ["__proto__", "constructor"] : []),
      this.#arn(dice),
      `arn:aws:iam::${this.#account}:role/plain`,
      '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
      "1",
      "2026-11-23",
      "/plain/",
      "plain.example.com",
      "plain-plain-plain-plain-plain-plain-1234567890",
    ];
    const pattern = shape.pattern === undefined ? undefined : compilePattern(shape.pattern);
    const fits = (text: string) =>
      text.length >= (shape.min ?? 0) && text.length <= (shape.max ?? 1e6) && (pattern?.test(text) ?? true);
    return own.find(fits) ?? "plain".padEnd(Math.min(shape.min ?? 0, 100), "x");
  }

  #arn(dice: Dice): string {
    const [service, resource] = dice.of([
      ["sqs", "plain"],
      ["sns", "plain"],
      ["lambda", "function:plain"],
      ["dynamodb", "table/plain"],
      ["kinesis", "stream/plain"],
      ["logs", "log-group:plain"],
      ["cloudwatch", "alarm:plain"],
      ["apigateway", "/restapis/plain"],
      ["fis", "experiment/plain"],
    ] as const);
    return `arn:aws:${service}:us-east-1:${this.#account}:${resource}`;
  }

  /** A value with one thing in it that is wrong. */
  #changed(ref: MemberRef, value: unknown, dice: Dice, depth: number): unknown {
    const shape = { ...this.#model.shapes[ref.shape]!, ...ref };
    if (depth > 0 && dice.below(12) === 0) return dice.of(OTHERS);
    if (Array.isArray(value) && shape.member) {
      if (dice.below(6) === 0) return dice.of([[], [...value, ...value], Array(300).fill(value[0])]);
      if (value.length === 0) return value;
      const at = dice.below(value.length);
      return value.map((item, index) =>
        index === at ? this.#changed(shape.member!, item, dice, depth + 1) : item,
      );
    }
    if (isPlain(value) && !shape.document) {
      const names = Object.keys(value);
      if (names.length === 0) return value;
      const name = dice.of(names);
      if (shape.type === "map" && dice.below(2) === 0) {
        const entries = Object.entries(value).map(([key, item]) => [
          key === name ? dice.of(TEXTS) : key,
          item,
        ]);
        return Object.fromEntries(entries) as unknown;
      }
      if (dice.below(8) === 0)
        return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
      const member = shape.type === "map" ? shape.value : shape.members?.[name];
      if (!member) return value;
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          key === name ? this.#changed(member, item, dice, depth + 1) : item,
        ]),
      );
    }
    return this.#leaf(shape, value, dice);
  }

  #leaf(shape: Shape, value: unknown, dice: Dice): unknown {
    if (typeof value === "string") return dice.below(10) === 0 ? value + dice.of(TEXTS) : dice.of(TEXTS);
    if (typeof value === "number") return dice.of(NUMBERS);
    if (value instanceof Uint8Array) return Buffer.from(dice.of(TEXTS));
    if (value instanceof Date) return new Date(dice.of([0, -1, 8.64e15, 1]));
    return shape.type === "boolean" ? !value : value;
  }
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const ROLE = "arn:aws:iam::000000000000:role/plain";
const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"*"}}]}';
const table = (TableName: string) => ({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_IMAGE" },
});

/** What is there at the beginning, where chance would seldom make it. */
const BEGINNING: Readonly<Record<string, readonly (readonly [operation: string, input: object])[]>> = {
  apigateway: [
    ["CreateRestApi", { name: "plain" }],
    ["CreateApiKey", { name: "plain" }],
    ["CreateUsagePlan", { name: "plain" }],
  ],
  apigatewayv2: [
    ["CreateApi", { Name: "plain", ProtocolType: "HTTP", Target: "https://example.com" }],
    ["CreateApi", { Name: "plain", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.a" }],
  ],
  dynamodb: [
    ["CreateTable", table("plain")],
    ["CreateTable", table("__proto__")],
    ["PutItem", { TableName: "plain", Item: { id: { S: "plain" } } }],
  ],
  iam: [
    ["CreateRole", { RoleName: "plain", AssumeRolePolicyDocument: TRUST }],
    ["CreateUser", { UserName: "plain" }],
    ["CreateGroup", { GroupName: "plain" }],
  ],
  kinesis: [["CreateStream", { StreamName: "plain", ShardCount: 1 }]],
  lambda: [
    [
      "CreateFunction",
      {
        FunctionName: "plain",
        Runtime: "nodejs24.x",
        Handler: "index.handler",
        Role: ROLE,
        // An empty archive: no function of a fuzzed service runs anything.
        Code: { ZipFile: await zipOf({ "other.mjs": "" }) },
      },
    ],
  ],
  logs: [
    ["CreateLogGroup", { logGroupName: "plain" }],
    ["CreateLogStream", { logGroupName: "plain", logStreamName: "plain" }],
  ],
  sns: [["CreateTopic", { Name: "plain" }]],
  sqs: [["CreateQueue", { QueueName: "plain" }]],
};

const MOST_HEAD_BYTES = 16_384;

/** Operations that wait, or that start processes: they are tested elsewhere. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {
  logs: ["StartLiveTail"],
  kinesis: ["SubscribeToShard"],
};

/** A log for the cloud that is fuzzed: it keeps the stacks of what crashed. */
export class CrashLog {
  readonly lines: string[] = [];
  readonly write = (line: LogLine): void => {
    if (line.level === "ERROR" && this.lines.length < 1000) this.lines.push(line.message);
  };
}

export interface Fuzzed {
  /** Answers with a status of 500 or more, but for 501, which says what Squall does not implement. */
  readonly failures: readonly Failure[];
  /** Operations that answered at least once as if all were well. */
  readonly succeeded: ReadonlySet<string>;
  /** Operations that are implemented. */
  readonly tried: readonly string[];
}

/** Sends inputs that are right or almost right to every operation of a service, by its model, one after the other. */
export async function fuzzService(
  cloud: Cloud,
  service: string,
  cases: number,
  firstSeed: number,
): Promise<Fuzzed> {
  const model = loadModel(service)!;
  const client = createClient(model);
  const account = String(100_000_000_000 + (firstSeed % 1_000_000));
  const known = new Known();
  const inputs = new Inputs(model, account, known);
  const { signingName = model.metadata.endpointPrefix } = model.metadata;
  const authorization = `AWS4-HMAC-SHA256 Credential=${account}/20261123/us-east-1/${signingName}/aws4_request, SignedHeaders=host, Signature=0`;
  const agent = new Agent({ keepAlive: true });
  const failures: Failure[] = [];
  const succeeded = new Set<string>();
  let tried = Object.keys(model.operations).filter((name) => !LEFT_OUT[service]?.includes(name));
  const ask = async (operation: string, input: Record<string, unknown>): Promise<WholeResponse> => {
    const request = client.encodeRequest(operation, input);
    return await send(cloud, agent, { ...request, headers: { ...request.headers, authorization } });
  };
  for (const [operation, input] of BEGINNING[service] ?? []) {
    const answer = await ask(operation, input as Record<string, unknown>);
    known.learn(client.decodeResponse(operation, answer));
  }
  for (let seed = firstSeed; seed < firstSeed + cases && tried.length > 0; seed++) {
    const operation = new Dice(~seed).of(tried);
    const input = inputs.make(model.operations[operation]!.input, seed);
    if (!isSayable(() => client.encodeRequest(operation, input))) continue;
    const answer = await ask(operation, input);
    if (answer.status === 501) tried = tried.filter((name) => name !== operation);
    else if (answer.status >= 500) {
      const text = Buffer.from(answer.body).toString();
      failures.push({ operation, seed, input, answer: `${answer.status} ${text.slice(0, 300)}` });
    } else if (answer.status < 300) {
      succeeded.add(operation);
      known.learn(readable(() => client.decodeResponse(operation, answer)));
    }
  }
  agent.destroy();
  return { failures, succeeded, tried };
}

/** What our own client cannot say is no request, and one whose head is too long is another test. */
function isSayable(encode: () => HttpRequest): boolean {
  try {
    const { path, query, headers } = encode();
    for (const name of Object.keys(headers)) validateHeaderName(name);
    return path.length + query.length + JSON.stringify(headers).length < MOST_HEAD_BYTES / 2;
  } catch {
    return false;
  }
}

/** Undefined for a stream, and for another operation's answer: a label that is empty makes another path. */
function readable(decode: () => unknown): unknown {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

function send(cloud: Cloud, agent: Agent, request: HttpRequest): Promise<WholeResponse> {
  const { hostname, port } = new URL(cloud.url);
  return new Promise((resolve, reject) => {
    const path = request.query ? `${request.path}?${request.query}` : request.path;
    // An input may have a length of its own, and a server would wait for what is never sent.
    const { "content-length": _, ...others } = request.headers;
    const headers = Object.fromEntries(
      Object.entries(others).map(([name, value]) => [name, String(value).replace(/[^\t\u0020-\u007e]/g, "")]),
    );
    const message = httpRequest(
      { hostname, port, agent, method: request.method, path, headers, timeout: 20_000 },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers as Record<string, string>,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    message.on("timeout", () => message.destroy(new Error("there is no answer after 20 s")));
    message.on("error", reject);
    message.end(request.body);
  });
}
