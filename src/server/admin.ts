import { type HttpRequest, type HttpResponse, json } from "../core/http.ts";
import { wholeBody } from "../core/joined.ts";
import type { Log } from "../core/log.ts";
import type { AdminRoute, AskedBy, Asker } from "../core/service.ts";
import { type AdminToken, shownToken, wantsToken } from "./admin-token.ts";
import { BadRequest, Router } from "./router.ts";

/** Has another endpoint answer a page. */
export type Elsewhere = (request: AdminRequest) => Promise<HttpResponse>;

/** Others who may use the admin API beside the one with its token, and what is theirs as well. */
export interface Fellows {
  /** Is there anybody? */
  readonly areThere: boolean;
  /** Whose token it is, and whether they may change something. */
  whose(token: string): { readonly name: string; readonly mayChange: boolean } | undefined;
  /** Runs what somebody asked for in their name. */
  acting<T>(name: string, run: () => T): T;
  /** Resolves when what was changed is everybody's. @throws Error with the status to answer */
  settled(): Promise<void>;
  /** What all who share this port answer; undefined for a page that each answers by itself. */
  together(page: AdminPage, own: () => Promise<string>): Promise<string | undefined>;
}

/** A page that is asked for with nothing to say. */
export type AdminPage = Pick<HttpRequest, "method" | "path" | "query">;

const ADMIN: Asker = { name: "admin", mayChange: true };

/** Everything that is not an AWS call: `/_squall/…`, and LocalStack's `/_localstack/…` and `/_aws/…`. */
export class Admin {
  readonly #router = new Router();
  readonly #token: AdminToken | undefined;
  readonly #log: Log;
  readonly #elsewhere: Elsewhere | undefined;
  readonly #fellows: () => Fellows | undefined;
  /** Loads every service once, so that the routes that services add are known. */
  readonly #services: () => Promise<readonly AdminRoute[]>;
  #serviceRoutes: Promise<Router> | undefined;

  constructor(parts: {
    routes: readonly AdminRoute[];
    services: () => Promise<readonly AdminRoute[]>;
    /** What everybody must show; absent on loopback. */
    token: AdminToken | undefined;
    log: Log;
    /** Who has the pages that are not Squall's own. */
    elsewhere?: Elsewhere | undefined;
    /** In a fleet. */
    fellows?: () => Fellows | undefined;
  }) {
    this.#router.add(parts.routes);
    this.#services = parts.services;
    this.#token = parts.token;
    this.#elsewhere = parts.elsewhere;
    this.#fellows = parts.fellows ?? (() => undefined);
    this.#log = parts.log.named("squall.admin");
  }

  /** @param signal aborted when the client leaves before it has its answer */
  async handle(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await this.#answer(Object.assign(request, { signal }));
    } catch (error) {
      if (error instanceof BadRequest) return json(error.status, { message: error.message });
      if (hasStatus(error)) return json(error.status, { message: error.message });
      this.#log.error(`${request.method} ${request.path} failed.`, error);
      return json(500, { message: `${request.method} ${request.path} failed; the log says why.` });
    }
  }

  /** A page as another process on the same port asks for it: who asked that one has shown that it may. */
  async page({ method, path, query }: AdminPage): Promise<string> {
    const request: HttpRequest = { method, path, query, headers: {}, body: Buffer.alloc(0) };
    const found = this.#router.find(request);
    if (found === undefined || !("route" in found)) throw new BadRequest(`There is nothing at ${path}.`);
    return await textOf(await found.route.handle(request, found.params));
  }

  /** Is a request for a route that reads its body as it comes? */
  takesStream(head: HttpRequest): boolean {
    if (!head.path.startsWith("/_squall/")) return false;
    const found = this.#router.find(head);
    return found !== undefined && "route" in found && found.route.streams === true;
  }

  /** Every page that is here, those of services too. */
  async routes(): Promise<AdminRoute[]> {
    return [...this.#router.routes(), ...(await this.#fromServices()).routes()];
  }

  /** Forgets the services' routes: they are made anew with the services. */
  reload(): void {
    this.#serviceRoutes = undefined;
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const own = this.#router.find(request);
    if (own === undefined && this.#elsewhere && !request.path.startsWith("/_squall"))
      return await this.#elsewhere(request);
    const found = own ?? (await this.#fromServices()).find(request);
    const isOpen = found !== undefined && "route" in found && found.route.isOpen === true;
    const asker = isOpen ? ADMIN : this.#askerOf(request);
    if (!asker) return wantsToken();
    Object.assign(request, { asker });
    if (!found)
      return json(404, { message: `There is nothing at ${request.path}. GET /_squall lists what is here.` });
    if (!("route" in found)) return found.refusal;
    const { route, params } = found;
    if (!CHANGES.has(request.method))
      return await this.#together(request, () => route.handle(request, params));
    if (!asker.mayChange)
      return json(403, {
        message: `${asker.name} may look, and change nothing: that takes an operator's token.`,
      });
    const fellows = this.#fellows();
    if (!fellows) return await route.handle(request, params);
    const answer = await fellows.acting(asker.name, () =>
      this.#together(request, () => route.handle(request, params)),
    );
    if (answer.status < 400) await fellows.settled();
    return answer;
  }

  async #together(
    { method, path, query }: HttpRequest,
    handle: () => HttpResponse | Promise<HttpResponse>,
  ): Promise<HttpResponse> {
    const fellows = this.#fellows();
    if (fellows === undefined) return await handle();
    const answer = await handle();
    if (answer.status >= 400) return answer;
    const body = await fellows.together({ method, path, query }, () => textOf(answer));
    return body === undefined ? answer : { ...answer, body };
  }

  #askerOf({ headers }: HttpRequest): Asker | undefined {
    const fellows = this.#fellows();
    if (this.#token?.isShownIn(headers)) return ADMIN;
    if (fellows?.areThere) return fellows.whose(shownToken(headers));
    return this.#token ? undefined : ADMIN;
  }

  #fromServices(): Promise<Router> {
    this.#serviceRoutes ??= this.#services().then((routes) => {
      const router = new Router();
      router.add(routes);
      return router;
    });
    this.#serviceRoutes.catch(() => this.reload());
    return this.#serviceRoutes;
  }
}

const textOf = async ({ body }: HttpResponse): Promise<string> =>
  typeof body === "string" ? body : (await wholeBody(body)).toString("utf8");

const CHANGES: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** A request of the admin API: it ends when the reader leaves. */
export type AdminRequest = AskedBy & { readonly signal?: AbortSignal };

function hasStatus(error: unknown): error is Error & { status: number } {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}
