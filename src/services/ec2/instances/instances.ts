import { PUBLIC_IMAGES } from "../../../aws/public-images.ts";
import type { Context, Handlers } from "../../../core/service.ts";
import type * as EC2 from "../../../models/generated/ec2.ts";
import { giveDefaults } from "../default-vpc.ts";
import { pageBy } from "../describing.ts";
import {
  dryRunOperation,
  imageNotFound,
  incorrectInstanceState,
  instancesNotFound,
  invalidParameterCombination,
  oneTimeSpot,
  stopProtected,
  terminationProtected,
} from "../errors.ts";
import { filtering } from "../filters.ts";
import { once } from "../idempotency.ts";
import { isIdOf } from "../ids.ts";
import { all, find, look } from "../kind.ts";
import { describeState, type InstanceRecord, instances } from "./instance.ts";
import { launch } from "./launch.ts";
import { templateTagsOf, withTemplate } from "./launch-template.ts";
import { reservations } from "./reservation.ts";
import type { Hypervisor } from "./running/hypervisor.ts";
import { announceInstance } from "./running/instance-events.ts";
import { reopenRequest, requestOf, settleRequest } from "./spot-request.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html: it may have to wait for the name of its image. */
export const launching = (hypervisor: Hypervisor): Handlers<EC2.Operations> => ({
  RunInstances(input, ctx) {
    const act = (ImageId?: string) => {
      giveDefaults(ctx);
      const request = withTemplate(input, ctx);
      const output = run(input, ImageId === undefined ? request : { ...request, ImageId }, ctx, hypervisor);
      if (input.DryRun === true) throw dryRunOperation();
      return output;
    };
    const parameter = parameterOfOwn(withTemplate(input, ctx).ImageId);
    if (parameter === undefined) return act();
    return imageIn(parameter, ctx).then((image) => ctx.store.transaction(() => act(image)));
  },
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html and its neighbours */
export const instanceOperations = (hypervisor: Hypervisor): Handlers<EC2.Operations> => ({
  DescribeInstances(input, ctx) {
    if (input.InstanceIds?.length && input.MaxResults !== undefined)
      throw invalidParameterCombination(
        "The parameter instancesSet cannot be used with the parameter maxResults",
      );
    const named = input.InstanceIds?.length ? findAll(input.InstanceIds, ctx) : all(instances, ctx);
    const { Filters, ...asked } = input;
    const isOfReservation = reservationFilter(Filters, ctx);
    const passes = filtering(
      Filters?.filter(({ Name }) => !RESERVATION_FILTERS.has(Name ?? "")),
      instances.filters,
    );
    const meant = named
      .filter(isOfReservation)
      .map((record) => ({ record, described: instances.describe(record, ctx) }))
      .filter(({ described }) => passes(described));
    const { items, nextToken } = pageBy(meant, ({ record }) => record.id, { ...asked, Filters }, [
      ctx.operation,
      input.InstanceIds,
    ]);
    return { Reservations: grouped(items, ctx), NextToken: nextToken };
  },

  StartInstances({ InstanceIds }, ctx) {
    const found = findAll(InstanceIds, ctx);
    for (const { id, state } of found)
      if (state !== "stopped" && state !== "running" && state !== "pending")
        throw incorrectInstanceState(id, "started");
    return {
      StartingInstances: found.map((instance) => {
        if (instance.state !== "stopped") return changed(instance, instance.state);
        const pending = { Code: "pending", Message: "pending" };
        const started = { stateReason: pending, transitionReason: "", launchedMs: ctx.clock.now() };
        hypervisor.go(instance, "pending", started, ctx);
        reopenRequest(instance, ctx, ctx.clock.now());
        return changed(instance, "pending");
      }),
    };
  },

  StopInstances({ InstanceIds, Hibernate }, ctx) {
    if (Hibernate) throw invalidParameterCombination("Hibernation is not configured for these instances.");
    const found = findAll(InstanceIds, ctx);
    for (const instance of found) checkStop(instance, ctx);
    return {
      StoppingInstances: found.map((instance) => {
        if (instance.state !== "running" && instance.state !== "pending")
          return changed(instance, instance.state);
        hypervisor.go(instance, "stopping", byUser("Client.UserInitiatedShutdown", ctx), ctx);
        settleRequest(instance, "stopped", "user", ctx, ctx.clock.now());
        return changed(instance, "stopping");
      }),
    };
  },

  RebootInstances({ InstanceIds }, ctx) {
    const found = findAll(InstanceIds, ctx);
    for (const { id, state } of found) if (state !== "running") throw incorrectInstanceState(id, "rebooted");
    for (const instance of found) hypervisor.reboot(instance, ctx);
  },

  TerminateInstances({ InstanceIds }, ctx) {
    const found = findAll(InstanceIds, ctx);
    for (const { id, state, isTerminationProtected } of found)
      if (isTerminationProtected && state !== "terminated") throw terminationProtected(id);
    return {
      TerminatingInstances: found.map((instance) => {
        if (instance.state === "terminated" || instance.state === "shutting-down")
          return changed(instance, instance.state);
        hypervisor.go(instance, "shutting-down", byUser("Client.UserInitiatedShutdown", ctx), ctx);
        settleRequest(instance, "terminated", "user", ctx, ctx.clock.now());
        return changed(instance, "shutting-down");
      }),
    };
  },

  GetConsoleOutput({ InstanceId }, ctx) {
    find(instances, InstanceId, ctx);
    const { text, writtenMs } = hypervisor.console(InstanceId);
    return {
      InstanceId,
      Output: Buffer.from(text, "utf8").toString("base64"),
      Timestamp: new Date(writtenMs || ctx.clock.now()),
    };
  },
});

/** Launches what is asked for once a client token. */
function run(
  input: EC2.RunInstancesRequest,
  request: EC2.RunInstancesRequest,
  ctx: Context,
  hypervisor: Hypervisor,
): EC2.Reservation {
  const tags = templateTagsOf(input, ctx);
  const reservation = once(reservations, input, ctx, () => {
    const process = hypervisor.takeGiven(input.ClientToken);
    const made = launch(request, ctx, { tags, ...(process && { process }) });
    for (const instance of made.launched) begin(instance, ctx, hypervisor);
    return made.reservation;
  });
  const launched = reservation.instanceIds.flatMap((id) => look(instances, id, ctx) ?? []);
  return describeReservation(
    reservation.id,
    launched.map((instance) => instances.describe(instance, ctx)),
    ctx,
  );
}

/** An instance that has been launched goes its way. */
export function begin(instance: InstanceRecord, ctx: Context, hypervisor: Hypervisor): void {
  hypervisor.go(instance, "pending", {}, ctx);
  const { host, account, region } = ctx;
  if (instance.spotRequestId !== undefined)
    announceInstance(host, { account, region }, instance.id, "EC2 Spot Instance Request Fulfillment", {
      "spot-instance-request-id": instance.spotRequestId,
    });
}

/** A parameter that is no public one: its value is asked for. */
function parameterOfOwn(image: string | undefined): string | undefined {
  const name = /^resolve:ssm:(.+)$/.exec(image ?? "")?.[1];
  const bare = name?.replace(/:[^:]*$/, "") ?? "";
  return name === undefined || PUBLIC_IMAGES.includes(bare.startsWith("/") ? bare : `/${bare}`)
    ? undefined
    : name;
}

async function imageIn(parameter: string, ctx: Context): Promise<string> {
  try {
    const { Parameter } = await ctx.call<{ Parameter: { Value: string } }>("ssm", "GetParameter", {
      Name: parameter,
    });
    return Parameter.Value;
  } catch {
    throw imageNotFound([`resolve:ssm:${parameter}`]);
  }
}

/** @throws InvalidInstanceID.NotFound with all that are not there */
export function findAll(ids: readonly string[], ctx: Context): InstanceRecord[] {
  const there = [...new Set(ids)].map((id) => ({
    id,
    isGood: isIdOf("i", id),
    record: look(instances, id, ctx),
  }));
  const malformed = there.find(({ isGood }) => !isGood);
  if (malformed) throw instances.malformed(malformed.id);
  const missing = there.filter(({ record }) => record === undefined).map(({ id }) => id);
  if (missing.length > 0) throw instancesNotFound(missing);
  return there.flatMap(({ record }) => record ?? []);
}

function checkStop(instance: InstanceRecord, ctx: Context): void {
  const { id, state, isStopProtected } = instance;
  if (state === "terminated" || state === "shutting-down") throw incorrectInstanceState(id, "stopped");
  if (isStopProtected) throw stopProtected(id);
  if (requestOf(id, ctx)?.requestType === "one-time") throw oneTimeSpot(id);
}

/** `User initiated (2026-11-28 20:41:07 GMT)` */
function byUser(code: string, { clock }: Context) {
  const at = new Date(clock.now())
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, " GMT");
  return {
    stateReason: { Code: code, Message: `${code}: User initiated shutdown` },
    transitionReason: `User initiated (${at})`,
  };
}

const changed = ({ id, state }: InstanceRecord, to: EC2.InstanceStateName): EC2.InstanceStateChange => ({
  InstanceId: id,
  CurrentState: describeState(to),
  PreviousState: describeState(state),
});

/** Filters on what stands beside the instances of a reservation. */
const RESERVATION_FILTERS = new Set(["reservation-id", "owner-id", "requester-id"]);

function reservationFilter(
  filters: EC2.FilterList | undefined,
  { account }: Context,
): (instance: InstanceRecord) => boolean {
  const passes = filtering<{ readonly id: string; readonly owner: string; readonly requester?: string }>(
    filters?.filter(({ Name }) => RESERVATION_FILTERS.has(Name ?? "")),
    { "reservation-id": "id", "owner-id": "owner", "requester-id": "requester" },
  );
  return ({ reservationId }) => passes({ id: reservationId, owner: account });
}

function grouped(
  items: readonly { readonly record: InstanceRecord; readonly described: EC2.Instance }[],
  ctx: Context,
): EC2.Reservation[] {
  const byReservation = Map.groupBy(items, ({ record }) => record.reservationId);
  return [...byReservation].map(([id, those]) =>
    describeReservation(
      id,
      those.map(({ described }) => described),
      ctx,
    ),
  );
}

const describeReservation = (
  ReservationId: string,
  Instances: EC2.Instance[],
  { account }: Context,
): EC2.Reservation => ({ ReservationId, OwnerId: account, Groups: [], Instances });
