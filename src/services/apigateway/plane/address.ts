import type { HttpRequest } from "../../../core/http.ts";
import { decode } from "./route.ts";

/** Which API a request is for, as its host and path say. What follows the API is still to be split into stage and path. */
export interface Address {
  readonly apiId: string;
  /** Known when the path form names it; else the first part of `path` may be the stage. */
  readonly stageName?: string;
  /** Raw, with its leading slash. */
  readonly path: string;
}

const HOST = /^([a-z0-9_-]+?)(?:-vpce-[a-z0-9]+)?\.execute-api\./i;
const PATH = /^\/restapis\/([^/]+)\/([^/]+)\/_user_request_(\/.*)?$/;
const AWS_PATH = /^\/_aws\/execute-api\/([^/]+)(?:\/([^/]+))?(\/.*)?$/;

export const hostOf = (request: HttpRequest): string =>
  request.headers["x-forwarded-host"] ?? request.headers["host"] ?? "";

/** The API that a request names by id; undefined for any other request (a custom domain name's). */
export function addressOf(request: HttpRequest): Address | undefined {
  const [, id, stageName, rest] = PATH.exec(request.path) ?? AWS_PATH.exec(request.path) ?? [];
  if (id) return { apiId: decode(id), ...(stageName && { stageName }), path: rest ?? "/" };
  const [, apiId] = HOST.exec(hostOf(request)) ?? [];
  return apiId === undefined ? undefined : { apiId, path: request.path };
}

/** `/dev/pets/1` → stage `dev`, path `/pets/1`. */
export function splitStage(path: string): { stageName: string; path: string } {
  const [, stageName = "", rest = "/"] = /^\/+([^/]*)(\/.*)?$/.exec(path) ?? [];
  return { stageName, path: rest };
}
