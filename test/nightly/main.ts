import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A test of the suite, done as long as one would not wait for in the daytime. */
interface Job {
  readonly name: string;
  /** From the root of the repository. */
  readonly files: readonly string[];
  /** What makes it long. */
  readonly environment: Readonly<Record<string, string>>;
}

const JOBS: readonly Job[] = [
  {
    name: "crash",
    files: ["test/scenarios/crash-all.test.ts"],
    environment: { SQUALL_CRASH_ROUNDS: "1000", SQUALL_TEST_BUILT: "1" },
  },
  {
    name: "soak",
    files: ["test/scenarios/soak.test.ts"],
    environment: { SQUALL_SOAK_MINUTES: "60", SQUALL_TEST_BUILT: "1" },
  },
  {
    name: "small-heap",
    files: ["test/scenarios/record-bytes.test.ts"],
    environment: { SQUALL_SMALL_HEAP_SECONDS: "90" },
  },
  {
    // 5 GiB up and down: through S3, past a service that keeps none, and through an upstream.
    name: "streams",
    files: ["test/scenarios/streams.test.ts"],
    environment: { SQUALL_STREAM_MIB: "5120" },
  },
  {
    // 1 GiB up and down through a gateway in front of other emulators.
    name: "gateway",
    files: ["test/scenarios/gateway-emulators.test.ts"],
    environment: { SQUALL_GATEWAY_MIB: "1024" },
  },
  {
    name: "crash-of-one",
    files: [
      "src/core/logged-crash.test.ts",
      "test/scenarios/crash.test.ts",
      "test/scenarios/dynamodb-crash.test.ts",
      "test/scenarios/sns-crash.test.ts",
      "test/scenarios/lambda-crash.test.ts",
      "test/scenarios/data-directory.test.ts",
    ],
    environment: { SQUALL_TEST_SCALE: "20" },
  },
  {
    // Each block of a page between margins that nobody may write to; without a test of what is given back, of which they keep some.
    name: "guarded-pages",
    files: [
      "src/core/**/*.test.ts",
      "src/services/{sqs,kinesis,dynamodb,s3,logs,events,sns}/**/*.test.ts",
      "test/contract/lists.test.ts",
      "test/contract/lifecycles.test.ts",
      "test/contract/reset.test.ts",
    ],
    environment: {
      NODE_OPTIONS: `--import=${new URL("../guarded-pages.ts", import.meta.url)} --test-skip-pattern="takes no memory"`,
    },
  },
  {
    name: "fuzz",
    files: [
      "test/contract/fuzz.test.ts",
      "test/scenarios/stream-fuzz.test.ts",
      "src/services/fis/run.fuzz.test.ts",
    ],
    environment: { SQUALL_TEST_SCALE: "20" },
  },
  {
    // A million requests over all services, others each night.
    name: "fuzz-services",
    files: ["test/contract/fuzz-services.test.ts"],
    environment: {
      SQUALL_TEST_SCALE: "40",
      SQUALL_FUZZ_SEED: new Date().toISOString().slice(0, 10).replaceAll("-", ""),
    },
  },
  {
    name: "explore",
    files: ["examples/orders/test/orders.test.ts", "examples/orders/test/python.test.ts"],
    environment: { SQUALL_EXPLORE_FAULTS: "default" },
  },
  {
    // Every SDK that is to be had, in both generations of its retries.
    name: "sdks",
    files: ["test/sdks/matrix.test.ts", "test/sdks/connections.test.ts"],
    environment: { SQUALL_SDKS: "all" },
  },
  {
    // Experiments on EKS against a real kube-apiserver: test/kubernetes/build-apiserver.sh builds one.
    name: "kubernetes",
    files: ["test/scenarios/kubernetes.test.ts"],
    environment: {},
  },
];

/** `npm run nightly [-- job …]`, after `npm run build`: all jobs, or those that are named, one after the other. Fails when one fails. */
async function main(asked: readonly string[]): Promise<void> {
  const unknown = asked.find((name) => !JOBS.some((job) => job.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no job "${unknown}". There is ${JOBS.map(({ name }) => name).join(", ")}.`);
  const failed: string[] = [];
  for (const job of JOBS.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
    const from = performance.now();
    console.log(`== ${job.name}`);
    const isGood = await run(job);
    if (!isGood) failed.push(job.name);
    const minutes = ((performance.now() - from) / 60_000).toFixed(1);
    console.log(`== ${job.name}: ${isGood ? "good" : "FAILED"} after ${minutes} min`);
  }
  if (failed.length > 0) throw new Error(`Failed: ${failed.join(", ")}.`);
}

async function run({ files, environment }: Job): Promise<boolean> {
  const test = spawn(process.execPath, ["--conditions=squall-source", "--test", ...files], {
    cwd: fileURLToPath(new URL("../../", import.meta.url)),
    // What the environment already says wins: a shorter night.
    env: { ...environment, ...process.env },
    stdio: "inherit",
  });
  const [code] = (await once(test, "exit")) as [number | null];
  return code === 0;
}

main(process.argv.slice(2)).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
