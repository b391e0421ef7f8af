import { json } from "../../core/http.ts";
import { route } from "../../core/route.ts";
import type { AdminRoute } from "../../core/service.ts";

/**
 * What pages there are: `GET /_squall` lists them, `GET /_squall/openapi.json` describes them.
 * @param routes all of them, those of services too
 */
export const descriptionRoutes = (routes: () => Promise<AdminRoute[]>, version: string): AdminRoute[] => [
  route("GET", "/_squall", async () =>
    json(200, { routes: (await routes()).map(({ method, path }) => `${method} ${path}`) }),
  ),
  route("GET", "/_squall/openapi.json", async () => {
    // Most starts are never asked.
    const { openApi } = await import("./document.ts");
    return json(200, await openApi(await routes(), version));
  }),
];
