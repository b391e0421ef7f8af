import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { files } from "../../core/file-promises.ts";
import type { HttpRequest, HttpResponse } from "../../core/http.ts";
import { route } from "../../core/route.ts";
import type { AdminRoute } from "../../core/service.ts";

const BUILT = fileURLToPath(new URL("../../../dist/dashboard", import.meta.url));

/** Nothing inline, nothing from elsewhere, no frame around it, and no text that becomes markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  vary: "accept-encoding",
};

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** How a file may have been compressed when it was built, the smaller first: what a client takes, and how the file then ends. */
const ENCODINGS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

const NOT_BUILT = `The dashboard has not been built. In a clone of Squall's repository:

    npm run build

then load this page again. The installed package brings it along.
`;

/**
 * The page that shows what goes on: at `/` for a browser that goes there, and at `/_squall/ui`. Its files say nothing of this cloud, so
 * whoever reaches it may have them; what they ask for wants the admin token like any other request.
 * @param folder where `npm run build` has put it
 */
export function dashboardRoutes(folder: string = BUILT): AdminRoute[] {
  const page = (request: HttpRequest) => fileOf(folder, "index.html", request);
  const open = (built: AdminRoute): AdminRoute => ({ ...built, isOpen: true });
  return [
    open(route("GET", "/", page)),
    open(route("GET", "/_squall/ui", page)),
    open(
      route("GET", "/_squall/ui/assets/:name", (request, { name }) =>
        isPlain(name) ? fileOf(folder, `assets/${name}`, request) : missing(name),
      ),
    ),
  ];
}

async function fileOf(folder: string, name: string, request: HttpRequest): Promise<HttpResponse> {
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
  const taken = (request.headers["accept-encoding"] ?? "").split(/\s*,\s*/);
  // A name in `assets` changes with its content.
  const caching = name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache";
  const headers = {
    ...HEADERS,
    "cache-control": caching,
    "content-type": type ?? "application/octet-stream",
  };
  for (const [encoding, ending] of ENCODINGS) {
    if (!taken.some((one) => one.split(";")[0] === encoding && !/;\s*q=0(?:\.0*)?$/.test(one))) continue;
    const body = await content(join(folder, name + ending));
    if (body) return { status: 200, headers: { ...headers, "content-encoding": encoding }, body };
  }
  const body = await content(join(folder, name));
  return body ? { status: 200, headers, body } : missing(name);
}

/** @returns undefined when there is no such file */
async function content(path: string): Promise<Uint8Array | undefined> {
  try {
    return await files().readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** One name below `assets`: no path leads out of it. */
const isPlain = (name: string): boolean => /^[\w-]+(?:\.[\w-]+)+$/.test(name);

function missing(name: string): HttpResponse {
  const body = name === "index.html" ? NOT_BUILT : "The dashboard has no such file.\n";
  return { status: 404, headers: { ...HEADERS, "content-type": "text/plain; charset=utf-8" }, body };
}
