import { Store } from "./store.ts";

/** Which view is open, and what of it: `#/calls?service=sqs`. */
export interface Route {
  readonly view: string;
  readonly params: URLSearchParams;
}

export const route = new Store<Route>(read());

addEventListener("hashchange", () => route.set(read()));

function read(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { view: path || "calls", params: new URLSearchParams(query) };
}

export function hrefOf(view: string, params: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(params).filter(([, value]) => value !== "");
  const query = new URLSearchParams(given).toString();
  return `#/${view}${query && `?${query}`}`;
}

/** Opens a view; `replace` where the way back should not lead through each letter of a filter. */
export function go(
  view: string,
  params: Readonly<Record<string, string>> = {},
  how: "push" | "replace" = "push",
): void {
  const href = hrefOf(view, params);
  if (how === "push") location.hash = href;
  else {
    history.replaceState(null, "", href);
    route.set(read());
  }
}
