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
