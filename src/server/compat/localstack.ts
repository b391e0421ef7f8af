import type { AdminRoute } from "../../core/service.ts";
import { BadRequest, json, readJson } from "../router.ts";
import type { Controls } from "../routes.ts";

/** LocalStack's own pages, as scripts and SDKs written for it ask for them. */
export function localstackRoutes(controls: Controls): AdminRoute[] {
  const services = () => Object.fromEntries(controls.services().map(({ name, state }) => [name, state]));
  return [
    {
      method: "GET",
      path: "/_localstack/health",
      handle: () => json(200, { services: services(), edition: "squall", version: controls.version }),
    },
    {
      method: "GET",
      path: "/_localstack/info",
      handle: () =>
        json(200, {
          version: controls.version,
          edition: "squall",
          is_license_activated: false,
          session_id: controls.seed,
          machine_id: "squall",
          system: process.platform,
          is_docker: false,
          server_time_utc: new Date(controls.clock.now()).toISOString().slice(0, 19),
          uptime: Math.floor(process.uptime()),
        }),
    },
    {
      method: "POST",
      path: "/_localstack/health",
      handle: async (request) => {
        const { action } = readJson(request) as { action?: unknown };
        if (action !== "restart")
          throw new BadRequest('The action is "restart"; end Squall itself with a signal.');
        await controls.reset();
        return json(200, { status: "ok" });
      },
    },
    {
      method: "POST",
      path: "/_localstack/state/reset",
      handle: async () => {
        await controls.reset();
        return json(200, {});
      },
    },
  ];
}
