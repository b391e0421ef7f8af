// Leads what Node.js sends to AWS to AWS_ENDPOINT_URL instead: for programs that do not know that variable, such as all that use
// version 2 of the AWS SDK. The host that was meant travels in the `Host` header, by which Squall knows the service.
//   NODE_OPTIONS="--import squall/preload"
import http from "node:http";
import https from "node:https";
import { syncBuiltinESMExports } from "node:module";
import { asked, ledTo } from "./asked.mjs";

const AWS = /\.amazonaws\.com(?:\.cn)?$/;
const { AWS_ENDPOINT_URL } = process.env;

if (AWS_ENDPOINT_URL) {
  const endpoint = new URL(AWS_ENDPOINT_URL);
  const direct = { http: http.request, https: https.request };
  const secure = endpoint.protocol === "https:";

  /** `request` of `node:http` or `node:https`, as `direct` does it but for what goes to AWS. */
  const leading =
    (module, request) =>
    (...args) => {
      const what = asked(args);
      const { url, options, callback } = what;
      const host = String(what.host ?? "").replace(/:\d+$/, "");
      if (!AWS.test(host)) return request.apply(module, args);
      const led = {
        ...ledTo({ hostname: endpoint.hostname, port: endpoint.port || (secure ? 443 : 80) }, what),
        ...(url?.username && { auth: `${url.username}:${url.password}` }),
        headers: withHost(options.headers, host),
      };
      return secure ? direct.https.call(https, led, callback) : direct.http.call(http, led, callback);
    };

  for (const module of [http, https]) {
    const request = leading(module, module.request);
    module.request = request;
    module.get = (...args) => {
      const asked = request(...args);
      asked.end();
      return asked;
    };
  }
  syncBuiltinESMExports();
}

function withHost(headers, host) {
  if (Array.isArray(headers)) {
    const isThere = headers.some((name, index) => index % 2 === 0 && String(name).toLowerCase() === "host");
    return isThere ? headers : [...headers, "Host", host];
  }
  const isThere = Object.keys(headers ?? {}).some((name) => name.toLowerCase() === "host");
  return isThere ? headers : { ...headers, Host: host };
}
