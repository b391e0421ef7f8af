import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type HttpRequest, type HttpResponse, json } from "../core/http.ts";

/** What shows that somebody may use the admin API of a Squall that others than this machine can reach. */
export class AdminToken {
  readonly #hash: Buffer;

  constructor(token: string) {
    this.#hash = hashOf(token);
  }

  isShownIn(headers: HttpRequest["headers"]): boolean {
    const token = shownToken(headers);
    // Hashes are of one length, so that the time it takes says nothing.
    return token !== "" && timingSafeEqual(hashOf(token), this.#hash);
  }
}

/** `Authorization: Bearer <token>`, or the password of `http://any:<token>@host`, for clients that only know a URL. */
export function shownToken(headers: HttpRequest["headers"]): string {
  const [, scheme = "", given = ""] = /^(Bearer|Basic)\s+(\S+)$/i.exec(headers["authorization"] ?? "") ?? [];
  return scheme.toLowerCase() === "basic" ? passwordOf(given) : given;
}

export const makeAdminToken = (): string => randomBytes(24).toString("base64url");

export function wantsToken(): HttpResponse {
  const message =
    "The admin API wants the token of this Squall: as Authorization: Bearer <token>, for the squall command as SQUALL_ADMIN_TOKEN. It was given with --admin-token, or the log says it.";
  return json(401, { message }, { "www-authenticate": 'Bearer realm="squall"' });
}

function passwordOf(basic: string): string {
  const text = Buffer.from(basic, "base64").toString("utf8");
  return text.slice(text.indexOf(":") + 1);
}

const hashOf = (text: string): Buffer => createHash("sha256").update(text).digest();
