import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  createWriteStream,
  existsSync,
  mkdtempSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { Blobs } from "../../src/core/blobs.ts";
import { LoggedStorage } from "../../src/core/logged.ts";
import { MemoryStorage } from "../../src/core/memory.ts";
import { Scratch } from "../../src/core/scratch.ts";
import { FORMAT } from "../../src/core/sqlite-format.ts";
import { defineCollection } from "../../src/core/storage.ts";
import { readState, saveState } from "../../src/server/state.ts";
import { until } from "../until.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const folders: string[] = [];
const running = new Set<ChildProcess>();

after(() => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "squall-data-"));
  folders.push(folder);
  return folder;
}

interface Squall {
  readonly child: ChildProcess;
  readonly url: string;
  /** All that it has said so far. */
  output(): string;
  /** Resolves when it has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

function spawned(args: readonly string[], options: { uid?: number } = {}) {
  const child = spawn(
    process.execPath,
    ["--conditions=squall-source", main, "start", "--port", "0", ...args],
    {
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    },
  );
  running.add(child);
  const ended = once(child, "exit").then(() => void running.delete(child));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  return { child, ended, output: () => output };
}

async function start(...args: string[]): Promise<Squall> {
  const { child, ended, output } = spawned(args);
  for (;;) {
    const url = /listens on (\S+?),/.exec(output())?.[1];
    if (url && output().includes("Ready."))
      return {
        child,
        url,
        output,
        kill: async (signal) => {
          child.kill(signal);
          await ended;
        },
      };
    if (child.exitCode !== null) throw new Error(output());
    await Promise.race([once(child.stdout, "data"), ended]);
  }
}

/** What a squall says that refuses to start. */
async function refusal(args: readonly string[], options: { uid?: number } = {}): Promise<string> {
  const { child, ended, output } = spawned(args, options);
  await ended;
  assert.equal(child.exitCode, 1, output());
  return output();
}

const sqs = ({ url }: Squall) => new SQSClient(clientOptions(url));
const dynamodb = ({ url }: Squall) => new DynamoDBClient(clientOptions(url));
const clientOptions = (endpoint: string) => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
  maxAttempts: 1,
});

test("a data directory has one process at a time; the second hears which; a killed one leaves no lock", async () => {
  const folder = newFolder();
  const first = await start("--data-dir", folder);
  const said = await refusal(["--data-dir", folder]);
  assert.match(said, new RegExp(`The data directory ${folder} is in use: process ${first.child.pid} `));
  assert.match(said, /since \d{4}-\d\d-\d\dT/);
  await first.kill("SIGKILL");
  const second = await start("--data-dir", folder);
  assert.match(await refusal(["--data-dir", folder]), new RegExp(`process ${second.child.pid} `));
  await second.kill("SIGTERM");
  // Also when something has written over it.
  writeFileSync(
    join(folder, "squall.lock"),
    "what a mess, and long enough to be no database at all".repeat(40),
  );
  const third = await start("--data-dir", folder);
  await third.kill("SIGKILL");
});

/** Makes a queue; the names of all queues in the end. */
async function queue(squall: Squall, QueueName: string): Promise<void> {
  await sqs(squall).send(new CreateQueueCommand({ QueueName }));
}

async function queues(squall: Squall): Promise<string[]> {
  const { QueueUrls = [] } = await sqs(squall).send(new ListQueuesCommand({}));
  return QueueUrls.map((url) => url.split("/").at(-1)!).sort();
}

test("a lock that somebody removes is there again before another process comes in", async () => {
  const folder = newFolder();
  const lock = join(folder, "squall.lock");
  const first = await start("--data-dir", folder);
  await queue(first, "before");
  for (const spoil of [() => rmSync(lock), () => writeFileSync(lock, "mess ".repeat(1000))]) {
    spoil();
    assert.match(await refusal(["--data-dir", folder]), new RegExp(`in use: process ${first.child.pid} `));
  }
  await until(() => /squall\.lock was removed by somebody, and is there again/.test(first.output()));
  await queue(first, "behind");
  await first.kill("SIGKILL");
  const again = await start("--data-dir", folder);
  assert.deepEqual(await queues(again), ["before", "behind"]);
  await again.kill("SIGKILL");
});

