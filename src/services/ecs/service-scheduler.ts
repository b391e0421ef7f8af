import { announce, type ServiceEvent } from "../../aws/announce.ts";
import type { Place } from "../../aws/arn-template.ts";
import { untilKept } from "../../aws/due.ts";
import { partsOf } from "../../core/arn.ts";
import type { Timer } from "../../core/clock.ts";
import type { ServiceHost } from "../../core/service.ts";
import type { Store } from "../../core/storage.ts";
import { GracePeriods } from "../../processes/grace-periods.ts";
import { type KnownTarget, targetStates } from "../../processes/target-states.ts";
import { clusterArn } from "./cluster.ts";
import { instancesOf } from "./container-instance.ts";
import { newTask } from "./new-task.ts";
import type { RunningTasks } from "./running/running-tasks.ts";
import {
  type DeploymentRecord,
  MOST_EVENTS,
  type ServiceRecord,
  saveService,
  serviceArn,
  serviceRecords,
} from "./service-record.ts";
import { drainingMs, failedGroup, isInService, targetsOfTask, tellLoadBalancers } from "./targets.ts";
import { isStopped, isWanted, type TaskRecord, taskRecords, tasksOfService } from "./task.ts";
import { findTaskDefinition, knownTaskDefinition } from "./task-definition.ts";

/** A task that ends this soon after its start has failed to start. Inferred: AWS says "repeatedly fail to enter a RUNNING state". */
const SOON_MS = 30_000;
/**
 * So long a task has to have been RUNNING for its service to be steady: one that dies at once is RUNNING, too, for a moment. Inferred:
 * AWS says nothing of it, and takes minutes. Where a circuit breaker is to notice, Squall looks longer.
 */
const STEADY_MS = 1_000;
const STEADY_FOR_BREAKER_MS = 10_000;
const HEALTH_CHECKS = "Task failed container health checks";
/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html */
const LONGEST_WAIT_MS = 27 * 60_000;
const FIRST_WAIT_MS = 10_000;
const FREE_FAILURES = 2;

/** So many tasks are begun in one turn: each is a process, and everybody else is answered meanwhile. */
const MOST_AT_ONCE = 10;

/** What a service is to be and what there is of it. */
interface Look {
  readonly place: Place;
  readonly store: Store;
  readonly service: ServiceRecord;
  readonly primary: DeploymentRecord;
  /** Of the primary deployment, where they may stay. */
  readonly current: readonly TaskRecord[];
  /** Of former deployments, or on instances that are drained. */
  readonly outdated: readonly TaskRecord[];
  /** By task: why it is not well, as a reason to end it. */
  readonly failures: ReadonlyMap<string, string | undefined>;
}

/**
 * Keeps each service at the count and the task definition that it is to have.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html
 */
export class ServiceScheduler {
  readonly #host: ServiceHost;
  readonly #running: RunningTasks;
  /** Services that are to be looked at, and those that wait. */
  readonly #due = new Map<string, NodeJS.Immediate | Timer>();
  readonly #graces: GracePeriods;
  readonly #unsubscribe: () => void;
  #isStopped = false;

  constructor(host: ServiceHost, running: RunningTasks) {
    this.#host = host;
    this.#running = running;
    this.#graces = new GracePeriods(host.clock);
    running.changed = (place, task) => this.#hasChanged(place, task);
    running.leaving = (place, task) => this.#leaves(place, task);
    this.#unsubscribe = targetStates(host).subscribe((target) => this.#lookForTarget(target));
  }

