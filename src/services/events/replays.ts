import { untilKept } from "../../aws/due.ts";
import { begin, isOver, whenOver } from "../../aws/lifecycle.ts";
import { pageOf } from "../../aws/page.ts";
import { parseArn } from "../../core/arn.ts";
import type { Context, Handlers, ServiceHost } from "../../core/service.ts";
import type * as Events from "../../models/generated/events.ts";
import { archiveRecords } from "./archive.ts";
import { eventsIn } from "./archives.ts";
import type { Bus } from "./bus.ts";
import { parameterInvalid, replayExists, replayIsOver, replayNotFound } from "./errors.ts";
import { busName, readBus, storeAt, type Where } from "./event-bus.ts";
import { replayLifecycle } from "./lifecycles.ts";
import { PAGE_SIZE, refuseToken } from "./lists.ts";
import { type ReplayRecord, replayArn, replayRecords } from "./replay.ts";

/** Events of an archive come to their bus again: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html */
export class Replays {
  readonly #host: ServiceHost;
  readonly #bus: Bus;
  readonly #stopped = new AbortController();

  constructor(host: ServiceHost, bus: Bus) {
    this.#host = host;
    this.#bus = bus;
  }

  readonly operations: Handlers<Events.Operations> = {
    StartReplay: (input, ctx) => {
      const archive = archiveAt(input.EventSourceArn, ctx);
      const name = busName(input.Destination.Arn);
      if (!readBus(ctx.store, ctx, name))
        throw parameterInvalid("Destination.Arn", `Event bus ${name} does not exist.`);
      if (input.Destination.Arn !== archive.busArn)
        throw parameterInvalid("Destination.Arn", "Cross event bus replay is not permitted.");
      if (input.EventStartTime >= input.EventEndTime)
        throw parameterInvalid("EventEndTime", "EventStartTime must be before EventEndTime.");
      if (ctx.store.collection(replayRecords).has([input.ReplayName])) throw replayExists(input.ReplayName);
      const arn = replayArn(ctx, input.ReplayName);
      const replay: ReplayRecord = {
        name: input.ReplayName,
        arn,
        ...(input.Description !== undefined && { description: input.Description }),
        archiveArn: archive.arn,
        destination: input.Destination,
        fromMs: input.EventStartTime.getTime(),
        toMs: input.EventEndTime.getTime(),
        startedAtMs: ctx.clock.now(),
        transition: begin(replayLifecycle, "STARTING", arn, ctx, ctx),
      };
      ctx.store.collection(replayRecords).put([replay.name], replay);
      this.#run(ctx, replay, ctx.id);
      return { ReplayArn: arn, State: "STARTING", ReplayStartTime: new Date(replay.startedAtMs) };
    },

    DescribeReplay(input, ctx) {
      const replay = findReplay(input.ReplayName, ctx);
      return {
        ReplayArn: replay.arn,
        ...summary(replay, ctx),
        ...(replay.description !== undefined && { Description: replay.description }),
        Destination: replay.destination,
      };
    },

    CancelReplay(input, ctx) {
      const replay = findReplay(input.ReplayName, ctx);
      if (replay.endedAtMs !== undefined || replay.isCancelled) throw replayIsOver(replay.name);
      ctx.store.collection(replayRecords).put([replay.name], { ...replay, isCancelled: true });
      return { ReplayArn: replay.arn, State: "CANCELLING" };
    },

    ListReplays({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
      const { NamePrefix: prefix = "", EventSourceArn: archiveArn, State: state } = query;
      const { items, nextToken } = pageOf(ctx.store.collection(replayRecords), {
        size,
        token,
        query,
        keep: (replay) =>
          replay.name.startsWith(prefix) &&
          (archiveArn === undefined || archiveArn === replay.archiveArn) &&
          (state === undefined || state === stateIn(replay, ctx)),
        refuse: refuseToken,
      });
      return {
        Replays: items.map((replay) => summary(replay, ctx)),
        ...(nextToken && { NextToken: nextToken }),
      };
    },
  };

  /** Goes on with what an earlier process had under way: from its beginning, for events come at least once. */
  resume(): void {
    for (const where of this.#host.scopes())
      for (const replay of storeAt(this.#host, where).collection(replayRecords).values())
        if (replay.endedAtMs === undefined && !replay.isCancelled) this.#run(where, replay);
  }

  stop(): void {
    this.#stopped.abort();
  }

  #run(where: Where, replay: ReplayRecord, parentId?: string): void {
    const place = { account: where.account, region: where.region };
    const { generation } = storeAt(this.#host, place);
    whenOver(replay.transition, this.#host, this.#stopped.signal)
      .then((failure) => {
        if (failure !== undefined) return;
        untilKept(this.#host, () => {
          if (this.#stopped.signal.aborted || storeAt(this.#host, place).generation !== generation) return;
          this.#giveBack(place, replay.name, parentId);
        });
      })
      .catch((error: Error) => this.#host.log.error(`The replay ${replay.name} could not go on`, error));
  }

  #giveBack(place: Where, name: string, parentId: string | undefined): void {
    const { clock } = this.#host;
    const store = storeAt(this.#host, place);
    const replay = store.collection(replayRecords).get([name]);
    if (!replay || replay.isCancelled || replay.endedAtMs !== undefined) return;
    const archive = store.collection(archiveRecords).get([nameOf(replay.archiveArn)]);
    const { Arn, FilterArns = [] } = replay.destination;
    let lastEventAtMs: number | undefined;
    for (const { event } of archive ? eventsIn(archive, { store, clock }) : []) {
      const atMs = Date.parse(event.time);
      if (atMs < replay.fromMs || atMs > replay.toMs) continue;
      lastEventAtMs = atMs;
      this.#bus.take(
        place,
        busName(Arn),
        { ...event, "replay-name": replay.name },
        {
          ...(FilterArns.length > 0 && { onlyRules: FilterArns }),
          ...(parentId !== undefined && { parentId }),
        },
      );
    }
    store.collection(replayRecords).put([name], {
      ...replay,
      endedAtMs: clock.now(),
      ...(lastEventAtMs !== undefined && { lastEventAtMs }),
    });
  }
}

const nameOf = (arn: string): string => parseArn(arn)?.resource.split("/")[1] ?? "";

function archiveAt(arn: string, { store }: Context) {
  const archive = store.collection(archiveRecords).get([nameOf(arn)]);
  if (!archive) throw parameterInvalid("EventSourceArn", `Archive ${nameOf(arn)} does not exist.`);
  return archive;
}

/** @throws ResourceNotFoundException */
function findReplay(name: string, { store }: Context): ReplayRecord {
  const replay = store.collection(replayRecords).get([name]);
  if (!replay) throw replayNotFound(name);
  return replay;
}

function stateIn({ transition, endedAtMs, isCancelled }: ReplayRecord, { host }: Context): string {
  const isStarting = transition !== undefined && !isOver(transition, host);
  if (isCancelled) return isStarting ? "CANCELLING" : "CANCELLED";
  if (isStarting) return transition.status;
  if (transition?.failure !== undefined) return "FAILED";
  return endedAtMs === undefined ? "RUNNING" : "COMPLETED";
}

function summary(replay: ReplayRecord, ctx: Context): Events.Replay {
  const { endedAtMs, lastEventAtMs } = replay;
  return {
    ReplayName: replay.name,
    EventSourceArn: replay.archiveArn,
    State: stateIn(replay, ctx),
    EventStartTime: new Date(replay.fromMs),
    EventEndTime: new Date(replay.toMs),
    ReplayStartTime: new Date(replay.startedAtMs),
    ...(endedAtMs !== undefined && { ReplayEndTime: new Date(endedAtMs) }),
    ...(lastEventAtMs !== undefined && { EventLastReplayedTime: new Date(lastEventAtMs) }),
  };
}
