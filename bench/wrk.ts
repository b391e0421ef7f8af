import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Generator, type Load, NUMBER, requestText, type Sent } from "./load.ts";

const execute = promisify(execFile);

/** https://github.com/wg/wrk with one thread, which is never the bottleneck. Its times are whole seconds. */
export const wrk: Generator = {
  name: "wrk",
  sends: () => true,

  async run(load) {
    const folder = await mkdtemp(join(tmpdir(), "squall-wrk-"));
    try {
      const script = join(folder, "requests.lua");
      await writeFile(script, scriptOf(load));
      const seconds = Math.max(1, Math.ceil(load.durationMs / 1000));
      const flags = ["-t1", `-c${load.connections}`, `-d${seconds}s`, "-s", script];
      const { stdout } = await execute("wrk", [...flags, `http://127.0.0.1:${load.port}/`]);
      return JSON.parse(stdout.slice(stdout.indexOf(MARK) + MARK.length)) as Sent;
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

const MARK = "figures: ";

/** Whole requests in pieces, between which the running number goes. */
function scriptOf({ requests, firstNumber = 0, numbers }: Load): string {
  const templates = requests.map((request) => {
    const pieces = requestText(request).split(NUMBER).map(luaText);
    return `{${pieces.join(", ")}}`;
  });
  return `
local templates = {${templates.join(", ")}}
local number = ${firstNumber}
local turn = 0
function request()
  local pieces = templates[turn % #templates + 1]
  turn = turn + 1
  if #pieces == 1 then return pieces[1] end
  local digits = string.format("%08d", number${numbers === undefined ? "" : ` % ${numbers}`})
  number = number + 1
  return table.concat(pieces, digits)
end
function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(string.format(
    '${MARK}{"perSecond":%f,"p50Ms":%f,"p99Ms":%f,"requests":%d,"failed":%d}',
    summary.requests / summary.duration * 1e6, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
    summary.requests, failed))
end
`;
}

/** Every byte that is no letter or digit as its number: Lua's quotes know other escapes than JavaScript's. */
function luaText(text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) =>
    /[A-Za-z0-9]/.test(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `\\${String(byte).padStart(3, "0")}`,
  );
  return `"${escaped.join("")}"`;
}
