import { json } from "../core/http.ts";
import type { AdminRoute } from "../core/service.ts";
import type { Access } from "../gateway/access/access.ts";
import { reportOf } from "../gateway/access/report.ts";

/** `GET /_squall/iam`: what each user and role did, would need, and has for nothing. `DELETE` begins anew. */
export function accessRoutes(access: Access): AdminRoute[] {
  return [
    { method: "GET", path: "/_squall/iam", handle: () => json(200, reportOf(access)) },
    {
      method: "DELETE",
      path: "/_squall/iam",
      handle() {
        access.uses.clear();
        return json(200, reportOf(access));
      },
    },
  ];
}
