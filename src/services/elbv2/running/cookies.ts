import { createHash } from "node:crypto";
import { type Exchange, valuesOfHeader } from "./exchange.ts";

/** The values of a cookie of a name, in their order. */
export function cookiesOf(exchange: Exchange, wanted: string): string[] {
  return valuesOfHeader(exchange, "cookie")
    .flatMap((value) => value.split(/;\s*/))
    .flatMap((pair) => {
      const at = pair.indexOf("=");
      return at > 0 && pair.slice(0, at).trim() === wanted ? [pair.slice(at + 1).trim()] : [];
    });
}

/** What a sticky cookie says, which its clients cannot read: who it leads to is known by its digest. */
export const stickyMark = (of: string): string =>
  createHash("sha512").update(of).update("squall-elbv2").digest("base64").slice(0, 86);

/** The two cookies that go together, the second for requests from other sites. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/sticky-sessions.html */
export function stickyCookies(
  name: "AWSALB" | "AWSALBTG" | "AWSALBAPP-0",
  value: string,
  expiresMs: number,
  isSecure: boolean,
): string[] {
  const expires = new Date(expiresMs).toUTCString();
  const cookie = `${name}=${value}; Expires=${expires}; Path=/`;
  if (name === "AWSALBAPP-0") return [cookie];
  const cors = `${name}CORS=${value}; Expires=${expires}; Path=/; SameSite=None${isSecure ? "; Secure" : ""}`;
  return [cookie, cors];
}
