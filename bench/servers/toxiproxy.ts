import { spawn } from "node:child_process";
import { freePort } from "../../test/free-port.ts";
import { until } from "../../test/until.ts";
import { standFor } from "./child-cpu.ts";

/** Toxiproxy without a toxic in front of a port. https://github.com/Shopify/toxiproxy */
const upstream = process.argv[2];
const [api, port] = [await freePort(), await freePort()];
standFor(spawn("toxiproxy-server", ["-host", "127.0.0.1", "-port", String(api)], { stdio: "ignore" }));
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
console.log(port);