test("a process whose data directory another one has taken writes nothing to it any more, and says so", {
  skip: process.platform === "win32",
}, async () => {
  const folder = newFolder();
  const first = await start("--data-dir", folder);
  await queue(first, "first");
  // As one that is paused, or whose machine sleeps.
  first.child.kill("SIGSTOP");
  rmSync(join(folder, "squall.lock"));
  const second = await start("--data-dir", folder);
  await queue(second, "second");
  first.child.kill("SIGCONT");
  await until(() =>
    /The data directory \S+ is not this process's any more: .* stop this Squall\./.test(first.output()),
  );
  await assert.rejects(queue(first, "lost"), { name: "InternalFailure" });
  await fetch(`${first.url}/_squall/reset`, { method: "POST" });
  await first.kill("SIGTERM");
  await queue(second, "third");
  await second.kill("SIGKILL");
  const again = await start("--data-dir", folder);
  assert.deepEqual(await queues(again), ["first", "second", "third"]);
  await again.kill("SIGKILL");
});

test("a database of earlier versions that is empty, cut off, damaged, another's or newer is refused by name, with the way out", async () => {
  const whole = join(newFolder(), "squall.db");
  const storage = new MemoryStorage();
  const things = storage.store("sqs", "1", "r").collection(defineCollection<string>({ name: "things" }));
  for (let i = 0; i < 2000; i++) things.put([i], "x".repeat(100));
  await storage.save(whole);
  const bytes = readFileSync(whole);

  const damaged = Buffer.from(bytes);
  damaged.fill(0x5a, 20_000, 60_000);
  const cases: [why: RegExp, make: (file: string) => void][] = [
    [/it is empty/, (file) => writeFileSync(file, "")],
    [/it is not an SQLite database/, (file) => writeFileSync(file, "not at all")],
    [
      /damaged|malformed/,
      (file) => {
        writeFileSync(file, bytes);
        truncateSync(file, 50_000);
      },
    ],
    [/damaged|malformed/, (file) => writeFileSync(file, damaged)],
    [
      /it is another program's database/,
      (file) => {
        const other = new DatabaseSync(file);
        other.exec("CREATE TABLE bookmarks (url)");
        other.close();
      },
    ],
    [
      new RegExp(`it is of format ${FORMAT + 1}, which a newer Squall wrote`),
      (file) => {
        writeFileSync(file, bytes);
        const newer = new DatabaseSync(file);
        newer.exec(`PRAGMA user_version = ${FORMAT + 1}`);
        newer.close();
      },
    ],
  ];
  for (const [why, make] of cases) {
    const folder = newFolder();
    const file = join(folder, "squall.db");
    make(file);
    const before = readFileSync(file);
    const said = await refusal(["--data-dir", folder]);
    assert.match(said, why);
    assert.ok(said.includes(`The database ${file} cannot be opened`), said);
    assert.match(said, /Move the data directory away/);
    assert.doesNotMatch(said, /^\s+at /m, "a sentence, not a stack");
    assert.ok(readFileSync(file).equals(before), "the file is left as it was");
  }
});

test("a folder that cannot be written is refused at start", async () => {
  // As root every folder can be written: another user has to try.
  const options = process.getuid?.() === 0 ? { uid: 65_534 } : {};
  const said = await refusal(["--data-dir", "/usr/squall-state"], options);
  assert.match(said, /The data directory \S+ cannot be written: [a-z ]+\./);
  assert.match(said, /--data-dir/);
});

test("a database of the format before the first is brought up to date, with all that is in it", async () => {
  const first = await start();
  await sqs(first).send(new CreateQueueCommand({ QueueName: "old" }));
  const { body } = await fetch(`${first.url}/_squall/state`);
  const { database } = await readState(body!, newFolder());
  await first.kill("SIGTERM");
  const folder = newFolder();
  copyFileSync(database, join(folder, "squall.db"));
  const old = new DatabaseSync(join(folder, "squall.db"));
  old.exec('PRAGMA user_version = 0; PRAGMA application_id = 0; DROP TABLE "squall"');
  old.close();
  const second = await start("--data-dir", folder);
  await sqs(second).send(new SendMessageCommand({ QueueUrl: "old", MessageBody: "still here" }));
  await second.kill("SIGKILL");
  assert.equal(existsSync(join(folder, "squall.db")), false, "it has been taken over");
  const third = await start("--data-dir", folder);
  const { Messages } = await sqs(third).send(new ReceiveMessageCommand({ QueueUrl: "old" }));
  assert.equal(Messages?.[0]?.Body, "still here");
  await third.kill("SIGKILL");
});

