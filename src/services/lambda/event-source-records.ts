import type { StreamSettings } from "../../aws/event-source/stream.ts";
import { isOver, type Transition } from "../../aws/lifecycle.ts";
import { makeArn } from "../../core/arn.ts";
import type { ServiceHost } from "../../core/service.ts";
import { defineCollection } from "../../core/storage.ts";
import type * as Api from "../../models/generated/lambda.ts";
import type { Scope } from "./function-name.ts";
import type { eventSourceLifecycle } from "./lifecycles.ts";

/** An event source mapping as it is kept. */
export interface EventSourceMappingRecord {
  readonly uuid: string;
  readonly eventSourceArn: string;
  /** As in FunctionArn: with the qualifier that was given. */
  readonly functionName: string;
  readonly qualifier?: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly maximumBatchingWindowInSeconds: number;
  readonly filterCriteria?: Api.FilterCriteria;
  readonly functionResponseTypes?: readonly Api.FunctionResponseType[];
  readonly scalingConfig?: Api.ScalingConfig;
  readonly destinationConfig?: Api.DestinationConfig;
  readonly kmsKeyArn?: string;
  readonly metricsConfig?: Api.EventSourceMappingMetricsConfig;
  readonly provisionedPollerConfig?: Api.ProvisionedPollerConfig;
  readonly stream?: StreamSettings;
  /** Epoch milliseconds. */
  readonly lastModifiedMs: number;
  readonly stateTransitionReason: string;
  readonly lastProcessingResult?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly transition?: Transition<keyof (typeof eventSourceLifecycle)["stages"]> | undefined;
}

/** By [uuid]. */
export const eventSourceMappings = defineCollection<EventSourceMappingRecord>({
  name: "event-source-mappings",
});

/** Its deletion is over. */
export const isGone = ({ transition }: EventSourceMappingRecord, host: ServiceHost): boolean =>
  transition?.status === "Deleting" && isOver(transition, host);

export const eventSourceMappingArn = (scope: Scope, uuid: string): string =>
  makeArn("lambda", scope.region, scope.account, `event-source-mapping:${uuid}`);
