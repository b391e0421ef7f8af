import { fileURLToPath } from "node:url";
import { files } from "../core/file-promises.ts";
import { route } from "../core/route.ts";
import type { AdminRoute } from "../core/service.ts";

const RULES = fileURLToPath(new URL("../../docs/rules.schema.json", import.meta.url));

export const rulesSchema = (): Promise<Buffer> => files().readFile(RULES);

/** What editors go by who help to write a rule: the JSON schema of docs/rules.schema.json. */
export const schemaRoutes = (): AdminRoute[] => [
  route("GET", "/_squall/schemas/rules", async () => ({
    status: 200,
    headers: { "content-type": "application/schema+json", "cache-control": "no-cache" },
    body: await rulesSchema(),
  })),
];
