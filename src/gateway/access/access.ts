import type { Catalog } from "../../aws/catalog.ts";
import { iamRequestsOf, placeOfResource, takesRolesAs } from "../../aws/iam-request.ts";
import { ResourcePolicies } from "../../aws/resource-policies.ts";
import { parseArn } from "../../core/arn.ts";
import { type Authorization, authorize, type PolicyKind, reasonOf } from "../../core/authorization.ts";
import type { AwsError } from "../../core/aws-error.ts";
import type { Caller } from "../../core/call.ts";
import type { Clock } from "../../core/clock.ts";
import type { Credentials } from "../../core/credentials.ts";
import { evaluatePolicies, type PolicyDocument, type PolicyRequest, readPolicy } from "../../core/policy.ts";
import type { RequestContext } from "../../core/policy-conditions.ts";
import type { IamMode, Wanted } from "../../core/service.ts";
import type { Storage } from "../../core/storage.ts";
import { accessDenied, actionAsSaid } from "../../faults/access-denied.ts";
import { protocolSpoken } from "../../protocols/protocol.ts";
import type { ApiCall } from "../api-call.ts";
import { isDataPlane } from "../data-planes.ts";
import { type Asker, askerOf } from "./asker.ts";
import { conditionsOf } from "./conditions.ts";
import { type OwnPolicies, Principals } from "./principals.ts";
import { UseLog } from "./use-log.ts";

export interface AccessOptions {
  readonly mode: IamMode;
  readonly catalog: Catalog;
  readonly storage: Storage;
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** Roles and users that nobody made may do nothing, and root is root of its own account only. */
  readonly strict: boolean;
}

/** What AWS's services hand to others only where a policy there lets them. Beside roles that they take, whatever else they do is their own affair. */
const HANDED_ON: ReadonlySet<string> = new Set(["sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction"]);
/** On a role: its trust policy has a say. */
const TRUST_DECIDES: ReadonlySet<string> = new Set([
  "sts:AssumeRole",
  "sts:TagSession",
  "sts:SetSourceIdentity",
]);
/** Squall itself, for those who embed it. */
const OURSELVES = "squall.amazonaws.com";

const ALLOWED: Authorization = { isAllowed: true, matched: [] };

/**
 * May a call be made? An explicit Deny in a policy on a resource always counts, whoever calls. All other policies count with
 * `--iam enforce`; with `audit` calls pass, and what they would have needed is remembered.
 */
export class Access {
  readonly mode: IamMode;
  readonly uses = new UseLog();
  readonly principals: Principals;
  readonly #catalog: Catalog;
  readonly #policies: ResourcePolicies;
  readonly #storage: Storage;
  readonly #credentials: Credentials;
  readonly #clock: Clock;
  readonly #strict: boolean;

  constructor({ mode, catalog, storage, credentials, clock, strict }: AccessOptions) {
    this.mode = mode;
    this.#catalog = catalog;
    this.#storage = storage;
    this.#policies = new ResourcePolicies(catalog, storage);
    this.#credentials = credentials;
    this.#clock = clock;
    this.#strict = strict;
    this.principals = new Principals(catalog, storage, strict);
  }

