import { begin, hasLeft } from "../../aws/lifecycle.ts";
import { pageOf } from "../../aws/page.ts";
import { Tagging } from "../../aws/tags.ts";
import type { Context, Handlers } from "../../core/service.ts";
import type * as Pipes from "../../models/generated/pipes.ts";
import { pipeExists, pipeLeaves, tooManyTags, validation } from "./errors.ts";
import { pipeLifecycle } from "./lifecycle.ts";
import { findPipe, lookUpPipe, type PipeRecord, pipeArn, pipeRecords, stateIn } from "./pipe.ts";
import { checkPipe } from "./pipe-checks.ts";
import type { RunningPipes } from "./running-pipes.ts";

const PAGE_SIZE = 100;
const tagging = new Tagging({
  errors: {
    tooMany: tooManyTags,
    invalid: validation,
    reserved: () => validation("System tags cannot be added/updated by requester."),
  },
});

/** Pipes: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes.html */
export const pipes = (running: RunningPipes): Handlers<Pipes.Operations> => {
  const save = (pipe: PipeRecord, ctx: Context) => ctx.store.collection(pipeRecords).put([pipe.name], pipe);

  return {
    async CreatePipe(input, ctx) {
      const { Name: name } = input;
      if (lookUpPipe(name, ctx)) throw pipeExists(name);
      const settings = {
        ...settingsOf(input),
        source: input.Source,
        sourceParameters: input.SourceParameters ?? {},
        target: input.Target,
        targetParameters: input.TargetParameters ?? {},
      };
      checkPipe(settings, ctx);
      const now = ctx.clock.now();
      const arn = pipeArn(ctx, name);
      const pipe: PipeRecord = {
        name,
        arn,
        ...settings,
        desiredState: input.DesiredState ?? "RUNNING",
        roleArn: input.RoleArn,
        tags: tagging.read(input.Tags),
        createdAtMs: now,
        modifiedAtMs: now,
        transition: begin(pipeLifecycle, "CREATING", arn, ctx, ctx),
      };
      save(pipe, ctx);
      await running.start(ctx, pipe);
      return { ...brief(pipe, ctx), CurrentState: "CREATING" };
    },

    async UpdatePipe(input, ctx) {
      const before = changeable(input.Name, ctx);
      const pipe: PipeRecord = {
        ...before,
        ...settingsOf(input),
        desiredState: input.DesiredState ?? before.desiredState,
        sourceParameters: merged(before.sourceParameters, input.SourceParameters),
        target: input.Target ?? before.target,
        targetParameters: input.TargetParameters ?? before.targetParameters,
        roleArn: input.RoleArn,
        modifiedAtMs: ctx.clock.now(),
      };
      checkPipe(pipe, ctx);
      const changed = { ...pipe, transition: begin(pipeLifecycle, "UPDATING", pipe.arn, ctx, ctx) };
      save(changed, ctx);
      await running.start(ctx, changed);
      return { ...brief(pipe, ctx), CurrentState: "UPDATING" };
    },

    async StartPipe(input, ctx) {
      const before = changeable(input.Name, ctx);
      const transition = begin(pipeLifecycle, "STARTING", before.arn, ctx, ctx);
      const pipe = { ...before, desiredState: "RUNNING", transition };
      save(pipe, ctx);
      await running.start(ctx, pipe);
      return { ...brief(pipe, ctx), CurrentState: "STARTING" };
    },

    StopPipe(input, ctx) {
      const before = changeable(input.Name, ctx);
      const transition = begin(pipeLifecycle, "STOPPING", before.arn, ctx, ctx);
      const pipe = { ...before, desiredState: "STOPPED", transition };
      save(pipe, ctx);
      running.stop(ctx, pipe.name);
      return { ...brief(pipe, ctx), CurrentState: "STOPPING" };
    },

    DescribePipe(input, ctx) {
      const pipe = findPipe(input.Name, ctx);
      return {
        ...brief(pipe, ctx),
        ...(pipe.description !== undefined && { Description: pipe.description }),
        Source: pipe.source,
        SourceParameters: pipe.sourceParameters,
        ...(pipe.enrichment !== undefined && { Enrichment: pipe.enrichment }),
        ...(pipe.enrichmentParameters && { EnrichmentParameters: pipe.enrichmentParameters }),
        Target: pipe.target,
        TargetParameters: pipe.targetParameters,
        RoleArn: pipe.roleArn,
        Tags: { ...pipe.tags },
        ...(pipe.logConfiguration && { LogConfiguration: pipe.logConfiguration }),
      };
    },

    DeletePipe(input, ctx) {
      const pipe = changeable(input.Name, ctx);
      const transition = begin(pipeLifecycle, "DELETING", pipe.arn, ctx, ctx);
      if (transition) save({ ...pipe, desiredState: "DELETED", transition }, ctx);
      else ctx.store.collection(pipeRecords).delete([pipe.name]);
      running.forget(ctx, pipe);
      return { ...brief(pipe, ctx), DesiredState: "DELETED", CurrentState: "DELETING" };
    },

    ListPipes({ NextToken: token, Limit: size = PAGE_SIZE, ...query }, ctx) {
      const { NamePrefix = "", SourcePrefix = "", TargetPrefix = "", DesiredState, CurrentState } = query;
      const { items, nextToken } = pageOf(ctx.store.collection(pipeRecords), {
        size,
        token,
        query,
        keep: (pipe) =>
          !hasLeft(pipe.transition, ctx.host) &&
          pipe.name.startsWith(NamePrefix) &&
          pipe.source.startsWith(SourcePrefix) &&
          pipe.target.startsWith(TargetPrefix) &&
          (DesiredState === undefined || DesiredState === pipe.desiredState) &&
          (CurrentState === undefined || CurrentState === stateIn(pipe, ctx)),
        refuse: () => validation("Invalid NextToken."),
      });
      return {
        Pipes: items.map((pipe) => ({
          ...brief(pipe, ctx),
          Source: pipe.source,
          Target: pipe.target,
          ...(pipe.enrichment !== undefined && { Enrichment: pipe.enrichment }),
        })),
        ...(nextToken && { NextToken: nextToken }),
      };
    },

    TagResource({ resourceArn, tags }, ctx) {
      const pipe = findPipe(nameOf(resourceArn), ctx);
      save({ ...pipe, tags: tagging.add(pipe.tags, tags) }, ctx);
      return {};
    },

    UntagResource({ resourceArn, tagKeys }, ctx) {
      const pipe = findPipe(nameOf(resourceArn), ctx);
      save({ ...pipe, tags: tagging.remove(pipe.tags, tagKeys) }, ctx);
      return {};
    },

    ListTagsForResource: ({ resourceArn }, ctx) => ({
      tags: { ...findPipe(nameOf(resourceArn), ctx).tags },
    }),
  };
};