  /** What is kept goes on. */
  resume(): void {
    for (const place of this.#host.scopes())
      for (const { cluster, name } of this.#store(place).collection(serviceRecords).values())
        this.look(place, cluster, name);
  }

  /** A service is not as it should be, perhaps. Before whoever asked has their answer, nothing happens. */
  look({ account, region }: Place, cluster: string, name: string): void {
    const place = { account, region };
    const key = JSON.stringify([account, region, cluster, name]);
    const due = this.#due.get(key);
    if (due) {
      if (!("cancel" in due)) return;
      due.cancel();
    }
    const work = this.#host.atWork();
    this.#due.set(
      key,
      setImmediate(() => {
        this.#due.delete(key);
        try {
          untilKept(this.#host, () => {
            if (!this.#isStopped) this.#lookAt(place, cluster, name, key);
          });
        } catch (error) {
          this.#host.log.error(`ecs: the service ${name} cannot be kept up`, error);
        } finally {
          work[Symbol.dispose]();
        }
      }),
    );
  }

  lookAtAll({ account, region }: Place, cluster: string): void {
    const place = { account, region };
    for (const { name } of this.#store(place)
      .collection(serviceRecords)
      .values({ prefix: [cluster] }))
      this.look(place, cluster, name);
  }

  stop(): void {
    this.#isStopped = true;
    this.#unsubscribe();
    this.#graces.stop();
    for (const due of this.#due.values()) if ("cancel" in due) due.cancel();
  }

  #store({ account, region }: Place): Store {
    return this.#host.store(account, region);
  }

  #hasChanged(place: Place, task: TaskRecord): void {
    if (task.service === undefined || this.#isStopped) return;
    const isAskedFor = task.stopCode === "ServiceSchedulerInitiated" && !hasFailedChecks(task);
    if (task.status === "RUNNING") this.#join(place, task);
    if (task.status === "STOPPED" && !isAskedFor) untilKept(this.#host, () => this.#count(place, task));
    if (task.status === "RUNNING" || task.status === "STOPPED" || task.status === "DEACTIVATING")
      this.look({ account: place.account, region: place.region }, task.cluster, task.service);
  }

  /** A task that runs is a target of its service's load balancers. */
  #join({ account, region }: Place, task: TaskRecord): void {
    const place = { account, region };
    const service = this.#serviceOf(place, task);
    const targets = service ? targetsOfTask(service, task, this.#host, place) : [];
    if (service && targets.length > 0) void this.#tellOf("registered", service, targets, place);
  }

  /** One that is to end is no target any more, and what is under way with it has come to its end. */
  #leaves({ account, region }: Place, task: TaskRecord): Promise<void> | undefined {
    const place = { account, region };
    const service = this.#serviceOf(place, task);
    const targets = service ? targetsOfTask(service, task, this.#host, place) : [];
    if (!service || targets.length === 0) return undefined;
    return this.#tellOf("deregistered", service, targets, place);
  }

  async #tellOf(
    what: "registered" | "deregistered",
    service: ServiceRecord,
    targets: ReturnType<typeof targetsOfTask>,
    place: Place,
  ): Promise<void> {
    using _ = this.#host.atWork();
    const operation = what === "registered" ? "RegisterTargets" : "DeregisterTargets";
    const groups = targets.map(({ group }) => `(target-group ${group})`).join(" ");
    try {
      await tellLoadBalancers(operation, service, targets, this.#host, place);
      this.#sayOf(place, service, `(service ${service.name}) ${what} ${targets.length} targets in ${groups}`);
      if (what === "registered" || this.#host.timings === "instant") return;
      this.#sayOf(
        place,
        service,
        `(service ${service.name}) has begun draining connections on ${targets.length} tasks.`,
      );
      await this.#host.clock.sleep(await drainingMs(targets, this.#host, place));
    } catch (error) {
      this.#sayOf(
        place,
        service,
        `(service ${service.name}) failed to ${what === "registered" ? "register" : "deregister"} targets in ${groups} with (error ${(error as Error).message})`,
      );
    }
  }

  #sayOf(place: Place, service: ServiceRecord, message: string): void {
    if (this.#isStopped) return;
    untilKept(this.#host, () => {
      const store = this.#store(place);
      const now = store.collection(serviceRecords).get([service.cluster, service.name]);
      if (now) this.#say(now, store, message);
    });
  }