  /** Why a call may not be made, in the words of its service; undefined when it may. */
  refusalOf(call: ApiCall): AwsError | undefined {
    if (isDataPlane(call.service)) return undefined;
    return this.refusalOfWanted(call, () => iamRequestsOf(call, this.#catalog));
  }

  /** Why a caller may not do what its call means, where that is known better than from its input; asked for only where it counts. */
  refusalOfWanted(call: ApiCall, wanted: () => Iterable<Wanted>): AwsError | undefined {
    if (this.mode === "off" && !this.#policies.deniesAnything(call.service)) return undefined;
    const asker = askerOf(call.caller, call.region);
    const taking = this.mode === "enforce" ? this.#refusalOfTaking(call, asker) : undefined;
    if (taking) return taking;
    for (const request of wanted()) {
      const refusal = this.#refusalOfRequest(call, asker, request);
      if (refusal) return refusal;
    }
    return undefined;
  }

  /** A service that acts with a role has taken it under its own name: the role has to trust it. */
  #refusalOfTaking(call: ApiCall, asker: Asker): AwsError | undefined {
    const { via, caller } = call;
    // A session of the service's name is one that it has begun itself.
    if (via === undefined || caller.roleArn === undefined || !caller.arn.endsWith(`/${via}`))
      return undefined;
    const request = { action: "sts:AssumeRole", resources: [caller.roleArn], input: {} };
    const names = takesRolesAs(via, this.#catalog);
    const isTrusted = names.some((name) => {
      const service = askerOf(
        { accessKeyId: "", account: caller.account, arn: name, userId: name },
        call.region,
      );
      return this.#authorize(call, service, request, asker.arn).isAllowed;
    });
    return isTrusted
      ? undefined
      : refusal(call, request.action, asker.arn, "implicitDeny", "resource", names[0]);
  }

  #refusalOfRequest(call: ApiCall, asker: Asker, request: Wanted): AwsError | undefined {
    for (const resource of request.resources.flatMap((named) => this.#allMeantBy(named, request, call))) {
      const denied = this.#deniedByResource(call, asker, request, resource);
      if (denied) return refusal(call, request.action, resource, "explicitDeny", "resource");
      if (this.mode === "off") continue;
      const authorization = this.#authorize(call, asker, request, resource);
      const said = authorization.isAllowed
        ? undefined
        : reasonOf(authorization.why, authorization.by, request.action);
      if (asker.kind === "role" || asker.kind === "user")
        this.uses.add(asker.arn, { call, action: request.action, resource, refused: said });
      if (!authorization.isAllowed && this.mode === "enforce")
        return refusal(call, request.action, resource, authorization.why, authorization.by);
    }
    return undefined;
  }

  /** Who hands an instance profile on hands the role in it on. */
  #allMeantBy(arn: string, { action }: Wanted, call: ApiCall): readonly string[] {
    if (action !== "iam:PassRole" || arn.includes(":role/")) return [this.#meantBy(arn, call)];
    const holder = this.#catalog.find(arn);
    const account = parseArn(arn)?.account ?? call.account;
    const names = holder?.type.holdsRoles?.(holder.record) ?? [];
    const role = this.#catalog.types("iam").find(({ name }) => name === "role");
    const place = { account, region: call.region };
    const kept = role ? [...this.#catalog.list(role, place)] : [];
    return names.map(
      (name) =>
        kept.find(({ record }) => (record as { name?: unknown }).name === name)?.arn ??
        `arn:aws:iam::${account}:role/${name}`,
    );
  }

  /** The resource itself, when an ARN is but another name of it: the key of an alias. */
  #meantBy(arn: string, call: ApiCall): string {
    const standsFor = this.#catalog.get(call.service)?.iam?.standsFor;
    const name = standsFor?.read(arn);
    if (!standsFor || name === undefined) return arn;
    const place = placeOfResource(arn, call);
    const store = this.#storage.store(this.#catalog.storeName(call.service), place.account, place.region);
    const record = store.collection(standsFor.collection).get([name]);
    return record === undefined ? arn : standsFor.arnOf(record, place);
  }

  #deniedByResource(call: ApiCall, asker: Asker, request: Wanted, resource: string): boolean {
    const denying = this.#at(resource, call, (arn, service) =>
      this.#policies.denying(service, arn, placeOfResource(arn, call)),
    );
    if (denying.length === 0 || this.#isRootsOwn(call, asker, request, resource)) return false;
    const context = this.#context(call, asker, request, resource);
    const { decision } = evaluatePolicies(denying, this.#asked(request, asker, resource, context));
    return decision === "explicitDeny";
  }

  /** Root may always put another policy on what is its account's. */
  #isRootsOwn(call: ApiCall, { kind, arn }: Asker, { action, owner }: Wanted, resource: string): boolean {
    const always = this.#catalog.get(call.service)?.iam?.rootAlways;
    if (kind !== "root" || !always?.includes(action)) return false;
    return arn.split(":")[4] === (parseArn(resource)?.account || owner || call.account);
  }

  #authorize(call: ApiCall, asker: Asker, request: Wanted, resource: string): Authorization {
    const isRoot = asker.kind === "root";
    if (asker.arn === OURSELVES || (isRoot && !this.#strict)) return ALLOWED;
    const home = asker.arn.split(":")[4];
    const account = parseArn(resource)?.account || request.owner || call.account;
    // Strictly, root may do in another account only what that lets it; whose roles it passes on is asked where they are taken.
    if (isRoot && (home === account || request.action === "iam:PassRole")) return ALLOWED;
    // Lambda asks nobody for leave to run its own functions.
    const isOwn = asker.arn === `${request.action.split(":", 1)[0]}.amazonaws.com`;
    const isAsked = HANDED_ON.has(request.action) || TRUST_DECIDES.has(request.action);
    if (asker.kind === "service" && (isOwn || !isAsked)) return ALLOWED;
    const context = this.#context(call, asker, request, resource);
    const { policies, mustAllow, isUnknown } = this.#onResource(call, request, resource);
    if (asker.kind === "service" && isUnknown) return ALLOWED;
    const own: OwnPolicies =
      asker.kind === "service" ? {} : this.principals.policiesOf(asker, this.#sessionOf(call.caller));
    return authorize(
      { ...own, resource: policies },
      {
        request: this.#asked(request, asker, resource, context),
        ownNames: asker.ownNames,
        sessionArn: asker.sessionArn,
        isSameAccount: asker.kind !== "service" && (isUnknown || home === account),
        policyMustAllow: mustAllow,
      },
    );
  }

  /** The policies on a resource; for a role that is to be assumed, its trust policy. */
  #onResource(call: ApiCall, { action }: Wanted, resource: string) {
    if (TRUST_DECIDES.has(action)) {
      const role = this.#catalog.find(resource);
      const trust = role && readPolicy(role.type.trust?.(role.record) ?? "");
      return { policies: trust ? [trust] : [], mustAllow: role !== undefined, isUnknown: !role };
    }
    const policies = this.#at(resource, call, (arn, service) =>
      this.#policies.on(service, arn, placeOfResource(arn, call)),
    );
    const mustAllow = this.#catalog.byArn(resource)?.type.policyMustAllow ?? false;
    return { policies, mustAllow, isUnknown: false };
  }

  /** The policies where a resource's are kept: with its own service, which need not be the one that is called. */
  #at(
    resource: string,
    call: ApiCall,
    read: (arn: string, service: string) => PolicyDocument[],
  ): PolicyDocument[] {
    const own = parseArn(resource)?.service ?? "";
    const service = this.#catalog.get(own) ? own : call.service;
    const holders = this.#catalog.get(service)?.iam?.policiesOn?.(resource) ?? [resource];
    return holders.flatMap((arn) => read(arn, service));
  }

  #asked({ action }: Wanted, { principal }: Asker, resource: string, context: RequestContext): PolicyRequest {
    // A trust policy names no resource: it is on the role itself.
    return { action, resource, principal, context };
  }

  #context(call: ApiCall, asker: Asker, request: Wanted, resource: string): RequestContext {
    const session = this.#sessionOf(call.caller);
    const principalTags = { ...this.principals.tagsOf(asker), ...session?.tags };
    const nowMs = this.#clock.now();
    return conditionsOf({
      call,
      asker,
      request,
      resource,
      principalTags,
      session,
      catalog: this.#catalog,
      nowMs,
    });
  }

  #sessionOf({ accessKeyId }: Caller) {
    return accessKeyId === "" ? undefined : this.#credentials.find(accessKeyId)?.session;
  }
}

function refusal(
  call: ApiCall,
  action: string,
  resource: string,
  why: "explicitDeny" | "implicitDeny",
  by: PolicyKind,
  who: string = call.caller.arn,
): AwsError {
  const said = actionAsSaid(action);
  const named = `User: ${who} is not authorized to perform: ${said} on resource: ${resource}`;
  // That a role's trust policy does not say yes is not said.
  const isTrust = action === "sts:AssumeRole" && why === "implicitDeny" && by === "resource";
  const message = isTrust ? named : `${named} ${reasonOf(why, by, said)}`;
  return accessDenied(call.service, protocolSpoken(call.service, call.headers) ?? "", message);
}
