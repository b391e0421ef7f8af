import type { HttpResponse } from "../../core/http.ts";
import type { AdminRoute, ServiceHost } from "../../core/service.ts";
import type * as Api from "../../models/generated/lambda.ts";
import type { Code } from "./records.ts";

const PATH = "/_squall/lambda/code";

/** Where the code of a version can be downloaded; AWS gives a presigned URL of its own bucket. */
export function codeLocation(code: Code, host: ServiceHost): Api.FunctionCodeLocation {
  if (code.kind === "folder") return { RepositoryType: "S3", Location: `file://${code.path}` };
  return { RepositoryType: "S3", Location: zipLocation(code.sha256, host) };
}

export const zipLocation = (sha256: string, host: ServiceHost): string =>
  `${host.endpoint.loopback()}${PATH}/${sha256}`;

/** Serves the archives that GetFunction and GetLayerVersion point to. */
export const codeRoute = (host: ServiceHost): AdminRoute => ({
  method: "GET",
  path: `${PATH}/:sha256`,
  // AWS's is a presigned URL: who has the archive's hash was given it by GetFunction.
  isOpen: true,
  async handle(_request, { sha256 = "" }): Promise<HttpResponse> {
    const isName = /^[0-9a-f]{64}$/.test(sha256);
    const body = isName ? await host.blobs.read(`lambda/${sha256}.zip`).catch(() => undefined) : undefined;
    if (!body) return { status: 404, headers: {} };
    return { status: 200, headers: { "content-type": "application/zip" }, body };
  },
});
