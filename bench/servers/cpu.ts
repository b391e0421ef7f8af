import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * A server tells whoever has started it how much of the processor it has had (`process.cpuUsage`), when it is asked to once it has collected
 * its garbage, and ends with them.
 */
process.on("message", (wanted) => {
  if (wanted === "collect") collect();
  process.send?.(process.cpuUsage());
});
process.on("disconnect", () => process.exit());

function collect(): void {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as (options: object) => void;
  gc({ type: "major", execution: "sync", flavor: "last-resort" });
}
