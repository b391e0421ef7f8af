import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { FisClient, StopExperimentCommand } from "@aws-sdk/client-fis";
import { until } from "../../../../test/until.ts";
import { instanceCloud, isAlive } from "./fixture.test.ts";

const onLinux = process.platform === "linux" ? false : "only Linux tells of other processes";

/** `T` for a process that is paused. */
const stateOf = (pid: number) => /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8"))?.[1];

/** The process that runs with just these arguments. */
function pidOf(...args: readonly string[]): number | undefined {
  const wanted = `${args.join("\0")}\0`;
  return pidWhere((line) => line === wanted);
}

const isStressed = () => pidWhere((line) => line.includes("stress.mjs\0memory")) !== undefined;

function pidWhere(fits: (commandLine: string) => boolean): number | undefined {
  for (const name of readdirSync("/proc")) {
    try {
      if (/^\d+$/.test(name) && fits(readFileSync(`/proc/${name}/cmdline`, "utf8"))) return Number(name);
    } catch {
      // It has ended meanwhile.
    }
  }
  return undefined;
}

let beds = 0;

/** An instance with a process that its arguments tell from all others. */
async function bed(more: object = {}) {
  const seconds = `${process.pid}.${++beds}`;
  const lab = await instanceCloud();
  const id = await lab.add("web", ["sh", "-c", `sleep ${seconds} & wait`], more);
  const sleeper = async () => {
    let pid: number | undefined;
    await until(() => {
      pid = pidOf("sleep", seconds);
      return pid !== undefined;
    });
    return pid!;
  };
  const inject = async (document: string, Parameters: Record<string, string[]>) => {
    const { Command } = await lab.ssm.sendCommand({
      DocumentName: `AWSFIS-Run-${document}`,
      InstanceIds: [id],
      Parameters,
    });
    return Command?.CommandId ?? "";
  };
  const isUnderWay = (command: string) => async () =>
    (await lab.ssm.getCommandInvocation({ CommandId: command, InstanceId: id })).Status === "InProgress";
  return { ...lab, id, sleeper, inject, isUnderWay };
}

test("a process is killed by its name, and only the instance's own", { skip: onLinux }, async () => {
  await using lab = await bed();
  await using other = await bed();
  const [mine, others] = [await lab.sleeper(), await other.sleeper()];
  const killed = await lab.ended(
    await lab.inject("Kill-Process", { ProcessName: ["sleep"], Signal: ["SIGKILL"] }),
    lab.id,
  );
  assert.equal(killed.Status, "Success");
  await until(() => !isAlive(mine));
  assert.equal(isAlive(others), true);
  const none = await lab.ended(await lab.inject("Kill-Process", { ProcessName: ["nginx"] }), lab.id);
  assert.deepEqual([none.Status, none.StandardErrorContent], ["Failed", "nginx: no process found"]);
});

test("under CPU stress the instance's processes pause in turns, until it is over", {
  skip: onLinux,
}, async () => {
  await using lab = await bed();
  const pid = await lab.sleeper();
  const command = await lab.inject("CPU-Stress", { DurationSeconds: ["60"] });
  await until(() => stateOf(pid) === "T");
  await until(() => stateOf(pid) !== "T");
  await until(() => stateOf(pid) === "T");
  await lab.cloud.clock.advance("PT61S");
  assert.equal((await lab.ended(command, lab.id)).Status, "Success");
  assert.notEqual(stateOf(pid), "T");
});

test("CPU stress that is cancelled leaves nobody paused", { skip: onLinux }, async () => {
  await using lab = await bed();
  const pid = await lab.sleeper();
  const command = await lab.inject("CPU-Stress", { DurationSeconds: ["600"] });
  await until(() => stateOf(pid) === "T");
  await lab.ssm.cancelCommand({ CommandId: command });
  assert.equal((await lab.ended(command, lab.id)).Status, "Cancelled");
  assert.notEqual(stateOf(pid), "T");
});

test("memory stress takes what the instance has, and the largest process goes beyond it", {
  skip: onLinux,
}, async () => {
  await using lab = await bed({ memoryMB: 200 });
  const fits = await lab.inject("Memory-Stress", { DurationSeconds: ["60"], Percent: ["20"] });
  await until(lab.isUnderWay(fits));
  await until(isStressed);
  await lab.cloud.clock.advance("PT61S");
  assert.equal((await lab.ended(fits, lab.id)).Status, "Success");
  await until(() => !isStressed());

  // What takes more than there is, is ended, as a kernel ends it.
  const beyond = await lab.inject("Memory-Stress", { DurationSeconds: ["60"], Percent: ["150"] });
  await until(isStressed);
  await until(() => !isStressed());
  assert.equal(await lab.isUnderWay(beyond)(), true);

  await using without = await bed();
  const refused = await without.ended(
    await without.inject("Memory-Stress", { DurationSeconds: ["1"] }),
    without.id,
  );
  assert.deepEqual(
    [refused.Status, /no memory of its own/.test(refused.StandardErrorContent ?? "")],
    ["Failed", true],
  );
});

