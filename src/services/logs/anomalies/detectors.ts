import { begin, stateOf } from "../../../aws/lifecycle.ts";
import { makeArn, parseArn } from "../../../core/arn.ts";
import type { Context, Handlers, ServiceHost } from "../../../core/service.ts";
import type * as Logs from "../../../models/generated/logs.ts";
import { invalidParameter, limitExceeded } from "../errors.ts";
import type { EventLog } from "../event-log.ts";
import { compile } from "../filter.ts";
import { groupName, requireGroup } from "../group.ts";
import { detectorLifecycle } from "../lifecycles.ts";
import { pageOf } from "../page.ts";
import { taggingOf } from "../tags.ts";
import {
  type Detector,
  detectorCollection,
  isPaused,
  requireDetector,
  type Verdict,
  verdictCollection,
} from "./detector.ts";
import { type Frequency, foundBy } from "./found.ts";

const PAGE_SIZE = 50;
const VISIBLE_DAYS = 21;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST_DETECTORS = 500;

const UNIT_MS = {
  SECONDS: 1000,
  MINUTES: 60_000,
  HOURS: 3_600_000,
} satisfies Readonly<Record<string, number>>;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/LogsAnomalyDetection.html */
export const anomalyDetectors = (events: EventLog): Handlers<Logs.Operations> => ({
  CreateLogAnomalyDetector(input, ctx) {
    const [logGroupArn, ...others] = input.logGroupArnList;
    if (logGroupArn === undefined || others.length > 0)
      throw invalidParameter("Only one log group ARN can be specified in logGroupArnList.");
    if (parseArn(logGroupArn)?.service !== "logs") throw invalidParameter("Invalid log group ARN.");
    const group = requireGroup(ctx.store, logGroupArn);
    checkFilter(input.filterPattern);
    const detectors = ctx.store.collection(detectorCollection);
    if (detectors.count() >= MOST_DETECTORS) throw limitExceeded();
    const nowMs = ctx.clock.now();
    const id = ctx.random.uuid();
    const arn = makeArn("logs", ctx.region, ctx.account, `anomaly-detector:${id}`);
    const transition = begin(detectorLifecycle, "TRAINING", arn, ctx, ctx);
    detectors.put([id], {
      id,
      arn,
      ...(input.detectorName !== undefined && { name: input.detectorName }),
      logGroupArn: group.arn,
      // Checked by the model.
      frequency: (input.evaluationFrequency ?? "FIFTEEN_MIN") as Frequency,
      ...(input.filterPattern !== undefined && { filterPattern: input.filterPattern }),
      ...(input.kmsKeyId !== undefined && { kmsKeyId: input.kmsKeyId }),
      visibleDays: input.anomalyVisibilityTime ?? VISIBLE_DAYS,
      createdAtMs: nowMs,
      changedAtMs: nowMs,
      spans: [{ fromMs: nowMs }],
      ...(transition && { transition }),
      tags: taggingOf(id).add({}, input.tags ?? {}),
    });
    return { anomalyDetectorArn: arn };
  },

  GetLogAnomalyDetector(input, ctx) {
    const { anomalyDetectorArn: _, ...described } = describe(
      requireDetector(ctx.store, input.anomalyDetectorArn),
      ctx.host,
    );
    return described;
  },

  UpdateLogAnomalyDetector(input, ctx) {
    const before = requireDetector(ctx.store, input.anomalyDetectorArn);
    checkFilter(input.filterPattern);
    const nowMs = ctx.clock.now();
    ctx.store.collection(detectorCollection).put([before.id], {
      ...before,
      ...(input.evaluationFrequency && { frequency: input.evaluationFrequency as Frequency }),
      ...(input.filterPattern !== undefined && { filterPattern: input.filterPattern }),
      ...(input.anomalyVisibilityTime !== undefined && { visibleDays: input.anomalyVisibilityTime }),
      changedAtMs: nowMs,
      spans: switched(before, input.enabled, nowMs),
    });
  },

  DeleteLogAnomalyDetector(input, ctx) {
    const { id } = requireDetector(ctx.store, input.anomalyDetectorArn);
    ctx.store.collection(detectorCollection).delete([id]);
    ctx.store.collection(verdictCollection).clear({ prefix: [id] });
  },

  ListLogAnomalyDetectors(input, ctx) {
    const wanted = input.filterLogGroupArn === undefined ? undefined : groupName(input.filterLogGroupArn);
    const all = [...ctx.store.collection(detectorCollection).values()].filter(
      ({ logGroupArn }) => wanted === undefined || groupName(logGroupArn) === wanted,
    );
    const { items, nextToken } = pageOf(all, input, PAGE_SIZE, ({ id }) => [id]);
    return {
      anomalyDetectors: items.map((detector) => describe(detector, ctx.host)),
      ...(nextToken && { nextToken }),
    };
  },

  async ListAnomalies(input, ctx) {
    const { anomalyDetectorArn, suppressionState } = input;
    const detectors =
      anomalyDetectorArn === undefined
        ? [...ctx.store.collection(detectorCollection).values()]
        : [requireDetector(ctx.store, anomalyDetectorArn)];
    const anomalies: Logs.Anomaly[] = [];
    for (const detector of detectors)
      anomalies.push(...(await foundBy(detector, ctx.store, events, ctx.clock.now())));
    const wanted = anomalies.filter(
      ({ suppressed = false }) =>
        suppressionState === undefined || suppressed === (suppressionState === "SUPPRESSED"),
    );
    const { items, nextToken } = pageOf(wanted, input, PAGE_SIZE, ({ firstSeen, anomalyId }) => [
      -firstSeen,
      anomalyId,
    ]);
    return { anomalies: items, ...(nextToken && { nextToken }) };
  },

  /** Suppresses an anomaly or a pattern, or says that it is normal; without either it is looked at again. */
  UpdateAnomaly(input, ctx) {
    const detector = requireDetector(ctx.store, input.anomalyDetectorArn);
    const { anomalyId, patternId } = input;
    if ((anomalyId === undefined) === (patternId === undefined))
      throw invalidParameter("Exactly one of anomalyId and patternId must be specified.");
    const verdicts = ctx.store.collection(verdictCollection);
    const key =
      patternId === undefined
        ? [detector.id, "anomaly", anomalyId ?? ""]
        : [detector.id, "pattern", patternId];
    const verdict = verdictOf(input, ctx);
    if (verdict) verdicts.put(key, verdict);
    else verdicts.delete(key);
  },
});

