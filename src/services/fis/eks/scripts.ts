/** What a script in a pod does, and what it takes back at its end. POSIX shell, with stress-ng, iproute2 and iptables at hand. */
interface Script {
  /** Ends it with a code before anything is done: what is there already. */
  readonly unless?: readonly string[];
  readonly begin?: readonly string[];
  /** Lasts as long as the fault. */
  readonly work: string;
  readonly undo?: readonly string[];
}

/** Where the process that is to be told to end writes its id: another one may be the first of its container's namespace. */
const PID_FILE = "/tmp/squall-fis.pid";

/** Ends the script of a container, which then takes back what it has done. */
export const END: readonly string[] = ["sh", "-c", `kill -TERM "$(cat ${PID_FILE})"`];

/** AWS's exit code where latency and packet loss meet in a pod. */
const MEETS_ANOTHER = 16;
/** A mark of packets that nobody else is likely to use. */
const MARK = "0xf15";
const CHAIN = "SQUALL-FIS";

/** The whole of it. It undoes itself at its end, at a signal and where a command of it fails. */
export function scriptOf({ unless = [], begin = [], work, undo = [] }: Script): string {
  return [
    ...unless,
    "undo() {",
    "  trap - EXIT TERM INT",
    ...undo.map((command) => `  ${command} || true`),
    "}",
    "trap 'undo; kill $work 2>/dev/null || true; exit 0' TERM INT",
    "trap undo EXIT",
    `echo $$ > ${PID_FILE}`,
    "set -e",
    ...begin,
    `${work} &`,
    "work=$!",
    'wait "$work"',
  ].join("\n");
}

type Amounts = { readonly workers: string; readonly percent: string; readonly seconds: number };

/** @param workers 0: one a processor */
export const cpuStress = ({ workers, percent, seconds }: Amounts): string =>
  scriptOf({ work: `stress-ng --cpu ${workers} --cpu-load ${percent} --timeout ${seconds}s` });

/** @param percent of the free space of the container's file system */
export const ioStress = ({ workers, percent, seconds }: Amounts): string =>
  scriptOf({
    work: `stress-ng --iomix ${workers} --iomix-bytes ${percent}% --temp-path /tmp --timeout ${seconds}s`,
  });

/** @param percent of virtual memory */
export const memoryStress = ({ workers, percent, seconds }: Amounts): string =>
  scriptOf({ work: `stress-ng --vm ${workers} --vm-bytes ${percent}% --timeout ${seconds}s` });

/** Drops what comes in for a port of the pod, or goes out to one. */
export function blackholePort(way: {
  readonly protocol: string;
  readonly port: string;
  readonly isIngress: boolean;
  readonly seconds: number;
}): string {
  const rule = `${way.isIngress ? "INPUT" : "OUTPUT"} -p ${way.protocol} --dport ${way.port} -j DROP`;
  return scriptOf({
    begin: [`iptables -w -A ${rule}`],
    work: `sleep ${way.seconds}`,
    undo: [`iptables -w -D ${rule}`],
  });
}

/** What is done to packets that go out of a pod. */
export interface OutgoingFault {
  /** netem's words: `delay 200ms 10ms`, `loss 7%`. */
  readonly netem: string;
  /** Interfaces with commas between them; ALL or DEFAULT. */
  readonly interfaces: string;
  /** Share of the connections, in percent. */
  readonly flowsPercent: number;
  /** Addresses, CIDR blocks and domain names; undefined is everybody. */
  readonly peers: readonly string[] | undefined;
  readonly seconds: number;
}

/**
 * Packets that netem bends: all of an interface's, or those to some peers, or of a share of the connections. Such are marked, and have
 * a band of their own.
 */
export function outgoing({ netem, interfaces, flowsPercent, peers, seconds }: OutgoingFault): string {
  const isEverything = peers === undefined && flowsPercent === 100;
  const each = (command: string) => `for i in $interfaces; do ${command}; done`;
  return scriptOf({
    unless: [
      `interfaces=${interfacesOf(interfaces)}`,
      each(`case "$(tc qdisc show dev "$i")" in *netem*) exit ${MEETS_ANOTHER};; esac`),
    ],
    begin: isEverything
      ? [each(`tc qdisc replace dev "$i" root netem ${netem}`)]
      : [
          ...marking(flowsPercent, peers ?? ["0.0.0.0/0"]),
          each(
            [
              'tc qdisc replace dev "$i" root handle 1: prio bands 4',
              `tc qdisc add dev "$i" parent 1:4 handle 40: netem ${netem}`,
              `tc filter add dev "$i" parent 1: protocol ip prio 1 handle ${MARK} fw flowid 1:4`,
            ].join("; "),
          ),
        ],
    work: `sleep ${seconds}`,
    undo: [
      each('tc qdisc del dev "$i" root'),
      ...(isEverything
        ? []
        : [
            ...["INPUT", "OUTPUT"].map((chain) => `iptables -w -t mangle -D ${chain} -j ${CHAIN}-${chain}`),
            ...["INPUT", "OUTPUT"].flatMap((chain) => [
              `iptables -w -t mangle -F ${CHAIN}-${chain}`,
              `iptables -w -t mangle -X ${CHAIN}-${chain}`,
            ]),
          ]),
    ],
  });
}

/** A connection is chosen when its first packet comes or goes; what goes out of it is marked from then on. */
function marking(flowsPercent: number, peers: readonly string[]): string[] {
  const chosen = `-m conntrack --ctstate NEW -m statistic --mode random --probability ${flowsPercent / 100} -j CONNMARK --set-mark ${MARK}`;
  const table = "iptables -w -t mangle";
  return [
    ...["INPUT", "OUTPUT"].map((chain) => `${table} -N ${CHAIN}-${chain}`),
    ...peers.flatMap((peer) =>
      flowsPercent === 100
        ? [`${table} -A ${CHAIN}-OUTPUT -d ${peer} -j MARK --set-mark ${MARK}`]
        : [
            `${table} -A ${CHAIN}-INPUT -s ${peer} ${chosen}`,
            `${table} -A ${CHAIN}-OUTPUT -d ${peer} ${chosen}`,
            `${table} -A ${CHAIN}-OUTPUT -d ${peer} -m connmark --mark ${MARK} -j MARK --set-mark ${MARK}`,
          ],
    ),
    ...["INPUT", "OUTPUT"].map((chain) => `${table} -A ${chain} -j ${CHAIN}-${chain}`),
  ];
}

/** In the shell's own words: an image need not have more. */
function interfacesOf(interfaces: string): string {
  if (interfaces === "DEFAULT")
    return '$(set -- $(ip route show default); while [ $# -gt 1 ] && [ "$1" != dev ]; do shift; done; echo "$2")';
  if (interfaces === "ALL") return '$(cd /sys/class/net && for i in *; do [ "$i" = lo ] || echo "$i"; done)';
  return `"${interfaces.replaceAll(",", " ")}"`;
}