test("its network is slow, lossy or gone for what it asks of AWS, and for nobody else", async () => {
  await using lab = await bed();
  const rules = async () =>
    (await lab.cloud.faults.list()).map(({ effect, params, match, percentage }) => ({
      effect,
      params,
      service: match.service,
      percentage,
    }));
  const slow = await lab.inject("Network-Latency-Sources", {
    DurationSeconds: ["60"],
    DelayMilliseconds: ["300"],
    JitterMilliseconds: ["0"],
    Sources: ["S3,DYNAMODB"],
  });
  await until(async () => (await rules()).length === 1);
  assert.deepEqual(await rules(), [
    {
      effect: "latency",
      params: { ms: 300, when: "before" },
      service: ["s3", "s3control", "dynamodb", "dynamodbstreams"],
      percentage: 100,
    },
  ]);
  await lab.ssm.cancelCommand({ CommandId: slow });
  await lab.ended(slow, lab.id);
  const gone = await lab.inject("Network-Blackhole-Port", {
    DurationSeconds: ["60"],
    Protocol: ["tcp"],
    Port: ["443"],
    TrafficType: ["egress"],
  });
  await until(async () => (await rules())[0]?.effect === "hang");
  await lab.ssm.listCommands({});
  await lab.ssm.cancelCommand({ CommandId: gone });
  await lab.ended(gone, lab.id);
  assert.deepEqual(await rules(), []);
});

test("what would take root is refused by its name", async () => {
  await using lab = await bed();
  const errors: string[] = [];
  for (const [document, parameters] of [
    ["Disk-Fill", {}],
    ["Network-Blackhole-Port", { Protocol: ["tcp"], Port: ["80"], TrafficType: ["ingress"] }],
    ["Network-Latency-Sources", { Sources: ["10.0.0.0/8"] }],
  ] as const) {
    const ended = await lab.ended(await lab.inject(document, parameters as never), lab.id);
    errors.push(`${ended.Status}: ${ended.StandardErrorContent}`);
  }
  assert.match(errors[0]!, /^Failed: Squall does not serve AWSFIS-Run-Disk-Fill/);
  assert.match(
    errors[1]!,
    /^Failed: Squall drops what goes out by tcp to port 443 or \d+ \(AWS\), and not ingress tcp 80/,
  );
  assert.match(
    errors[2]!,
    /^Failed: Squall knows ALL, 0.0.0.0\/0, S3 and DYNAMODB as a source, and not 10.0.0.0\/8/,
  );
});

test("an experiment sends a command, ends with it, and cancels it when it is stopped", {
  skip: onLinux,
}, async () => {
  await using lab = await bed({ tags: { chosen: "yes" } });
  const fis = new FisClient(lab.client);
  const pid = await lab.sleeper();
  const call = (operation: string, input: object) =>
    // biome-ignore lint/suspicious/noExplicitAny: outputs of FIS
    lab.cloud.call<any>("fis", operation, input, { account: lab.account, region: "us-east-1" });
  const start = async (actionId: string, parameters: Record<string, string>) => {
    const { experimentTemplate } = await call("CreateExperimentTemplate", {
      clientToken: crypto.randomUUID(),
      description: "stress",
      roleArn: `arn:aws:iam::${lab.account}:role/experimenter`,
      stopConditions: [{ source: "none" }],
      targets: {
        webs: { resourceType: "aws:ec2:instance", resourceTags: { chosen: "yes" }, selectionMode: "ALL" },
      },
      actions: { stress: { actionId, parameters, targets: { Instances: "webs" } } },
    });
    const { experiment } = await call("StartExperiment", {
      clientToken: crypto.randomUUID(),
      experimentTemplateId: experimentTemplate.id,
    });
    return experiment.id as string;
  };
  const status = async (id: string) =>
    (await call("GetExperiment", { id })).experiment.state.status as string;

  const comesTo = async (id: string, wanted: string) => {
    await lab.cloud.clock.advance("PT1S");
    return (await status(id)) === wanted;
  };

  const documentArn = "arn:aws:ssm:us-east-1::document/AWSFIS-Run-CPU-Stress";
  const documentParameters = JSON.stringify({ DurationSeconds: "60" });
  const whole = await start("aws:ssm:send-command", { documentArn, documentParameters, duration: "PT2M" });
  await until(() => stateOf(pid) === "T");
  await lab.cloud.clock.advance("PT61S");
  await until(() => comesTo(whole, "completed"));
  assert.notEqual(stateOf(pid), "T");

  const stopped = await start("aws:ssm:send-command/AWSFIS-Run-CPU-Stress", {
    documentParameters,
    duration: "PT2M",
  });
  await until(() => stateOf(pid) === "T");
  await fis.send(new StopExperimentCommand({ id: stopped }));
  await until(async () => (await status(stopped)) === "stopped");
  await until(() => stateOf(pid) !== "T");
  const { Commands } = await lab.ssm.listCommands({
    Filters: [{ key: "DocumentName", value: "AWSFIS-Run-CPU-Stress" }],
  });
  assert.deepEqual(Commands?.map(({ Status }) => Status).sort(), ["Cancelled", "Success"]);

  const failed = await start("aws:ssm:send-command/AWSFIS-Run-Kill-Process", {
    documentParameters: JSON.stringify({ ProcessName: "nginx" }),
    duration: "PT2M",
  });
  await until(() => comesTo(failed, "failed"));
});
