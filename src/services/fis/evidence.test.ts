import assert from "node:assert/strict";
import { test } from "node:test";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { StopExperimentCommand } from "@aws-sdk/client-fis";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { clientOptions } from "../../../test/cloud.ts";
import { until } from "../../../test/until.ts";
import { laboratory, pageOf } from "./fixture.test.ts";

const throttleTwice = {
  actionId: "squall:api:error",
  parameters: { kind: "throttle", service: "sqs", times: "2", duration: "PT1M" },
};

test("the log of an experiment is AWS's, record by record", async () => {
  await using lab = await laboratory();
  const { account, cloud } = lab;
  const logs = new CloudWatchLogsClient(clientOptions(cloud, account));
  await logs.send(new CreateLogGroupCommand({ logGroupName: "experiments" }));
  const role = `arn:aws:iam::${account}:role/a`;
  const id = await lab.start({
    targets: { callers: { resourceType: "aws:iam:role", resourceArns: [role], selectionMode: "ALL" } },
    actions: {
      throttle: {
        actionId: "aws:fis:inject-api-throttle-error",
        parameters: { duration: "PT1M", service: "logs", operations: "PutLogEvents", percentage: "100" },
        targets: { Roles: "callers" },
      },
    },
    logConfiguration: {
      logSchemaVersion: 2,
      cloudWatchLogsConfiguration: {
        logGroupArn: `arn:aws:logs:us-east-1:${account}:log-group:experiments:*`,
      },
    },
  });
  await cloud.clock.advance("PT2M");

  const { events } = await logs.send(
    new GetLogEventsCommand({
      logGroupName: "experiments",
      logStreamName: `/aws/fis/${id}`,
      startFromHead: true,
    }),
  );
  const records = events!.map(({ message }) => JSON.parse(message!));
  assert.deepEqual(
    records.map(({ log_type }) => log_type),
    [
      "experiment-start",
      "target-resolution-start",
      "target-resolution-detail",
      "target-resolution-end",
      "action-start",
      "action-end",
      "experiment-end",
    ],
  );
  for (const record of records) {
    assert.equal(record.id, id);
    assert.equal(record.version, "2");
    assert.match(record.event_timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  }
  assert.deepEqual(records[3].details.resolved_targets, [{ arn: role }]);
  const { action_start_time, ...started } = records[4].details;
  assert.deepEqual(started, {
    action_name: "throttle",
    action_id: "aws:fis:inject-api-throttle-error",
    action_targets: { Roles: "callers" },
    parameters: { duration: "PT1M", service: "logs", operations: "PutLogEvents", percentage: "100" },
  });
  assert.deepEqual(records[5].details.action_state, { status: "completed", reason: "Action was completed." });
  assert.deepEqual(records[6].details.experiment_state, {
    status: "completed",
    reason: "Experiment completed",
  });
});

test("the log of a multi-account experiment has how many resources each account has", async () => {
  await using lab = await laboratory();
  const { cloud, account } = lab;
  const other = "111122223333";
  const call = (service: string, operation: string, input: object, where = account) =>
    // biome-ignore lint/suspicious/noExplicitAny: outputs of several services
    cloud.call<any>(service, operation, input, { account: where, region: "us-east-1" });
  for (const [where, shards] of [
    [account, ["one"]],
    [other, ["one", "two"]],
  ] as const)
    for (const StreamName of shards) {
      await call("kinesis", "CreateStream", { StreamName, ShardCount: 1, Tags: { app: "shop" } }, where);
    }
  await call("logs", "CreateLogGroup", { logGroupName: "fis" });
  const logGroupArn = `arn:aws:logs:us-east-1:${account}:log-group:fis:*`;
  const { experimentTemplate } = await call("fis", "CreateExperimentTemplate", {
    clientToken: "t",
    description: "Two accounts",
    roleArn: "arn:aws:iam::000000000000:role/x",
    stopConditions: [{ source: "none" }],
    targets: {
      them: { resourceType: "aws:kinesis:stream", resourceTags: { app: "shop" }, selectionMode: "ALL" },
    },
    actions: {
      exceed: {
        actionId: "aws:kinesis:stream-provisioned-throughput-exception",
        parameters: { duration: "PT5M", percentage: "100" },
        targets: { KinesisStreams: "them" },
      },
    },
    experimentOptions: { accountTargeting: "multi-account", emptyTargetResolutionMode: "fail" },
    logConfiguration: { logSchemaVersion: 2, cloudWatchLogsConfiguration: { logGroupArn } },
  });
  const experimentTemplateId = experimentTemplate.id;
  for (const accountId of [account, other])
    await call("fis", "CreateTargetAccountConfiguration", {
      experimentTemplateId,
      accountId,
      roleArn: `arn:aws:iam::${accountId}:role/x`,
    });
  await call("fis", "StartExperiment", {
    clientToken: "s",
    experimentTemplateId,
    experimentOptions: { actionsMode: "skip-all" },
  });
  const details = await until(
    async () => {
      const { events } = await call("logs", "FilterLogEvents", { logGroupName: "fis" });
      return (events as { message: string }[])
        .map(({ message }) => JSON.parse(message))
        .filter(({ log_type }) => log_type === "target-resolution-detail");
    },
    ({ length }) => length === 2,
  );
  assert.deepEqual(
    details.map(({ details: { account_id, resolved_targets_count, status } }) => [
      account_id,
      resolved_targets_count,
      status,
    ]),
    [
      [account, 1, "completed"],
      [other, 2, "completed"],
    ],
  );
});

test("a log whose service the experiment itself strikes arrives when the experiment is over", async () => {
  await using lab = await laboratory();
  const { account, cloud } = lab;
  const logs = new CloudWatchLogsClient(clientOptions(cloud, account));
  await logs.send(new CreateLogGroupCommand({ logGroupName: "experiments" }));
  const id = await lab.start({
    actions: {
      outage: {
        actionId: "aws:fis:inject-api-unavailable-error",
        parameters: { duration: "PT1M", service: "logs", operations: "*", percentage: "100" },
      },
    },
    logConfiguration: {
      logSchemaVersion: 2,
      cloudWatchLogsConfiguration: {
        logGroupArn: `arn:aws:logs:us-east-1:${account}:log-group:experiments:*`,
      },
    },
  });
  await cloud.clock.advance("PT2M");
  const { events } = await logs.send(
    new GetLogEventsCommand({
      logGroupName: "experiments",
      logStreamName: `/aws/fis/${id}`,
      startFromHead: true,
    }),
  );
  const types = events!.map(({ message }) => JSON.parse(message!).log_type);
  assert.deepEqual(types, ["experiment-start", "action-start", "action-end", "experiment-end"]);
});

test("the report says what was struck, who tried again, and what was before and after", async () => {
  await using lab = await laboratory();
  const { account, cloud } = lab;
  const sqs = new SQSClient({ ...clientOptions(cloud, account), maxAttempts: 4 });
  const once = new SQSClient(clientOptions(cloud, account));
  await cloud.clock.advance("PT1M");
  await once.send(new ListQueuesCommand({}));

  const id = await lab.start({ actions: { slow: throttleTwice } });
  await sqs.send(new ListQueuesCommand({}));
  await once.send(new ListQueuesCommand({}));
  await cloud.clock.advance("PT1M");
  await once.send(new ListQueuesCommand({}));

  const { body: report } = await pageOf(`${cloud.url}/_squall/experiments/${id}/report`);
  assert.equal(report.experiment.id, id);
  assert.equal(report.experiment.state.status, "completed");
  assert.equal(report.seed, "test");
  const counts = (of: { operation: string; calls: number; errors: number; struck: number }[]) =>
    of.map(({ operation, calls, errors, struck }) => ({ operation, calls, errors, struck }));
  assert.deepEqual(counts(report.during), [{ operation: "ListQueues", calls: 4, errors: 2, struck: 2 }]);
  assert.deepEqual(counts(report.before), [{ operation: "ListQueues", calls: 1, errors: 0, struck: 0 }]);
  assert.deepEqual(counts(report.after), [{ operation: "ListQueues", calls: 1, errors: 0, struck: 0 }]);
  assert.deepEqual(report.byAction, {
    slow: { strikes: 2, struck: 1, retried: 1, recovered: 1, failed: 0 },
  });
  assert.deepEqual(
    report.strikes.map(({ attempt, status }: { attempt: number; status: number }) => [attempt, status]),
    [
      [1, 400],
      [2, 400],
    ],
  );

  const sums = (course: { pieces: { calls: number; errors: number; struck: number }[] }) =>
    course.pieces.reduce(
      (sum, { calls, errors, struck }) => [sum[0]! + calls, sum[1]! + errors, sum[2]! + struck],
      [0, 0, 0],
    );
  assert.deepEqual(sums(report.course.before), [1, 0, 0]);
  assert.deepEqual(sums(report.course.during), [4, 0, 2]);
  assert.deepEqual(sums(report.course.after), [1, 0, 0]);
  assert.deepEqual(
    report.struckCalls.map(({ attempts }: { attempts: { failed: boolean }[] }) =>
      attempts.map(({ failed }) => failed),
    ),
    [[true, true, false]],
  );

  const markdown = await fetch(`${cloud.url}/_squall/experiments/${id}/report?format=md`);
  assert.match(markdown.headers.get("content-type")!, /^text\/markdown/);
  assert.match(await markdown.text(), /\| sqs\.ListQueues \| 4 \| 2 \| 2 \|/);
  const page = await fetch(`${cloud.url}/_squall/experiments/${id}/report`, {
    headers: { accept: "text/html" },
  });
  assert.match(page.headers.get("content-type")!, /^text\/html/);
  const html = await page.text();
  assert.match(html, /<td>sqs\.ListQueues<\/td><td>4<\/td>/);
  const pictures = [...html.matchAll(/<svg[^>]* aria-label="([^"]*)"/g)].map(([, label]) => label);
  assert.equal(pictures.length, 3);
  assert.equal(pictures[0], "slow completed, 2 calls struck");
  assert.match(
    pictures[1]!,
    /^99 of 100 calls in milliseconds\. sqs\.ListQueues: before \d+, during \d+, after \d+$/,
  );
  assert.equal(pictures[2], "1 of 1 recovered");
  assert.ok(html.indexOf("<svg") < html.indexOf("<table"), "pictures come first");
  const pdf = await fetch(`${cloud.url}/_squall/experiments/${id}/report?format=pdf`);
  assert.equal(pdf.headers.get("content-type"), "application/pdf");
  const said = textOf(Buffer.from(await pdf.arrayBuffer()));
  assert.ok(
    said.includes(`Experiment ${id}`) && said.some((line) => /^sqs\.ListQueues +4 +2 +2 /.test(line)),
  );
  assert.equal((await fetch(`${cloud.url}/_squall/experiments/${id}/report?format=doc`)).status, 400);
  assert.equal((await fetch(`${cloud.url}/_squall/experiments/EXPnone/report`)).status, 404);
});

test("a report lists the first struck calls, and says of how many, in Markdown and in PDF", async () => {
  await using lab = await laboratory();
  const { account, cloud } = lab;
  const sqs = new SQSClient({ ...clientOptions(cloud, account), maxAttempts: 1 });
  const id = await lab.start({
    actions: { slow: { ...throttleTwice, parameters: { ...throttleTwice.parameters, times: "201" } } },
  });
  const said = async (format: string) => {
    const report = await fetch(`${cloud.url}/_squall/experiments/${id}/report?format=${format}`);
    const body = Buffer.from(await report.arrayBuffer());
    return format === "pdf" ? textOf(body) : body.toString().split("\n");
  };
  const strike = () => assert.rejects(sqs.send(new ListQueuesCommand({})));
  const isListed = (line: string) => /^(\| )?\S+Z[ |]+slow[ |]+sqs\.ListQueues /.test(line);
  for (let calls = 0; calls < 200; calls++) await strike();
  for (const format of ["md", "pdf"]) {
    const lines = await said(format);
    assert.equal(lines.filter(isListed).length, 200, format);
    assert.ok(!lines.some((line) => line.startsWith("The first ")), format);
  }
  await strike();
  for (const format of ["md", "pdf"]) {
    const lines = await said(format);
    assert.equal(lines.filter(isListed).length, 200, format);
    const at = lines.indexOf("The first 200 of 201.");
    assert.ok(at > 0 && isListed(lines.slice(0, at).findLast((line) => line !== "") ?? ""), format);
  }
});

test("experiments of all accounts are listed, run and stopped over plain HTTP", async () => {
  await using lab = await laboratory();
  const { cloud, account } = lab;
  const ran = await pageOf(`${cloud.url}/_squall/experiments`, {
    method: "POST",
    body: JSON.stringify({
      account,
      template: {
        description: "Plain",
        roleArn: "arn:aws:iam::000000000000:role/x",
        stopConditions: [{ source: "none" }],
        actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
      },
    }),
  });
  assert.equal(ran.status, 201);
  const { id } = ran.body;
  const { experiments } = (await pageOf(`${cloud.url}/_squall/experiments`)).body;
  assert.deepEqual(
    experiments.map((experiment: { id: string; account: string }) => [experiment.id, experiment.account]),
    [[id, account]],
  );
  const stopped = await pageOf(`${cloud.url}/_squall/experiments/${id}`, { method: "DELETE" });
  assert.equal(stopped.body.state.status, "stopping");
  assert.equal((await lab.states(id))["experiment"], "stopped");
  assert.match(
    (await lab.fis.send(new StopExperimentCommand({ id })).catch((error: Error) => error.message)) as string,
    /cannot be stopped/,
  );
});

test("every state change is said on the bus", async () => {
  await using lab = await laboratory();
  const heard: string[] = [];
  lab.cloud.bus.subscribe("fis.experiment", ({ status }) => heard.push(status));
  await lab.start({ actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1S" } } } });
  await lab.cloud.clock.advance("PT1S");
  assert.deepEqual(heard, ["initiating", "running", "completed"]);
});

/** The lines of a PDF, of which every object is where its table says. */
function textOf(pdf: Buffer): string[] {
  const file = pdf.toString("latin1");
  const start = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(file)?.[1]);
  const [, ...entries] = [...file.slice(start).matchAll(/^(\d{10}) \d{5} [fn] $/gm)];
  for (const [n, [, offset]] of entries.entries())
    assert.ok(file.slice(Number(offset)).startsWith(`${n + 1} 0 obj\n`), `object ${n + 1}`);
  for (const [, length, stream] of file.matchAll(/<< \/Length (\d+) >>\nstream\n([\s\S]*?)\nendstream/g))
    assert.equal(stream?.length, Number(length));
  return [...file.matchAll(/\((.*)\) Tj ET/g)].map(([, line = ""]) => line.replace(/\\(.)/g, "$1"));
}

test("a report that is asked for is a PDF in its bucket, with what its dashboards showed before, while and after", async () => {
  await using lab = await laboratory();
  const call = (service: string, operation: string, input: object) =>
    lab.cloud.call<{ Body: Uint8Array }>(service, operation, input, {
      account: lab.account,
      region: "us-east-1",
    });
  await call("s3", "CreateBucket", { Bucket: "reports" });
  const metric = ["Shop", "Orders", "Shop", "one"];
  const widgets = [
    { type: "text", properties: { markdown: "# Shop" } },
    {
      type: "metric",
      properties: {
        title: "Orders",
        region: "us-east-1",
        stat: "Sum",
        period: 60,
        metrics: [metric, ["...", "two"], [{ expression: "m0 + m1" }]],
      },
    },
  ];
  await call("cloudwatch", "PutDashboard", {
    DashboardName: "shop",
    DashboardBody: JSON.stringify({ widgets }),
  });
  const datum = (Value: number, shop: string) =>
    call("cloudwatch", "PutMetricData", {
      Namespace: "Shop",
      MetricData: [
        {
          MetricName: "Orders",
          Value,
          Dimensions: [{ Name: "Shop", Value: shop }],
          Timestamp: new Date(lab.cloud.clock.now()),
        },
      ],
    });
  await datum(3, "one");
  await lab.cloud.clock.advance("PT2M");
  await datum(7, "one");
  await datum(5, "two");
  const { body } = await lab.ask("POST", "/experimentTemplates", {
    clientToken: "r",
    description: "Reported",
    roleArn: "arn:aws:iam::000000000000:role/x",
    stopConditions: [{ source: "none" }],
    actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1M" } } },
    experimentReportConfiguration: {
      outputs: { s3Configuration: { bucketName: "reports", prefix: "chaos" } },
      dataSources: {
        cloudWatchDashboards: [{ dashboardIdentifier: `arn:aws:cloudwatch::${lab.account}:dashboard/shop` }],
      },
      preExperimentDuration: "PT5M",
      postExperimentDuration: "PT5M",
    },
  });
  const started = await lab.ask("POST", "/experiments", {
    clientToken: "s",
    experimentTemplateId: body["experimentTemplate"].id,
  });
  const { id } = started.body["experiment"];
  await lab.cloud.clock.advance("PT6M");
  const report = await until(
    async () => (await lab.ask("GET", `/experiments/${id}`)).body["experiment"].experimentReport,
    ({ state }) => state.status !== "running",
  );
  const Key = `chaos/experiment-reports/${id}.pdf`;
  assert.deepEqual(report, {
    state: { status: "completed", reason: "Experiment report completed." },
    s3Reports: [{ arn: `arn:aws:s3:::reports/${Key}`, reportType: "pdf" }],
  });
  const { Body } = await call("s3", "GetObject", { Bucket: "reports", Key });
  const lines = textOf(Buffer.from(Body));
  assert.ok(lines.some((line) => /^wait +aws:fis:wait +completed/.test(line)));
  const from = lines.indexOf("shop: Orders");
  assert.deepEqual(lines.slice(from, from + 3), ["shop: Orders", "7", "0"]);
  assert.deepEqual(lines.slice(-2), ["   Orders one", "   Orders two"]);
});

test("a report that is asked for says where it is when its bucket cannot be written to", async () => {
  await using lab = await laboratory();
  const created = await lab.ask("POST", "/experimentTemplates", {
    clientToken: "r",
    description: "Reported",
    roleArn: "arn:aws:iam::000000000000:role/x",
    stopConditions: [{ source: "none" }],
    actions: { wait: { actionId: "aws:fis:wait", parameters: { duration: "PT1S" } } },
    experimentReportConfiguration: {
      outputs: { s3Configuration: { bucketName: "no-such-bucket" } },
      postExperimentDuration: "PT5M",
    },
  });
  const started = await lab.ask("POST", "/experiments", {
    clientToken: "s",
    experimentTemplateId: created.body["experimentTemplate"].id,
  });
  const { id } = started.body["experiment"];
  const report = async () => (await lab.ask("GET", `/experiments/${id}`)).body["experiment"].experimentReport;
  assert.equal((await report()).state.status, "pending");
  await lab.cloud.clock.advance("PT1M");
  assert.equal((await report()).state.status, "running");
  await lab.cloud.clock.advance("PT5M");
  // What S3 is asked takes none of the clock's time, but a few turns of the event loop.
  const { state } = await until(report, (found) => found.state.status !== "running");
  assert.equal(state.status, "failed");
  assert.match(state.reason, new RegExp(`The report is at /_squall/experiments/${id}/report\\.$`));
});
