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
});

export default sts;
