import type { ServiceHost } from "../../../core/service.ts";
import type { Login, Refusal } from "./door.ts";

const ACCESS_DENIED = "unable to accept connection, access denied";
/** The user that has an action of its own. */
const ADMIN = "admin";
const OF_ADMIN = "DbConnectAdmin";
const OF_OTHERS = "DbConnect";

/**
 * Why who connects is not let in: their password must be a token for their user and region, and under `--verify-signatures` one that
 * was signed by whose it says. Undefined when they are.
 * https://docs.aws.amazon.com/aurora-dsql/latest/userguide/authentication-authorization.html
 */
export function refusalOf(
  { user, password }: Login,
  { region, host }: { readonly region: string; readonly host: string },
  { refusalOfSignature }: Pick<ServiceHost, "refusalOfSignature">,
): Refusal | undefined {
  const query = /^[^/?]+\/?\?(.+)$/s.exec(password)?.[1];
  const values = new URLSearchParams(query ?? "");
  const action = values.get("Action") ?? "";
  const [, , signedRegion, service] = (values.get("X-Amz-Credential") ?? "").split("/");
  if (query === undefined || service !== "dsql") return denied("The password is no authentication token.");
  if (action !== (user === ADMIN ? OF_ADMIN : OF_OTHERS))
    return denied(`Wrong user to action mapping. user: ${user}, action: ${action}`);
  if (signedRegion !== region)
    return denied(`Credential should be scoped to a valid region, not '${signedRegion}'.`);
  const request = { method: "GET", path: "/", query, headers: { host }, body: new Uint8Array() };
  const refusal = refusalOfSignature(request, { service: "dsql", region });
  return refusal && denied(refusal.message);
}

const denied = (hint: string): Refusal => ({ message: ACCESS_DENIED, hint });
