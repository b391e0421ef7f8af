import { lookup as systemLookup } from "node:dns";
import type { LookupFunction } from "node:net";

/** Not `localhost` itself: the system knows it, and what listens there may do so on `::1` only. */
const OWN_NAME = /(\.localhost|(^|\.)localhost\.localstack\.cloud)\.?$/i;

/**
 * A socket's `lookup` for calls that Squall itself makes: this machine's own names (`*.localhost.localstack.cloud`,
 * `*.localhost`) are loopback without a name server, everything else is the system's to resolve.
 */
export const lookup: LookupFunction = (hostname, options, callback) => {
  if (!OWN_NAME.test(hostname)) systemLookup(hostname, options, callback);
  else if (options.all) callback(null, [{ address: "127.0.0.1", family: 4 }]);
  else callback(null, "127.0.0.1", 4);
};
