import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import {
  DescribeMapRunCommand,
  ListExecutionsCommand,
  ListMapRunsCommand,
  RedriveExecutionCommand,
  StopExecutionCommand,
  UpdateMapRunCommand,
} from "@aws-sdk/client-sfn";
import { until } from "../../../test/until.ts";
import { Bed } from "./bed.fixture.ts";

const PASS = { StartAt: "Item", States: { Item: { Type: "Pass", End: true } } };
const distributed = (flow: object, ExecutionType = "STANDARD") => ({
  ProcessorConfig: { Mode: "DISTRIBUTED", ExecutionType },
  ...flow,
});

/** Puts an object where an ItemReader finds it. */
async function put(bed: Bed, Key: string, text: string | Buffer): Promise<void> {
  await bed.call("s3", "CreateBucket", { Bucket: "items" }).catch(() => {});
  await bed.call("s3", "PutObject", { Bucket: "items", Key, Body: Buffer.from(text) });
}

async function got(bed: Bed, Key: string): Promise<string> {
  const asked = { Bucket: "items", Key };
  const { Body } = await bed.call<{ Body: Uint8Array | AsyncIterable<Uint8Array> }>("s3", "GetObject", asked);
  const chunks: Uint8Array[] = [];
  if (Body instanceof Uint8Array) chunks.push(Body);
  else for await (const chunk of Body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const reading = (Key: string, ReaderConfig: object, more: object = {}) => ({
  StartAt: "Each",
  States: {
    Each: {
      Type: "Map",
      ItemReader: {
        Resource: "arn:aws:states:::s3:getObject",
        ReaderConfig,
        Parameters: { Bucket: "items", Key },
      },
      ItemProcessor: distributed(PASS),
      End: true,
      ...more,
    },
  },
});

/** What each kind of file comes to. */
const FILES: readonly [what: string, text: string, config: object, items: unknown][] = [
  ["JSON", '[{"a":1},{"a":2}]', { InputType: "JSON" }, [{ a: 1 }, { a: 2 }]],
  ["JSON below a pointer", '{"x":{"y":[1,2]}}', { InputType: "JSON", ItemsPointer: "/x/y" }, [1, 2]],
  ["JSON lines", '{"a":1}\n{"a":2}\n', { InputType: "JSONL" }, [{ a: 1 }, { a: 2 }]],
  [
    "CSV with its headers",
    'a,b\r\n1,"x, ""y"""\r\n2\r\n',
    { InputType: "CSV", CSVHeaderLocation: "FIRST_ROW" },
    [
      { a: "1", b: 'x, "y"' },
      { a: "2", b: "" },
    ],
  ],
  [
    "CSV with given headers and another delimiter",
    "1;2\n3;4\n",
    { InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["a", "b"], CSVDelimiter: "SEMICOLON" },
    [
      { a: "1", b: "2" },
      { a: "3", b: "4" },
    ],
  ],
  [
    "JSON's object, whose members are the items",
    '{"list":{"a":1,"b":{"c":2}}}',
    { InputType: "JSON", ItemsPointer: "/list" },
    [
      { Key: "a", Value: 1 },
      { Key: "b", Value: { c: 2 } },
    ],
  ],
  ["no more than MaxItems", "[1,2,3]", { InputType: "JSON", MaxItems: 2 }, [1, 2]],
];

test("items are read from files of every kind", async () => {
  await using bed = await Bed.start();
  for (const [what, text, config, items] of FILES) {
    await put(bed, "file", text);
    const { output } = await bed.run(reading("file", config));
    assert.deepEqual(JSON.parse(output!), items, what);
  }
});

test("an S3 inventory's manifest names the files whose rows are items, packed ones, too", async () => {
  await using bed = await Bed.start();
  await put(bed, "inventory/1.csv.gz", gzipSync('"items","a%2Fb.txt","12"\n"items","c.txt","0"\n'));
  await put(bed, "inventory/2.csv", '"items","d.txt","7"\n');
  const manifest = {
    sourceBucket: "items",
    destinationBucket: "arn:aws:s3:::items",
    fileFormat: "CSV",
    fileSchema: "Bucket, Key, Size",
    files: [{ key: "inventory/1.csv.gz" }, { key: "inventory/2.csv" }],
  };
  await put(bed, "inventory/manifest.json", JSON.stringify(manifest));
  const { output, cause } = await bed.run(reading("inventory/manifest.json", { InputType: "MANIFEST" }));
  assert.deepEqual(JSON.parse(output ?? `"${cause}"`), [
    { Bucket: "items", Key: "a%2Fb.txt", Size: "12" },
    { Bucket: "items", Key: "c.txt", Size: "0" },
    { Bucket: "items", Key: "d.txt", Size: "7" },
  ]);
});

test("a file that is not there, or is not what it is said to be, fails the Map by its name", async () => {
  await using bed = await Bed.start();
  await put(bed, "file", '"no list"');
  for (const [key, config] of [
    ["gone", { InputType: "JSON" }],
    ["file", { InputType: "JSON" }],
    ["file", { InputType: "JSONL" }],
    ["file", { InputType: "MANIFEST" }],
  ] as const) {
    if (key === "file" && config.InputType !== "JSON") await put(bed, "file", "not json");
    const { status, error } = await bed.run(reading(key, config));
    assert.deepEqual([status, error], ["FAILED", "States.ItemReaderFailed"], `${key} as ${config.InputType}`);
  }
});

/** What children's outputs become, by how they are to be written. */
const WRITTEN: readonly [config: object, key: RegExp, text: string][] = [
  [{ Transformation: "COMPACT", OutputType: "JSON" }, /SUCCEEDED_0\.json$/, "[[1],[2,3]]"],
  [{ Transformation: "COMPACT", OutputType: "JSONL" }, /SUCCEEDED_0\.jsonl$/, "[1]\n[2,3]"],
  [{ Transformation: "FLATTEN", OutputType: "JSON" }, /SUCCEEDED_0\.json$/, "[1,2,3]"],
  [{ Transformation: "FLATTEN", OutputType: "JSONL" }, /SUCCEEDED_0\.jsonl$/, "1\n2\n3"],
];

test("results are written as they are to be, as JSON or JSON lines", async () => {
  await using bed = await Bed.start();
  await put(bed, "file", "[[1],[2,3]]");
  for (const [WriterConfig, key, text] of WRITTEN) {
    const ResultWriter = {
      Resource: "arn:aws:states:::s3:putObject",
      Parameters: { Bucket: "items", Prefix: "out" },
      WriterConfig,
    };
    const { output, cause } = await bed.run(reading("file", { InputType: "JSON" }, { ResultWriter }));
    const { ResultWriterDetails } = JSON.parse(output ?? `"${cause}"`) as {
      ResultWriterDetails: { Key: string };
    };
    const { ResultFiles } = JSON.parse(await got(bed, ResultWriterDetails.Key)) as {
      ResultFiles: { SUCCEEDED: { Key: string; Size: number }[] };
    };
    const [file] = ResultFiles.SUCCEEDED;
    assert.match(file!.Key, key);
    assert.equal(await got(bed, file!.Key), text);
    assert.equal(file!.Size, text.length);
  }
});

test("a bucket's objects are items", async () => {
  await using bed = await Bed.start();
  await put(bed, "in/a", "1");
  await put(bed, "in/b", "22");
  const definition = reading("", {}) as { States: { Each: { ItemReader: object } } };
  definition.States.Each.ItemReader = {
    Resource: "arn:aws:states:::s3:listObjectsV2",
    Parameters: { Bucket: "items", Prefix: "in/" },
  };
  const { output } = await bed.run(definition);
  assert.deepEqual(
    JSON.parse(output!).map(({ Key, Size }: { Key: string; Size: number }) => [Key, Size]),
    [
      ["in/a", 1],
      ["in/b", 2],
    ],
  );
});

test("items come in batches, with what all of them share", async () => {
  await using bed = await Bed.start();
  await put(bed, "file", "[1,2,3]");
  const { output } = await bed.run(
    reading(
      "file",
      { InputType: "JSON" },
      { ItemBatcher: { MaxItemsPerBatch: 2, BatchInput: { "of.$": "$.of" } } },
    ),
    { of: "all" },
  );
  assert.deepEqual(JSON.parse(output!), [
    { BatchInput: { of: "all" }, Items: [1, 2] },
    { BatchInput: { of: "all" }, Items: [3] },
  ]);
});

test("results are written to a bucket, with a manifest of them", async () => {
  await using bed = await Bed.start();
  await put(bed, "file", "[1,2]");
  const { output } = await bed.run(
    reading(
      "file",
      { InputType: "JSON" },
      {
        ResultWriter: {
          Resource: "arn:aws:states:::s3:putObject",
          Parameters: { Bucket: "items", Prefix: "out" },
        },
      },
    ),
  );
  const { ResultWriterDetails } = JSON.parse(output!) as {
    ResultWriterDetails: { Bucket: string; Key: string };
  };
  const read = async (Key: string) => JSON.parse(await got(bed, Key));
  const manifest = await read(ResultWriterDetails.Key);
  assert.match(ResultWriterDetails.Key, /^out\/[\w-]+\/manifest\.json$/);
  const written = await read(manifest.ResultFiles.SUCCEEDED[0].Key);
  assert.deepEqual(
    written.map(({ Output }: { Output: string }) => Output),
    ["1", "2"],
  );
});

const FAILS_ON_TWO = {
  StartAt: "Is2",
  States: {
    Is2: { Type: "Choice", Choices: [{ Variable: "$", NumericEquals: 2, Next: "No" }], Default: "Yes" },
    No: { Type: "Fail", Error: "Two" },
    Yes: { Type: "Pass", End: true },
  },
};
const each = (more: object, flow: object = FAILS_ON_TWO) => ({
  StartAt: "Each",
  States: { Each: { Type: "Map", Label: "each", ItemProcessor: distributed(flow), End: true, ...more } },
});

test("children may fail as far as they are tolerated, on both sides of the limit", async () => {
  await using bed = await Bed.start();
  const limits: [object, string][] = [
    [{}, "FAILED"],
    [{ ToleratedFailureCount: 1 }, "SUCCEEDED"],
    [{ ToleratedFailurePercentage: 33 }, "FAILED"],
    [{ ToleratedFailurePercentage: 34 }, "SUCCEEDED"],
  ];
  for (const [limit, status] of limits) {
    const ended = await bed.run(each(limit), [1, 2, 3]);
    assert.equal(ended.status, status, JSON.stringify(limit));
    if (status === "FAILED") assert.equal(ended.error, "States.ExceedToleratedFailureThreshold");
  }
});

test("a map run counts its children, which can be listed", async () => {
  await using bed = await Bed.start();
  const machine = await bed.create("counted", each({ ToleratedFailureCount: 1, MaxConcurrency: 1 }));
  const executionArn = await bed.start(machine, [1, 2, 3]);
  await bed.ended(executionArn);
  const { mapRuns } = await bed.sfn.send(new ListMapRunsCommand({ executionArn }));
  const { mapRunArn } = mapRuns![0]!;
  assert.match(mapRunArn!, /:mapRun:counted\/each:[\w-]+$/);
  const { status, itemCounts } = await bed.sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  assert.deepEqual(
    [status, itemCounts?.total, itemCounts?.succeeded, itemCounts?.failed],
    ["SUCCEEDED", 3, 2, 1],
  );
  const { executions } = await bed.sfn.send(new ListExecutionsCommand({ mapRunArn }));
  assert.deepEqual(executions?.map((child) => child.status).sort(), ["FAILED", "SUCCEEDED", "SUCCEEDED"]);
  assert.ok(executions?.every((child) => child.executionArn!.includes(":execution:counted/each:")));
});

test("a rule fails a child, and a redrive works on that child alone", async () => {
  await using bed = await Bed.start();
  const machine = await bed.create("struck", each({}, PASS));
  await bed.cloud.faults.add({
    point: "states:map-child",
    effect: "fail",
    match: { operation: "Each" },
    times: 1,
  });
  const executionArn = await bed.start(machine, [1, 2]);
  assert.equal((await bed.ended(executionArn)).status, "FAILED");
  await bed.sfn.send(new RedriveExecutionCommand({ executionArn }));
  const { status, output, redriveCount } = await bed.ended(executionArn);
  assert.deepEqual([status, output, redriveCount], ["SUCCEEDED", "[1,2]", 1]);
  const types = (await bed.told(executionArn)).map((line) => line.split(" ")[2]);
  assert.deepEqual(types.slice(types.indexOf("ExecutionRedriven"), -1), [
    "ExecutionRedriven",
    "MapRunRedriven",
    "MapRunSucceeded",
    "MapStateSucceeded",
    "MapStateExited",
  ]);
});

test("Express children do the work, too", async () => {
  await using bed = await Bed.start();
  const { output } = await bed.run(
    {
      StartAt: "Each",
      States: { Each: { Type: "Map", ItemProcessor: distributed(PASS, "EXPRESS"), End: true } },
    },
    ["a", "b"],
  );
  assert.equal(output, '["a","b"]');
});

test("a map run goes with its execution that is stopped, and a redrive of it works on what was left", async () => {
  await using bed = await Bed.start();
  const rest = { StartAt: "Rest", States: { Rest: { Type: "Wait", Seconds: 60, End: true } } };
  const machine = await bed.create("stopped", {
    StartAt: "Each",
    States: { Each: { Type: "Map", ItemProcessor: distributed(rest), MaxConcurrency: 2, End: true } },
  });
  const executionArn = await bed.start(machine, [1, 2, 3]);
  const running = (count: number) =>
    until(
      async () => {
        const { mapRuns = [] } = await bed.sfn.send(new ListMapRunsCommand({ executionArn }));
        const mapRunArn = mapRuns[0]?.mapRunArn;
        return mapRunArn === undefined ? undefined : bed.sfn.send(new DescribeMapRunCommand({ mapRunArn }));
      },
      (run) => run?.itemCounts?.running === count,
    );
  await running(2);
  await bed.sfn.send(new StopExecutionCommand({ executionArn }));
  const { mapRunArn, status, stopDate } = await running(0);
  assert.deepEqual([status, stopDate instanceof Date], ["ABORTED", true]);
  const { executions } = await bed.sfn.send(new ListExecutionsCommand({ mapRunArn }));
  assert.deepEqual(
    executions?.map((child) => child.status),
    ["ABORTED", "ABORTED"],
  );
  await bed.sfn.send(new RedriveExecutionCommand({ executionArn }));
  await running(2);
  await bed.cloud.clock.advance("61s");
  await running(1);
  await bed.cloud.clock.advance("61s");
  const ended = await bed.ended(executionArn);
  assert.deepEqual([ended.status, ended.output], ["SUCCEEDED", "[1,2,3]"]);
  const run = await bed.sfn.send(new DescribeMapRunCommand({ mapRunArn }));
  assert.deepEqual([run.status, run.redriveCount, run.itemCounts?.succeeded], ["SUCCEEDED", 1, 3]);
});

test("what a map run tolerates can be changed while it works", async () => {
  await using bed = await Bed.start();
  const late = {
    StartAt: "Rest",
    States: { Rest: { Type: "Wait", Seconds: 60, Next: "No" }, No: { Type: "Fail", Error: "No" } },
  };
  const machine = await bed.create("lenient", {
    StartAt: "Each",
    States: { Each: { Type: "Map", ItemProcessor: distributed(late), End: true } },
  });
  const executionArn = await bed.start(machine, [1, 2]);
  await bed.untilTold(executionArn, "MapRunStarted");
  const { mapRuns } = await bed.sfn.send(new ListMapRunsCommand({ executionArn }));
  await bed.sfn.send(
    new UpdateMapRunCommand({ mapRunArn: mapRuns![0]!.mapRunArn, toleratedFailurePercentage: 100 }),
  );
  await bed.cloud.settle("61s");
  assert.equal((await bed.ended(executionArn)).status, "SUCCEEDED");
});
