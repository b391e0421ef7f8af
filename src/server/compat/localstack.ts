import { json } from "../../core/http.ts";
import type { AdminRoute } from "../../core/service.ts";
import { BadRequest, readJson } from "../router.ts";
import type { Controls } from "../routes.ts";

/** LocalStack's own pages, as scripts and SDKs written for it ask for them. */
export function localstackRoutes(controls: Controls): AdminRoute[] {
  const services = () => Object.fromEntries(controls.services().map(({ name, state }) => [name, state]));
  const health = () => ({ services: services(), edition: "squall", version: controls.version });
  const info = () => ({
    version: controls.version,
    edition: "squall",
    is_license_activated: false,
    session_id: controls.seed,
    machine_id: "squall",
    system: process.platform,
    is_docker: false,
    server_time_utc: new Date(controls.clock.now()).toISOString().slice(0, 19),
    uptime: Math.floor((controls.clock.now() - controls.startedAtMs) / 1000),
  });
  const reset = async () => {
    await controls.reset();
    return json(200, {});
  };
  return [
    { ...get("/_localstack/health", () => json(200, health())), isOpen: true },
    get("/_localstack/info", () => json(200, info())),
    get("/_localstack/plugins", () => json(200, {})),
    get("/_localstack/diagnose", () =>
      json(200, {
        version: info(),
        health: health(),
        services: services(),
        memoryBytes: process.memoryUsage().rss,
      }),
    ),
    get("/_localstack/usage", () =>
      json(200, { cpu_seconds: process.cpuUsage().user / 1e6, memory_bytes: process.memoryUsage().rss }),
    ),
    {
      method: "POST",
      path: "/_localstack/health",
      handle: (request) => {
        const { action } = readJson(request) as { action?: unknown };
        if (action === "restart") return reset();
        const { shutdown } = controls;
        if (action === "kill" && shutdown) {
          setImmediate(shutdown);
          return json(200, {});
        }
        throw new BadRequest(
          action === "kill"
            ? "This squall is part of another program, and ends with it."
            : 'The action is "restart", or "kill".',
        );
      },
    },
    { method: "POST", path: "/_localstack/state/reset", handle: reset },
    {
      method: "POST",
      path: "/_localstack/state/:service/reset",
      handle: async (_request, { service }) => {
        if (!controls.services().some(({ name }) => name === service)) {
          throw new BadRequest(`Squall has no service "${service}".`);
        }
        await controls.reset(service);
        return json(200, {});
      },
    },
  ];
}

function get(path: string, handle: AdminRoute["handle"]): AdminRoute {
  return { method: "GET", path, handle };
}
