import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  PutFunctionEventInvokeConfigCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { zipOf } from "../../../src/services/lambda/functions.fixture.ts";
import { ACCOUNT, arn, type Bed } from "../bed.ts";
import { blobsOf, eventually } from "../eventually.ts";
import { Acknowledged, type Lane, WRITES_A_ROUND } from "../lane.ts";
import { drained } from "../queue.ts";

export default ({ options, dataDir }: Bed): Lane[] => [
  functions(new LambdaClient(options), dataDir),
  asynchronous(new LambdaClient(options), new SQSClient(options)),
];

/** Functions come and go, two by two with the same code: whichever are there have it. */
function functions(lambda: LambdaClient, dataDir: string): Lane {
  const acknowledged = new Acknowledged("lambda");
  const gone = new Set<string>();
  return {
    name: "lambda",
    setup: async () => {},
    write: async (n) => {
      const FunctionName = `function-${n}`;
      const ZipFile = await zipOf({ "index.mjs": `export const handler = () => ${Math.floor(n / 2) % 50};` });
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName,
          Role: `arn:aws:iam::${ACCOUNT}:role/crash`,
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Code: { ZipFile },
        }),
      );
      if (n % 2 === 0) {
        await lambda.send(new DeleteFunctionCommand({ FunctionName }));
        gone.add(FunctionName);
      } else acknowledged.add(FunctionName);
    },
    verify: async () => {
      await onlyCodeThat(lambda, dataDir);
      await acknowledged.verify(
        async (FunctionName) => {
          const { Code, Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
          const zip = new Uint8Array(await (await fetch(Code!.Location!)).arrayBuffer());
          return createHash("sha256").update(zip).digest("base64") === Configuration!.CodeSha256;
        },
        (FunctionName) => lambda.send(new DeleteFunctionCommand({ FunctionName })),
      );
      for (const FunctionName of gone) {
        await assert.rejects(
          lambda.send(new GetFunctionCommand({ FunctionName })),
          ResourceNotFoundException,
          `lambda: ${FunctionName} is back`,
        );
      }
      gone.clear();
    },
  };
}

const FUNCTION = "crash-asynchronous";
const RESULTS = "crash-results";

/** Every event that was taken is run, though the process was killed before. Some invocations never end by themselves. */
function asynchronous(lambda: LambdaClient, sqs: SQSClient): Lane {
  const taken = new Set<string>();
  return {
    name: "lambda events",
    setup: async () => {
      await sqs.send(new CreateQueueCommand({ QueueName: RESULTS }));
      const source = `export const handler = async ({ n, hangs }) => {
        if (hangs) await new Promise(() => setInterval(() => {}, 1000));
        return n;
      };`;
      await lambda.send(
        new CreateFunctionCommand({
          FunctionName: FUNCTION,
          Role: `arn:aws:iam::${ACCOUNT}:role/crash`,
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Timeout: 300,
          Code: { ZipFile: await zipOf({ "index.mjs": source }) },
        }),
      );
      const DestinationConfig = { OnSuccess: { Destination: arn("sqs", RESULTS) } };
      await lambda.send(
        new PutFunctionEventInvokeConfigCommand({ FunctionName: FUNCTION, DestinationConfig }),
      );
    },
    write: async (n) => {
      const invocation = { FunctionName: FUNCTION, Payload: JSON.stringify({ n: `i${n}` }) };
      await lambda.send(new InvokeCommand({ ...invocation, InvocationType: "Event" }));
      taken.add(`i${n}`);
      // It goes on until the process that waits for it is gone.
      if (n % WRITES_A_ROUND === 1)
        lambda
          .send(new InvokeCommand({ ...invocation, Payload: JSON.stringify({ hangs: true }) }))
          .catch(() => {});
    },
    verify: () =>
      eventually("lambda: events that were taken and never run", async () => {
        for (const body of await drained(sqs, RESULTS)) {
          const { responsePayload } = JSON.parse(body) as { responsePayload: string };
          taken.delete(responsePayload);
        }
        return { wanted: 0, found: taken.size };
      }),
  };
}

/** One archive for each code that a function has: what a killed process has left is swept. */
async function onlyCodeThat(lambda: LambdaClient, dataDir: string): Promise<void> {
  await eventually("lambda: code without a function", async () => {
    const wanted = new Set<string>();
    let Marker: string | undefined;
    do {
      const page = await lambda.send(new ListFunctionsCommand({ Marker }));
      for (const { CodeSha256 } of page.Functions!) wanted.add(CodeSha256!);
      Marker = page.NextMarker;
    } while (Marker);
    return { wanted: wanted.size, found: blobsOf(dataDir, "lambda").length };
  });
}
