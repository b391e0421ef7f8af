import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { newAccount } from "../cloud.ts";
import { type SquallProcess, squallProcess } from "../squall-process.ts";

/*
 * Little that becomes much: aliases of aliases, compressed nothing, counts without end. What is made of it has a bound, is refused by
 * the service in its own words, and holds nobody up. Squall runs in a process of its own, so that it is not measured by whom it would
 * stop.
 */

const MOST_MS = 100;
const MB = 1024 * 1024;
let squall: SquallProcess;

before(async () => {
  squall = await squallProcess({ logLevel: "ERROR" });
});
after(async () => {
  await squall.stop();
});

const account = newAccount();

async function send(
  service: string,
  method: string,
  path: string,
  body: string | Buffer | undefined,
  headers: Record<string, string> = {},
): Promise<{ status: number; text: string }> {
  const scope = `${account}/20261128/us-east-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  const answer = await fetch(`${squall.url}${path}`, {
    method,
    headers: { authorization, ...headers },
    ...(body !== undefined && { body: body as string }),
  });
  return { status: answer.status, text: await answer.text() };
}

const form = (service: string, input: Record<string, string>) =>
  send(service, "POST", "/", new URLSearchParams(input).toString(), {
    "content-type": "application/x-www-form-urlencoded",
  });

const json = (service: string, target: string, body: object | Buffer, more: Record<string, string> = {}) =>
  send(service, "POST", "/", body instanceof Buffer ? body : JSON.stringify(body), {
    "x-amz-target": target,
    "content-type": "application/x-amz-json-1.1",
    ...more,
  });

/** Nine names, each for nine of the one before. */
const LAUGHS = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
  .concat(
    Array.from({ length: 9 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`).join()}]`),
  )
  .join("\n");
const CYCLE = "Resources: &r\n  Q:\n    Type: AWS::SQS::Queue\n    Metadata: *r\n";
const NOTHING = gzipSync(Buffer.alloc(100 * MB));

const validate = (TemplateBody: string) =>
  form("cloudformation", { Action: "ValidateTemplate", Version: "2010-05-15", TemplateBody });
const runbook = (Content: string) =>
  json("ssm", "AmazonSSM.CreateDocument", {
    Name: "bomb",
    DocumentType: "Automation",
    DocumentFormat: "YAML",
    Content,
  });
const stackOf = (properties: object) =>
  form("cloudformation", {
    Action: "CreateStack",
    Version: "2010-05-15",
    StackName: `s${Math.random().toString(36).slice(2)}`,
    OnFailure: "DO_NOTHING",
    TemplateBody: JSON.stringify({
      Resources: { Q: { Type: "AWS::SQS::Queue", Properties: properties } },
    }),
  });

/** A megabyte of YAML that means something: reading it takes a second. */
const LONG_YAML = `Resources:\n${Array.from({ length: 8000 }, (_, at) => `  Q${at}:\n    Type: AWS::SQS::Queue\n    Properties:\n      DelaySeconds: ${at}\n      QueueName: the-queue-of-the-number-${at}\n`).join("")}`;
const LONG_OPENAPI = `openapi: 3.0.1\ninfo: {title: long, version: "1"}\npaths:\n${Array.from({ length: 6000 }, (_, at) => `  /p${at}:\n    get:\n      responses: {"200": {description: fine}}\n`).join("")}`;

interface Bomb {
  /** Loads the service. */
  warm(): Promise<unknown>;
  throw(): Promise<{ status: number; text: string }>;
  readonly status: number | RegExp;
}

const warmStacks = () => validate('{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}}');
const warmSsm = () => json("ssm", "AmazonSSM.DescribeParameters", {});

const BOMBS: Readonly<Record<string, Bomb>> = {
  "a template of aliases of aliases": { warm: warmStacks, throw: () => validate(LAUGHS), status: 400 },
  "a template that is within itself": { warm: warmStacks, throw: () => validate(CYCLE), status: 400 },
  "a megabyte of YAML in S3": {
    async warm() {
      await warmStacks();
      await send("s3", "PUT", "/bombs", undefined);
      assert.ok(LONG_YAML.length < 1_000_000 && LONG_YAML.length > 900_000, `${LONG_YAML.length}`);
      assert.equal((await send("s3", "PUT", "/bombs/t.yaml", LONG_YAML)).status, 200);
    },
    throw: () =>
      form("cloudformation", {
        Action: "ValidateTemplate",
        Version: "2010-05-15",
        TemplateURL: `${squall.url}/bombs/t.yaml`,
      }),
    status: /^(200|400)$/,
  },
  "an object of 100 MB as a template": {
    async warm() {
      await warmStacks();
      await send("s3", "PUT", "/bombs", undefined);
      assert.equal((await send("s3", "PUT", "/bombs/large", Buffer.alloc(100 * MB))).status, 200);
    },
    throw: () =>
      form("cloudformation", {
        Action: "ValidateTemplate",
        Version: "2010-05-15",
        TemplateURL: `${squall.url}/bombs/large`,
      }),
    status: 400,
  },
  "a template of thousands of objects in objects": {
    warm: warmStacks,
    throw: () => validate(`{"Resources":${'{"a":'.repeat(9000)}1${"}".repeat(9000)}}`),
    status: 400,
  },
  "three hundred loops of three hundred": {
    warm: warmStacks,
    throw: () => {
      const three = (name: string) => Array.from({ length: 300 }, (_, at) => `${name}${at}`);
      const inner = ["Y", three("y"), { "R${X}${Y}": { Type: "AWS::SQS::Queue" } }];
      return form("cloudformation", {
        Action: "CreateStack",
        Version: "2010-05-15",
        StackName: "loops",
        TemplateBody: JSON.stringify({
          Transform: "AWS::LanguageExtensions",
          Resources: { "Fn::ForEach::A": ["X", three("x"), { "Fn::ForEach::B": inner }] },
        }),
      });
    },
    status: 400,
  },
  "an API with a path of a hundred thousand parts": {
    warm: () => send("apigateway", "GET", "/restapis", undefined),
    throw: () =>
      send(
        "apigateway",
        "POST",
        "/restapis?mode=import",
        JSON.stringify({
          openapi: "3.0.1",
          info: { title: "long", version: "1" },
          paths: { ["/a".repeat(100_000)]: { get: { responses: {} } } },
        }),
      ),
    status: 429,
  },
  "an HTTP API of twenty thousand routes": {
    warm: () => send("apigateway", "GET", "/v2/apis", undefined),
    throw: () => {
      const paths = Array.from({ length: 20_000 }, (_, at) => [`/p${at}`, { get: { responses: {} } }]);
      const openapi = {
        openapi: "3.0.1",
        info: { title: "wide", version: "1" },
        paths: Object.fromEntries(paths) as object,
      };
      return send("apigateway", "PUT", "/v2/apis", JSON.stringify({ body: JSON.stringify(openapi) }), {
        "content-type": "application/json",
      });
    },
    status: 429,
  },
  "as many instances as there may be": {
    warm: () => form("ec2", { Action: "DescribeInstances", Version: "2016-11-15" }),
    throw: async () => {
      const some = { Action: "RunInstances", Version: "2016-11-15", ImageId: "ami-12345678" };
      const answer = await form("ec2", { ...some, MinCount: "1", MaxCount: String(2 ** 31 - 1) });
      // They run now, and their memory is looked after.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return answer;
    },
    // The second time they are there.
    status: /^(200|400)$/,
  },
  "a text that Fn::Join makes of two thousand delimiters of 20 KB": {
    warm: warmStacks,
    throw: () => stackOf({ QueueName: { "Fn::Join": ["x".repeat(20_000), Array(2000).fill("")] } }),
    status: 200,
  },
  "Fn::Cidr of two thousand million blocks": {
    warm: warmStacks,
    throw: () => stackOf({ QueueName: { "Fn::Select": [0, { "Fn::Cidr": ["0.0.0.0/0", 2 ** 31 - 1, 1] }] } }),
    status: 200,
  },
  "a runbook of aliases of aliases": { warm: warmSsm, throw: () => runbook(LAUGHS), status: 400 },
  "a runbook of more than 64 KB": {
    warm: warmSsm,
    throw: () => runbook(`a: ${"[".repeat(70_000)}`),
    status: 400,
  },
  "an OpenAPI definition of aliases of aliases": {
    warm: () => send("apigateway", "GET", "/restapis", undefined),
    throw: () => send("apigateway", "POST", "/restapis?mode=import", `${LAUGHS}\nopenapi: 3.0.1\n`),
    status: 400,
  },
  "an OpenAPI definition of half a megabyte of YAML": {
    warm: () => send("apigateway", "GET", "/v2/apis", undefined),
    throw: () =>
      send("apigateway", "PUT", "/v2/apis", JSON.stringify({ body: `${LONG_OPENAPI}bad: [`, x: 1 }), {
        "content-type": "application/json",
      }),
    status: 400,
  },
  "100 MB of nothing for DynamoDB": {
    warm: () => json("dynamodb", "DynamoDB_20120810.ListTables", {}),
    throw: () => json("dynamodb", "DynamoDB_20120810.PutItem", NOTHING, { "content-encoding": "gzip" }),
    status: 500,
  },
  "100 MB of nothing for CloudWatch": {
    warm: () => form("monitoring", { Action: "ListMetrics", Version: "2010-08-01" }),
    throw: () =>
      json("monitoring", "GraniteServiceVersion20100801.PutMetricData", NOTHING, {
        "content-encoding": "gzip",
      }),
    status: 400,
  },
  "a service of ECS with two thousand million tasks": {
    warm: () =>
      json("ecs", "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition", {
        family: "f",
        containerDefinitions: [{ name: "a", image: "a", memory: 128, command: ["true"] }],
      }),
    throw: () =>
      json("ecs", "AmazonEC2ContainerServiceV20141113.CreateService", {
        serviceName: "s",
        taskDefinition: "f",
        desiredCount: 2 ** 31 - 1,
      }),
    status: 400,
  },
  "a task definition whose containers each depend on the two before it": {
    warm: () => json("ecs", "AmazonEC2ContainerServiceV20141113.ListTaskDefinitions", {}),
    throw: () =>
      json("ecs", "AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition", {
        family: "steps",
        containerDefinitions: Array.from({ length: 200 }, (_, at) => ({
          name: `c${at}`,
          image: "a",
          memory: 16,
          dependsOn: [at - 1, at - 2]
            .filter((before) => before >= 0)
            .map((before) => ({ containerName: `c${before}`, condition: "START" })),
        })),
      }),
    status: /^(200|400)$/,
  },
  "a clock that is to be advanced without end": {
    warm: () => send("s3", "GET", "/_squall/clock", undefined),
    throw: () =>
      send("s3", "POST", "/_squall/clock", '{"advance": 1e308}', { "content-type": "application/json" }),
    status: 400,
  },
  "a state that is none": {
    warm: () => send("s3", "GET", "/_squall/info", undefined),
    throw: () => send("s3", "POST", "/_squall/state", NOTHING),
    status: 400,
  },
};

for (const [name, bomb] of Object.entries(BOMBS)) {
  test(`${name}: nobody else waits`, { timeout: 120_000 }, async () => {
    await bomb.warm();
    let ms = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 3 && ms > MOST_MS; attempt++) {
      await squall.longestTurn();
      const { status, text } = await bomb.throw();
      ms = Math.min(ms, await squall.longestTurn());
      assert.match(
        String(status),
        bomb.status instanceof RegExp ? bomb.status : RegExp(`^${bomb.status}$`),
        text,
      );
    }
    if (process.env["TELL"]) console.log(`${Math.round(ms)} ms\t${name}`);
    assert.ok(ms <= MOST_MS, `others waited for ${Math.round(ms)} ms`);
  });
}

test("what is said of prototypes changes none", async () => {
  const template = `{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"__proto__": {"QueueName": "polluted"}}}}}`;
  await form("cloudformation", {
    Action: "CreateStack",
    Version: "2010-05-15",
    StackName: "proto",
    TemplateBody: template,
  });
  for (const name of ["constructor", "__proto__", "toString"]) {
    const called = await json(name, `${name}.${name}`, {});
    assert.ok(called.status < 600 && called.status !== 500, `${name}: ${called.status}`);
    const made = await json("cloudcontrolapi", "CloudApiService.CreateResource", {
      TypeName: name,
      DesiredState: "{}",
    });
    assert.equal(made.status, 400, made.text);
  }
  const { text } = await json("sqs", "AmazonSQS.ListQueues", {});
  assert.ok(!text.includes("polluted"), text);
});
