import { DELIVERY_HEADER } from "./delivery.ts";

/**
 * Did a browser send a request, for whichever page? Nothing that a page can do changes how its browser's name begins, and
 * every browser says the origin of what is not a plain GET.
 */
export function isFromBrowser(headers: Readonly<Record<string, string | string[] | undefined>>): boolean {
  const name = headers["user-agent"];
  return (
    headers["origin"] !== undefined ||
    headers["sec-fetch-site"] !== undefined ||
    (typeof name === "string" && name.startsWith("Mozilla/"))
  );
}

/**
 * Has somebody else led a request to a port that is for a process of ours alone (a function's runtime, an instance)? A page that a
 * browser shows, or a service of ours to which a user gave the address: an HTTP integration, a subscription.
 */
export const isLedHere = (headers: Readonly<Record<string, string | string[] | undefined>>): boolean =>
  isFromBrowser(headers) || headers[DELIVERY_HEADER] !== undefined;
