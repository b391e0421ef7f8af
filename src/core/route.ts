import type { HttpRequest, HttpResponse } from "./http.ts";
import type { AdminRoute } from "./service.ts";

/** What a path's `:name` and `*name` segments are called. */
type Names<Path extends string> = Path extends `${infer Segment}/${infer Others}`
  ? Names<Segment> | Names<Others>
  : Path extends `:${infer Name}` | `*${infer Name}`
    ? Name
    : never;

/** A page of the admin API; its handler gets the segments that the path names. */
export function route<Path extends string>(
  method: AdminRoute["method"],
  path: Path,
  handle: (
    request: HttpRequest,
    named: Readonly<Record<Names<Path>, string>>,
  ) => Promise<HttpResponse> | HttpResponse,
): AdminRoute {
  return {
    method,
    path,
    handle: (request, params) => handle(request, params as Record<Names<Path>, string>),
  };
}