  #serviceOf(place: Place, { cluster, service = "" }: TaskRecord): ServiceRecord | undefined {
    return this.#store(place).collection(serviceRecords).get([cluster, service]);
  }

  /** A load balancer has found out something about a target: its service's, if it is one's. */
  #lookForTarget(target: KnownTarget): void {
    const { group } = target;
    const { account, region } = partsOf(group);
    const state = targetStates(this.#host).of(target);
    for (const { cluster, name, as } of this.#host
      .store(account, region)
      .collection(serviceRecords)
      .values()) {
      if (!as.loadBalancers?.some(({ targetGroupArn }) => targetGroupArn === group)) continue;
      const look = () => this.look({ account, region }, cluster, name);
      look();
      // What was found out in the grace period counts when that is over.
      const graceMs = (as.healthCheckGracePeriodSeconds ?? 0) * 1000;
      this.#graces.note(JSON.stringify([cluster, name]), target, state, graceMs, look);
    }
  }

  /** Why a task is not well. */
  #failureOf(task: TaskRecord, service: ServiceRecord, place: Place): string | undefined {
    if (isUnhealthy(task)) return HEALTH_CHECKS;
    const group = failedGroup(service, task, this.#host, place);
    return group === undefined ? undefined : `Task failed ELB health checks in (target-group ${group})`;
  }

  /** A task has ended that was not asked to: has it failed? */
  #count(place: Place, task: TaskRecord): void {
    const store = this.#store(place);
    const service = store.collection(serviceRecords).get([task.cluster, task.service ?? ""]);
    if (!service || task.stopCode === "UserInitiated" || task.stopCode === "TerminationNotice") return;
    const isSoon = (task.stoppingMs ?? 0) - (task.startedMs ?? 0) < SOON_MS;
    const hasFailed = task.containers.some(({ exitCode = 0 }) => exitCode !== 0);
    const nowMs = this.#host.clock.now();
    const deployments = service.deployments.map((deployment): DeploymentRecord => {
      if (deployment.id !== task.startedBy) return deployment;
      const { notBeforeMs: _, ...rest } = deployment;
      // While it is rolled out, what ends is not what it is to be, whatever it says.
      const isRollout = deployment.rollout === "IN_PROGRESS";
      const isFailed =
        task.startedMs === undefined ||
        (isRollout && hasFailedChecks(task)) ||
        (isSoon && (isRollout || hasFailed));
      if (!isFailed) return { ...rest, failedTasks: 0 };
      const failedTasks = deployment.failedTasks + 1;
      const waitMs =
        failedTasks <= FREE_FAILURES
          ? 0
          : Math.min(FIRST_WAIT_MS * 2 ** (failedTasks - FREE_FAILURES - 1), LONGEST_WAIT_MS);
      return { ...rest, failedTasks, updatedMs: nowMs, notBeforeMs: nowMs + waitMs };
    });
    const counted = { ...service, deployments };
    const isImpaired = deployments.some(
      ({ id, failedTasks }) => id === task.startedBy && failedTasks === FREE_FAILURES + 1,
    );
    if (!isImpaired) {
      saveService(counted, store);
      return;
    }
    this.#say(
      counted,
      store,
      `(service ${service.name}) is unable to consistently start tasks successfully. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
    );
    this.#tell(place, counted, "WARN", "SERVICE_TASK_START_IMPAIRED", {});
  }

  #lookAt(place: Place, cluster: string, name: string, key: string): void {
    const store = this.#store(place);
    const service = store.collection(serviceRecords).get([cluster, name]);
    const primary = service?.deployments[0];
    if (!service || !primary || service.status === "INACTIVE") return;
    const all = tasksOfService(cluster, name, store);
    const tasks = all.filter(isWanted);
    if (service.status === "DRAINING") {
      for (const task of tasks) this.#end(place, task, "Task stopped by (deleted service)");
      // The last of them to stop has it looked at again.
      if (all.every(isStopped)) saveService({ ...service, status: "INACTIVE", deployments: [] }, store);
      return;
    }
    const draining = new Set(
      instancesOf(cluster, store)
        .filter(({ status }) => status === "DRAINING")
        .map(({ id }) => id),
    );
    const failures = new Map(tasks.map((task) => [task.id, this.#failureOf(task, service, place)]));
    const mayStay = (task: TaskRecord) =>
      task.startedBy === primary.id &&
      !draining.has(task.containerInstance ?? "") &&
      failures.get(task.id) === undefined;
    const look: Look = {
      place,
      store,
      service,
      primary,
      current: tasks.filter(mayStay),
      outdated: tasks.filter((task) => !mayStay(task)),
      failures,
    };
    if (this.#breaks(look)) return;
    this.#level(look, key);
  }

  /** Starts what is missing and ends what is too much, within what the deployment configuration allows. */
  #level({ place, store, service, primary, current, outdated, failures }: Look, key: string): void {
    const { desiredCount, configuration } = service;
    const { maximumPercent = 200, minimumHealthyPercent = 100 } = configuration;
    const most = Math.max(desiredCount, Math.floor((desiredCount * maximumPercent) / 100));
    const least = Math.ceil((desiredCount * minimumHealthyPercent) / 100);
    const isReady = ({ status }: TaskRecord) => status === "RUNNING";
    const nowMs = this.#host.clock.now();
    const steadyAtMs = current.map((task) => this.#steadyAtMs(task, service, primary, place));
    const steady = steadyAtMs.filter((ms) => ms <= nowMs).length;
    let running = steady + outdated.filter(isReady).length;

    const surplus = [...current]
      .filter(({ protectedUntilMs = 0 }) => protectedUntilMs <= nowMs)
      .sort((a, b) => Number(isReady(a)) - Number(isReady(b)) || b.createdMs - a.createdMs)
      .slice(0, Math.max(0, current.length - desiredCount));
    for (const task of surplus) this.#end(place, task, scaledDown(primary));

    const ended: TaskRecord[] = [];
    for (const task of outdated) {
      const failure = failures.get(task.id);
      const isNeeded = isReady(task) && failure === undefined && running - 1 < least;
      if (isNeeded || (task.protectedUntilMs ?? 0) > nowMs) continue;
      if (isReady(task)) running--;
      ended.push(task);
      this.#end(place, task, failure ?? scaledDown(primary));
    }
    for (const { id } of ended) {
      const failure = failures.get(id);
      if (failure !== undefined)
        this.#say(service, store, `(service ${service.name}) (task ${id}) ${failure.replace("Task ", "")}.`);
    }
    if (surplus.length + ended.length > 0)
      this.#say(
        service,
        store,
        `(service ${service.name}) has stopped ${surplus.length + ended.length} running tasks: ${[...surplus, ...ended].map(({ id }) => `(task ${id})`).join(" ")}.`,
      );

    // A deployment that has failed starts no more tasks.
    if (primary.rollout === "FAILED") return;
    const missing = desiredCount - current.length;
    const room = most - current.length - (outdated.length - ended.length);
    const waitMs = (primary.notBeforeMs ?? 0) - nowMs;
    const started = waitMs > 0 ? 0 : Math.min(missing, room, MOST_AT_ONCE);
    if (missing > 0 && waitMs > 0) this.#wait(key, waitMs, place, service);
    if (
      started > 0 &&
      this.#begin(place, store, service, primary, started) &&
      started < Math.min(missing, room)
    )
      this.look(place, service.cluster, service.name);
    const nextMs = Math.min(...steadyAtMs.filter((ms) => ms > nowMs));
    if (missing <= 0 && nextMs < Infinity) this.#wait(key, nextMs - nowMs, place, service);
    if (missing <= 0 && outdated.length === 0 && steady >= desiredCount)
      this.#settle(place, store, service.cluster, service.name);
  }

  /** From when on a task counts as one that stays, epoch milliseconds. */
  #steadyAtMs(task: TaskRecord, service: ServiceRecord, primary: DeploymentRecord, place: Place): number {
    if (task.status !== "RUNNING" || task.startedMs === undefined) return Infinity;
    if (!isInService(service, task, this.#host, place)) return Infinity;
    const definition = knownTaskDefinition(primary.definitionArn, this.#store(place));
    const isHealthy = definition?.containers.every(
      ({ name, healthCheck }) =>
        !healthCheck || task.containers.some((one) => one.name === name && one.health === "HEALTHY"),
    );
    if (isHealthy === false) return Infinity;
    if (primary.failedTasks > 0) return task.startedMs + SOON_MS;
    const hasBreaker =
      service.configuration.deploymentCircuitBreaker?.enable && primary.rollout === "IN_PROGRESS";
    return task.startedMs + (hasBreaker ? STEADY_FOR_BREAKER_MS : STEADY_MS);
  }

  /** @returns whether any was placed */
  #begin(
    place: Place,
    store: Store,
    service: ServiceRecord,
    primary: DeploymentRecord,
    count: number,
  ): boolean {
    const { cluster, name, launchType, network } = service;
    const definition = findTaskDefinition(primary.definitionArn, { store });
    const started: TaskRecord[] = [];
    for (let n = 0; n < count; n++) {
      const task = newTask(
        definition,
        {
          cluster,
          launchType,
          group: `service:${name}`,
          service: name,
          startedBy: primary.id,
          ...(network && { network }),
          ...(service.places && { places: service.places }),
          enableExecuteCommand: service.as.enableExecuteCommand ?? false,
          tags: {
            ...(service.as.propagateTags === "TASK_DEFINITION" && definition.tags),
            ...(service.as.propagateTags === "SERVICE" && service.tags),
            ...(service.as.enableECSManagedTags && {
              "aws:ecs:clusterName": cluster,
              "aws:ecs:serviceName": name,
            }),
          },
        },
        { place, store, host: this.#host },
      );
      if (task) started.push(task);
    }
    if (started.length === 0) {
      this.#say(
        service,
        store,
        `(service ${name}) was unable to place a task because no container instance met all of its requirements. For more information, see the Troubleshooting section of the Amazon ECS Developer Guide.`,
      );
      this.#tell(place, service, "WARN", "SERVICE_TASK_PLACEMENT_FAILURE", {
        reason: "NO_INSTANCES",
      });
      return false;
    }
    this.#say(
      service,
      store,
      `(service ${name}) has started ${started.length} tasks: ${started.map(({ id }) => `(task ${id})`).join(" ")}.`,
      { isSteady: false },
    );
    for (const task of started) this.#running.start(place, task);
    return true;
  }

  #end(place: Place, task: TaskRecord, reason: string): void {
    this.#running.stop(place, task, { code: "ServiceSchedulerInitiated", reason });
    const tasks = this.#store(place).collection(taskRecords);
    const now = tasks.get([task.cluster, task.id]);
    if (now && isWanted(now))
      tasks.put([task.cluster, task.id], { ...now, desiredStatus: "STOPPED", version: now.version + 1 });
  }

  /** All is as it should be. */
  #settle(place: Place, store: Store, cluster: string, name: string): void {
    const service = store.collection(serviceRecords).get([cluster, name]);
    const [primary] = service?.deployments ?? [];
    if (!service || !primary || (service.isSteady && primary.rollout === "COMPLETED")) return;
    const isNew = primary.rollout !== "COMPLETED";
    const completed: DeploymentRecord = {
      ...primary,
      rollout: "COMPLETED",
      reason: `ECS deployment ${primary.id} completed.`,
      failedTasks: 0,
      updatedMs: this.#host.clock.now(),
    };
    const settled: ServiceRecord = { ...service, isSteady: true, deployments: [completed] };
    const said = isNew
      ? this.#say(settled, store, `(service ${name}) (deployment ${primary.id}) deployment completed.`)
      : settled;
    this.#say(said, store, `(service ${name}) has reached a steady state.`);
    this.#tell(place, settled, "INFO", "SERVICE_STEADY_STATE", {});
    if (isNew) this.#tellDeployment(place, settled, "SERVICE_DEPLOYMENT_COMPLETED", completed);
  }

  /**
   * A deployment whose tasks fail again and again ends.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
   */
  #breaks({ place, store, service, primary }: Look): boolean {
    const { deploymentCircuitBreaker: breaker } = service.configuration;
    if (!breaker?.enable || primary.rollout !== "IN_PROGRESS") return false;
    const threshold = Math.min(200, Math.max(3, Math.ceil(service.desiredCount / 2)));
    if (primary.failedTasks < threshold) return false;
    const failed: DeploymentRecord = {
      ...primary,
      rollout: "FAILED",
      reason: "ECS deployment circuit breaker: tasks failed to start.",
      updatedMs: this.#host.clock.now(),
    };
    const former = service.deployments.slice(1).find(({ rollout }) => rollout === "COMPLETED");
    const back = breaker.rollback ? former : undefined;
    const deployments = back
      ? [
          {
            ...back,
            rollout: "IN_PROGRESS" as const,
            reason: `ECS deployment circuit breaker: rolling back to deploymentId ${back.id}.`,
            failedTasks: 0,
          },
          failed,
        ]
      : [failed, ...service.deployments.slice(1)];
    const said = this.#say(
      { ...service, deployments },
      store,
      `(service ${service.name}) (deployment ${primary.id}) deployment failed: tasks failed to start.`,
    );
    this.#tellDeployment(place, said, "SERVICE_DEPLOYMENT_FAILED", failed);
    if (back) {
      this.#say(said, store, `(service ${service.name}) rolling back to deployment ${back.id}.`);
      this.look(place, service.cluster, service.name);
    }
    return true;
  }

  #wait(key: string, ms: number, place: Place, { cluster, name }: ServiceRecord): void {
    if (this.#due.has(key)) return;
    this.#due.set(
      key,
      this.#host.clock.setTimer(ms, () => {
        this.#due.delete(key);
        this.look(place, cluster, name);
      }),
    );
  }

  /** Keeps a service with one more event, newest first. */
  #say(
    service: ServiceRecord,
    store: Store,
    message: string,
    change: Partial<ServiceRecord> = {},
  ): ServiceRecord {
    const event = { id: this.#host.random.uuid(), atMs: this.#host.clock.now(), message };
    const now = store.collection(serviceRecords).get([service.cluster, service.name]) ?? service;
    const said: ServiceRecord = {
      ...service,
      ...change,
      events: [event, ...now.events].slice(0, MOST_EVENTS),
    };
    saveService(said, store);
    return said;
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_events.html */
  #tell(place: Place, service: ServiceRecord, eventType: string, eventName: string, more: object): void {
    this.#announce(place, service, () => ({
      detailType: "ECS Service Action",
      resources: [serviceArn(place, service)],
      detail: {
        eventType,
        eventName,
        clusterArn: clusterArn(place, service.cluster),
        createdAt: new Date(this.#host.clock.now()).toISOString(),
        ...more,
      },
    }));
  }

  /** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
  #tellDeployment(
    place: Place,
    service: ServiceRecord,
    eventName: string,
    deployment: DeploymentRecord,
  ): void {
    this.#announce(place, service, () => ({
      detailType: "ECS Deployment State Change",
      resources: [serviceArn(place, service)],
      detail: {
        eventType: eventName.endsWith("FAILED") ? "ERROR" : "INFO",
        eventName,
        deploymentId: deployment.id,
        updatedAt: new Date(deployment.updatedMs).toISOString(),
        reason: deployment.reason,
      },
    }));
  }

  #announce(place: Place, { name }: ServiceRecord, make: () => ServiceEvent): void {
    void announce(this.#host, "aws.ecs", { ...place, origin: `ecs(service:${name})` }, make);
  }
}

/** Has it been ended because it was not well? */
const hasFailedChecks = ({ stoppedReason = "" }: TaskRecord): boolean =>
  stoppedReason === HEALTH_CHECKS || stoppedReason.startsWith("Task failed ELB health checks");

const isUnhealthy = ({ containers }: TaskRecord): boolean =>
  containers.some(({ health }) => health === "UNHEALTHY");

const scaledDown = ({ id }: DeploymentRecord): string => `Scaling activity initiated by (deployment ${id})`;