/** @throws NotFoundException; ConflictException for one that is on its way out */
function changeable(name: string, ctx: Context): PipeRecord {
  const pipe = findPipe(name, ctx);
  if (stateIn(pipe, ctx) === "DELETING") throw pipeLeaves(name);
  return pipe;
}

const nameOf = (arn: string): string => arn.split("/").at(-1) ?? "";

const brief = (pipe: PipeRecord, ctx: Context) => ({
  Arn: pipe.arn,
  Name: pipe.name,
  DesiredState: pipe.desiredState,
  CurrentState: stateIn(pipe, ctx),
  CreationTime: new Date(pipe.createdAtMs),
  LastModifiedTime: new Date(pipe.modifiedAtMs),
});

function settingsOf(input: Pipes.CreatePipeRequest | Pipes.UpdatePipeRequest) {
  const { Description, Enrichment, EnrichmentParameters, LogConfiguration } = input;
  return {
    ...(Description !== undefined && { description: Description }),
    ...(Enrichment !== undefined && { enrichment: Enrichment }),
    ...(EnrichmentParameters && { enrichmentParameters: EnrichmentParameters }),
    ...(LogConfiguration && { logConfiguration: LogConfiguration }),
  };
}

/** What an update says of a source; where it begins stays as it was. */
function merged(before: Pipes.PipeSourceParameters, given: object | undefined): Pipes.PipeSourceParameters {
  const after: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(given ?? {}))
    after[name] = name === "FilterCriteria" ? value : { ...(after[name] as object), ...value };
  return after;
}
