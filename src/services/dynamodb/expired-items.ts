import type { AdminRoute } from "../../core/service.ts";
import type { Expirer } from "./ttl.ts";

/** LocalStack's way to remove expired items now: `DELETE /_aws/dynamodb/expired`. */
export const expiredItemsRoute = (expirer: Expirer): AdminRoute => ({
  method: "DELETE",
  path: "/_aws/dynamodb/expired",
  handle: () => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ExpiredItems: expirer.removeExpired() }),
  }),
});
