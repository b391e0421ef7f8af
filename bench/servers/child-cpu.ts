import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

const TICK_MICROS = 10_000;

/** The server is another program below this process: what that has had of the processor is told, in ticks of a hundredth of a second. */
export function standFor(child: ChildProcess): void {
  const end = () => {
    child.kill();
    process.exit();
  };
  process.on("disconnect", end);
  process.on("SIGTERM", end);
  process.on("message", () => {
    const [user, system] =
      readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ").slice(11) ?? [];
    process.send?.({ user: Number(user) * TICK_MICROS, system: Number(system) * TICK_MICROS });
  });
}
