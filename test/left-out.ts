import type { TestEvent } from "node:test/reporters";
import { SKIPPED, TOOLS, type ToolName } from "./needs.ts";

/** A reporter that says nothing but, at the end, which tests were left out for want of a tool, and what to install. */
export default async function* leftOut(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const byTool = new Map<ToolName, string[]>();
  for await (const event of events) {
    if (event.type !== "test:pass" || typeof event.data.skip !== "string") continue;
    if (!event.data.skip.startsWith(SKIPPED)) continue;
    for (const tool of event.data.skip.slice(SKIPPED.length).split(", ") as ToolName[]) {
      byTool.set(tool, [...(byTool.get(tool) ?? []), event.data.name]);
    }
  }
  if (byTool.size === 0) return;
  yield "\nLeft out, because this machine lacks what they need:\n";
  for (const [tool, names] of [...byTool].sort()) {
    yield `  ${tool} (${TOOLS[tool].install})\n`;
    for (const name of names) yield `    ${name}\n`;
  }
}
