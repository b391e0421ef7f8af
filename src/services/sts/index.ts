import type { ServiceFactory } from "../../core/service.ts";
import { identity } from "./identity.ts";
import { roles } from "./roles.ts";
import { saml } from "./saml.ts";
import { tokens } from "./tokens.ts";
import { webIdentity } from "./web-identity.ts";

/** AWS Security Token Service: https://docs.aws.amazon.com/STS/latest/APIReference/ */
const sts: ServiceFactory = () => ({
  name: "sts",
  operations: { ...identity, ...roles, ...webIdentity, ...saml, ...tokens },
  commonErrors: {
    throttle: { code: "Throttling", status: 400, message: "Rate exceeded" },
    internal: {
      code: "InternalFailure",
      status: 500,
      message: "The request processing has failed because of an unknown error, exception or failure.",
    },
    unavailable: {
      code: "ServiceUnavailable",
      status: 503,
      message: "The request has failed due to a temporary failure of the server.",
    },
  },
});

export default Object.assign(sts, { scope: "global" as const });
