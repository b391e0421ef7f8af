// What is asked of `request` of `node:http` and `node:https`, in whichever of its forms, and how it is led elsewhere.

/** What its arguments say. */
export function asked(args) {
  const [first, second] = args;
  const url = typeof first === "string" ? new URL(first) : first instanceof URL ? first : undefined;
  const options = url ? (typeof second === "object" ? second : {}) : (first ?? {});
  return {
    url,
    options,
    host: options.hostname ?? options.host ?? url?.hostname,
    path: options.path ?? (url ? url.pathname + url.search : "/"),
    callback: args.find((argument) => typeof argument === "function"),
  };
}

/** Its options for another address, without what is of the way to the first: agent, protocol, TLS name. */
export function ledTo({ hostname, port }, { options, path }) {
  const { agent: _, protocol: __, servername: ___, ...rest } = options;
  return { ...rest, host: hostname, hostname, port, path };
}
