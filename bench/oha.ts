import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Generator, NUMBER, requestText } from "./load.ts";

const execute = promisify(execFile);

/** What is read of the output of `oha --output-format json`. */
interface Output {
  readonly summary: { readonly requestsPerSec: number; readonly total: number };
  readonly latencyPercentiles: { readonly p50: number; readonly p99: number };
  readonly statusCodeDistribution: Readonly<Record<string, number>>;
  readonly errorDistribution: Readonly<Record<string, number>>;
}

/** https://github.com/hatoo/oha. It sends one request over and over: none with a running number in it. */
export const oha: Generator = {
  name: "oha",
  sends: ({ requests }) => requests.length === 1 && !requestText(requests[0]!).includes(NUMBER),

  async run({ port, requests, connections, durationMs }) {
    const { head, body } = requests[0]!;
    const [first = "", ...lines] = head.split("\r\n").filter(Boolean);
    const [method = "", path = ""] = first.split(" ");
    const headers = lines.filter((line) => !/^host:/i.test(line)).flatMap((line) => ["-H", line]);
    const flags = ["--no-tui", "--output-format", "json", "-z", `${durationMs}ms`, "-c", String(connections)];
    const sent = [...flags, "-m", method, ...headers, ...(body === "" ? [] : ["-d", body])];
    const { stdout } = await execute("oha", [...sent, `http://127.0.0.1:${port}${path}`]);
    const output = JSON.parse(stdout) as Output;
    const counts = Object.entries(output.statusCodeDistribution);
    const failures = [
      ...counts.filter(([status]) => status >= "400"),
      ...Object.entries(output.errorDistribution),
    ];
    // Requests that were under way at the end count as errors of its own deadline.
    const failed = failures.filter(([what]) => !what.includes("deadline"));
    return {
      perSecond: output.summary.requestsPerSec,
      p50Ms: output.latencyPercentiles.p50 * 1000,
      p99Ms: output.latencyPercentiles.p99 * 1000,
      requests: counts.reduce((sum, [, count]) => sum + count, 0),
      failed: failed.reduce((sum, [, count]) => sum + count, 0),
    };
  },
};
