import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { freePort } from "../../test/free-port.ts";
import { until } from "../../test/until.ts";

/**
 * Toxiproxy without a toxic in front of a port, which is a process of Go below this one: what that has had of the processor is told,
 * in ticks of a hundredth of a second.
 */
const upstream = process.argv[2];
const [api, port] = [await freePort(), await freePort()];
const child = spawn("toxiproxy-server", ["-host", "127.0.0.1", "-port", String(api)], { stdio: "ignore" });
function end(): void {
  child.kill();
  process.exit();
}
process.on("disconnect", end);
process.on("SIGTERM", end);
const proxy = {
  name: "bench",
  listen: `127.0.0.1:${port}`,
  upstream: `127.0.0.1:${upstream}`,
  enabled: true,
};
await until(() =>
  fetch(`http://127.0.0.1:${api}/proxies`, { method: "POST", body: JSON.stringify(proxy) }).then(
    ({ status }) => status === 201,
    () => false,
  ),
);
const TICK_MICROS = 10_000;
process.on("message", () => {
  const [user, system] =
    readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ").slice(11) ?? [];
  process.send?.({ user: Number(user) * TICK_MICROS, system: Number(system) * TICK_MICROS });
});
console.log(port);