/** @throws AwsError for a suppression that ends and does not say when */
function verdictOf(input: Logs.UpdateAnomalyRequest, { clock }: Context): Verdict | undefined {
  const { suppressionType, suppressionPeriod, baseline } = input;
  if (baseline) return { isBaseline: true };
  if (suppressionType === undefined) return undefined;
  const suppressedAtMs = clock.now();
  if (suppressionType === "INFINITE") return { suppressedAtMs };
  const { value, suppressionUnit } = suppressionPeriod ?? {};
  if (value === undefined || value <= 0 || suppressionUnit === undefined)
    throw invalidParameter("suppressionPeriod must be specified when suppressionType is LIMITED.");
  return {
    suppressedAtMs,
    suppressedUntilMs: suppressedAtMs + value * UNIT_MS[suppressionUnit as keyof typeof UNIT_MS],
  };
}

function checkFilter(pattern: string | undefined): void {
  if (pattern !== undefined) compile(pattern);
}

/** The times of analysis, with one that begins or ends now. */
function switched(detector: Detector, isOn: boolean, nowMs: number): Detector["spans"] {
  if (isOn === !isPaused(detector)) return detector.spans;
  if (isOn) return [...detector.spans, { fromMs: nowMs }];
  return detector.spans.map((span) => ({ ...span, toMs: span.toMs ?? nowMs }));
}

function describe(detector: Detector, host: ServiceHost): Logs.AnomalyDetector {
  const { name, filterPattern, kmsKeyId } = detector;
  return {
    anomalyDetectorArn: detector.arn,
    ...(name !== undefined && { detectorName: name }),
    logGroupArnList: [detector.logGroupArn],
    evaluationFrequency: detector.frequency,
    ...(filterPattern !== undefined && { filterPattern }),
    anomalyDetectorStatus: statusOf(detector, host),
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    creationTimeStamp: detector.createdAtMs,
    lastModifiedTimeStamp: detector.changedAtMs,
    anomalyVisibilityTime: detector.visibleDays,
  };
}

function statusOf(detector: Detector, host: ServiceHost): Logs.AnomalyDetectorStatus {
  if (isPaused(detector)) return "PAUSED";
  return stateOf(detectorLifecycle, detector.transition, "ANALYZING", host) as Logs.AnomalyDetectorStatus;
}
