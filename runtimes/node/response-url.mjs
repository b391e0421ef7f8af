// Providers of custom resources answer at a URL of Squall's own. Many take only its host and path (the CDK's providers, the
// `cfn-response` that people copy) and go by HTTPS to port 443, where S3 is in AWS. They are led to where the URL really is.
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { asked, ledTo } from "./asked.mjs";

const SIGNALS = "/_squall/cloudformation/signals/";
const direct = https.request;
let squall;

/** From now on, what is sent by HTTPS to the host of a URL of Squall's, to be answered at, goes to the URL's own port. */
export function lead(responseUrl) {
  if (!responseUrl.startsWith("http:") || !responseUrl.includes(SIGNALS)) return;
  if (!squall) {
    https.request = request;
    syncBuiltinESMExports();
  }
  squall = new URL(responseUrl);
}

function request(...args) {
  const what = asked(args);
  if (what.host !== squall.hostname || !what.path.startsWith(SIGNALS)) return direct.apply(https, args);
  return http.request(ledTo(squall, what), what.callback);
}
