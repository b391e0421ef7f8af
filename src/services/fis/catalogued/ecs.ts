import type { ActionParameter, FisAction } from "../action.ts";
import {
  DELAY_MILLISECONDS,
  DURATION,
  ECS_PERCENT,
  ECS_WORKERS,
  FLOWS_PERCENT,
  JITTER_MILLISECONDS,
  LOSS_PERCENT,
  PERCENT,
  PORT,
  SOURCES,
  TRAFFIC_TYPE,
  WORKERS,
} from "./parameters.ts";

const INSTALL_DEPENDENCIES = {
  type: "string",
  description: "Whether missing dependencies are installed in the target (True or False; default True).",
  values: ["True", "False", "true", "false"],
} as const satisfies ActionParameter;
const USE_ECS_FAULT_INJECTION_ENDPOINTS = {
  type: "boolean",
  description:
    "Whether the fault injection endpoints of the ECS agent are used instead of SSM (default false).",
} as const satisfies ActionParameter;

/** Actions on ECS tasks and clusters that do not act here yet. */
export const ecs: readonly FisAction[] = [
  {
    id: "aws:ecs:drain-container-instances",
    description: "Drain percentage of underlying EC2 instances on an ECS cluster.",
    targets: { Clusters: "aws:ecs:cluster" },
    targetQuota: 5,
    parameters: {
      drainagePercentage: {
        type: "integer",
        description: "Share of container instances to drain.",
        required: true,
        min: 1,
        max: 100,
      },
      duration: DURATION,
    },
  },
  {
    id: "aws:ecs:stop-task",
    description: "Stop the specified ECS tasks.",
    targets: { Tasks: "aws:ecs:task" },
    targetQuota: 5,
    parameters: {},
  },
  {
    id: "aws:ecs:task-cpu-stress",
    description: "Run CPU stress on the specified ECS tasks.",
    targets: { Tasks: "aws:ecs:task" },
    targetQuota: 5,
    parameters: {
      duration: DURATION,
      percent: PERCENT,
      workers: WORKERS,
      installDependencies: INSTALL_DEPENDENCIES,
    },
  },
  {
    id: "aws:ecs:task-io-stress",
    description: "Run I/O stress on the specified ECS tasks.",
    targets: { Tasks: "aws:ecs:task" },
    targetQuota: 5,
    parameters: {
      duration: DURATION,
      percent: ECS_PERCENT,
      workers: ECS_WORKERS,
      installDependencies: INSTALL_DEPENDENCIES,
    },
  },
  {
    id: "aws:ecs:task-kill-process",
    description: "Kill a process in the specified ECS tasks.",
    targets: { Tasks: "aws:ecs:task" },
    targetQuota: 5,
    parameters: {
      processName: { type: "string", description: "Name of the process.", required: true },
      signal: {
        type: "string",
        description: "Signal to send (default SIGTERM).",
        values: ["SIGTERM", "SIGKILL"],
      },
      installDependencies: INSTALL_DEPENDENCIES,
    },
  },
  {
    id: "aws:ecs:task-network-blackhole-port",
    description: "Drop traffic of a port in the specified ECS tasks.",
    targets: { Tasks: "aws:ecs:task" },
    targetQuota: 5,
    parameters: {
      duration: DURATION,
      port: PORT,
      trafficType: TRAFFIC_TYPE,
      protocol: { type: "string", description: "Protocol of the traffic.", values: ["tcp", "udp"] },
      installDependencies: INSTALL_DEPENDENCIES,
      useEcsFaultInjectionEndpoints: USE_ECS_FAULT_INJECTION_ENDPOINTS,
    },
  },
  {
    id: "aws:ecs:task-network-latency",
    description: "Add latency to the network of the specified ECS tasks.",
    targets: { Tasks: "aws:ecs:task" },
    targetQuota: 5,
    parameters: {
      duration: DURATION,
      delayMilliseconds: DELAY_MILLISECONDS,
      jitterMilliseconds: JITTER_MILLISECONDS,
      flowsPercent: FLOWS_PERCENT,
      sources: SOURCES,
      installDependencies: INSTALL_DEPENDENCIES,
      useEcsFaultInjectionEndpoints: USE_ECS_FAULT_INJECTION_ENDPOINTS,
    },
  },
  {
    id: "aws:ecs:task-network-packet-loss",
    description: "Lose packets in the network of the specified ECS tasks.",
    targets: { Tasks: "aws:ecs:task" },
    targetQuota: 5,
    parameters: {
      duration: DURATION,
      lossPercent: LOSS_PERCENT,
      flowsPercent: FLOWS_PERCENT,
      sources: SOURCES,
      installDependencies: INSTALL_DEPENDENCIES,
      useEcsFaultInjectionEndpoints: USE_ECS_FAULT_INJECTION_ENDPOINTS,
    },
  },
];