test("the clock goes on where it was, so that what was sent after an advance is there after a crash", async () => {
  const folder = newFolder();
  const first = await start("--data-dir", folder);
  const { QueueUrl } = await sqs(first).send(new CreateQueueCommand({ QueueName: "q" }));
  await fetch(`${first.url}/_squall/clock`, { method: "POST", body: '{"advance":"PT1H"}' });
  await sqs(first).send(new SendMessageCommand({ QueueUrl, MessageBody: "from the future" }));
  const { epochMs: before } = (await (await fetch(`${first.url}/_squall/clock`)).json()) as {
    epochMs: number;
  };
  await first.kill("SIGKILL");

  const second = await start("--data-dir", folder);
  const { epochMs: now } = (await (await fetch(`${second.url}/_squall/clock`)).json()) as { epochMs: number };
  assert.ok(now >= before && now < before + 60_000, `${before} → ${now}`);
  const { Messages } = await sqs(second).send(new ReceiveMessageCommand({ QueueUrl }));
  assert.equal(Messages?.[0]?.Body, "from the future");
  await second.kill("SIGKILL");

  const frozen = await start("--data-dir", folder, "--clock", "frozen");
  const { epochMs: stood } = (await (await fetch(`${frozen.url}/_squall/clock`)).json()) as {
    epochMs: number;
  };
  assert.ok(stood >= before);
  await frozen.kill("SIGKILL");
});

test("a process that is killed while it loads a state has the old one or the new one, never a mixture", async () => {
  const source = await start();
  const items = 100;
  await fill(source, items, "new");
  const state = Buffer.from(await (await fetch(`${source.url}/_squall/state`)).arrayBuffer());
  await source.kill("SIGKILL");

  const outcomes = { old: 0, new: 0 };
  for (let round = 0; round < 6; round++) {
    const folder = newFolder();
    const squall = await start("--data-dir", folder);
    await fill(squall, 5, "old");
    const loading = fetch(`${squall.url}/_squall/state`, { method: "POST", body: state }).catch(() => {});
    await Promise.race([loading, new Promise((resolve) => setTimeout(resolve, round * 6))]);
    await squall.kill("SIGKILL");
    const again = await start("--data-dir", folder);
    const { Items = [] } = await dynamodb(again).send(new ScanCommand({ TableName: "Things" }));
    const kinds = new Set(Items.map(({ kind }) => kind!.S!));
    assert.equal(kinds.size, 1, [...kinds].join());
    const [kind] = kinds as Set<"old" | "new">;
    assert.equal(Items.length, kind === "old" ? 5 : items);
    outcomes[kind!]++;
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("loading-")),
      [],
    );
    await again.kill("SIGKILL");
  }
  assert.ok(outcomes.old > 0, JSON.stringify(outcomes));
});

async function fill(squall: Squall, count: number, kind: string): Promise<void> {
  const client = dynamodb(squall);
  await client.send(
    new CreateTableCommand({
      TableName: "Things",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  for (let i = 0; i < count; i++)
    await client.send(
      new PutItemCommand({ TableName: "Things", Item: { id: { S: `${kind}-${i}` }, kind: { S: kind } } }),
    );
}

test("a state that is larger than any request takes little more memory than what is kept of it", async () => {
  const folder = newFolder();
  const storage = new LoggedStorage(folder);
  const bytes = storage
    .store("sqs", "1", "r")
    .collection(defineCollection<Uint8Array>({ name: "large", codec: "structured" }));
  const sizeBytes = 1024 * 1024;
  for (let i = 0; i < 150; i++) bytes.put([i], randomBytes(sizeBytes));
  const blobs = new Blobs(new Scratch(), storage, { parent: folder });
  const file = join(folder, "state.zip");
  await pipeline(await saveState(storage, blobs), createWriteStream(file));
  storage.close();
  const squall = await start("--data-dir", newFolder());
  const memory = async () =>
    ((await (await fetch(`${squall.url}/_squall/info`)).json()) as { memoryBytes: number }).memoryBytes;
  const before = await memory();
  const body = await openAsBlob(file);
  assert.ok(body.size > 150 * sizeBytes);
  const loaded = await fetch(`${squall.url}/_squall/state`, { method: "POST", body });
  assert.deepEqual([loaded.status, await loaded.json()], [200, { loaded: body.size }]);
  // What is kept is in memory, too.
  const more = (await memory()) - before - 150 * sizeBytes;
  assert.ok(more < 150 * sizeBytes, `${more} bytes more than what is kept`);
  await squall.kill("SIGKILL");
});

test("with --durability full everything works as without it, and a wrong level is refused", async () => {
  const folder = newFolder();
  const squall = await start("--data-dir", folder, "--durability", "full");
  await fill(squall, 3, "kept");
  await squall.kill("SIGKILL");
  const again = await start("--data-dir", folder);
  assert.equal((await dynamodb(again).send(new ScanCommand({ TableName: "Things" }))).Count, 3);
  await again.kill("SIGTERM");
  assert.match(await refusal(["--durability", "some"]), /--durability is process or full, not "some"/);
});
