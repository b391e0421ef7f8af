import {
  blackholePort,
  killProcess,
  loseNetwork,
  refused,
  slowNetwork,
  stressCpu,
  stressIo,
  stressMemory,
} from "./faults-of-instances.ts";
import { type Plugin, runShellScript } from "./plugin.ts";

/** The steps of Command documents that run, by their actions; those of AWS FIS's own documents by the documents. */
export const PLUGINS: Readonly<Record<string, Plugin>> = {
  "aws:runShellScript": runShellScript,
  "AWSFIS-Run-Kill-Process": killProcess,
  "AWSFIS-Run-CPU-Stress": stressCpu,
  "AWSFIS-Run-Memory-Stress": stressMemory,
  "AWSFIS-Run-IO-Stress": stressIo,
  "AWSFIS-Run-Network-Latency": slowNetwork,
  "AWSFIS-Run-Network-Latency-Sources": slowNetwork,
  "AWSFIS-Run-Network-Packet-Loss": loseNetwork,
  "AWSFIS-Run-Network-Packet-Loss-Sources": loseNetwork,
  "AWSFIS-Run-Network-Blackhole-Port": blackholePort,
  "AWSFIS-Run-Disk-Fill": refused,
};
