import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { until } from "../../../../test/until.ts";
import { blackholePort, cpuStress, ioStress, memoryStress, outgoing } from "./scripts.ts";

/*
 * The scripts run here in a shell whose tools are stand-ins that write down what they are asked, and leave out what a shell makes of its
 * own process: whom to tell stands in a file below /tmp, which another test's is, too.
 */

const TOOLS: Readonly<Record<string, string>> = {
  tc: 'case "$*" in "qdisc show"*) cat "$HELD/qdisc" 2>/dev/null; exit 0;; esac',
  iptables: "",
  ip: 'echo "default via 10.0.0.1 dev eth7 proto dhcp"; exit 0',
  "stress-ng": "exec sleep 30",
};

/** A shell with the stand-ins, and what they were asked. */
function shell() {
  const folder = mkdtempSync(join(tmpdir(), "squall-scripts-"));
  const said = join(folder, "said");
  writeFileSync(said, "");
  for (const [name, then] of Object.entries(TOOLS)) {
    const path = join(folder, name);
    writeFileSync(
      path,
      `#!/bin/sh\n[ "${name} $1 $2" = "tc qdisc show" ] || [ ${name} = ip ] || echo "${name} $*" >> ${said}\n${then}\n`,
    );
    chmodSync(path, 0o755);
  }
  const env = { PATH: `${folder}${delimiter}${process.env["PATH"]}`, HELD: folder };
  const own = (script: string) => script.replaceAll("/tmp/squall-fis.pid", join(folder, "pid"));
  return {
    folder,
    asked: () => readFileSync(said, "utf8").split("\n").filter(Boolean),
    hasBegun: () => existsSync(join(folder, "pid")),
    run: (script: string) => spawnSync("sh", ["-c", own(script)], { env, encoding: "utf8" }),
    start: (script: string) => spawn("sh", ["-c", own(script)], { env, stdio: "ignore" }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const latency = {
  netem: "delay 200ms 10ms",
  interfaces: "DEFAULT",
  flowsPercent: 100,
  peers: undefined,
  seconds: 30,
};
const MANGLE = "iptables -w -t mangle";

test("stress ends when it is told to, and leaves nothing", async () => {
  const amounts = { workers: "2", percent: "60", seconds: 30 };
  for (const [script, words] of [
    [cpuStress(amounts), "--cpu 2 --cpu-load 60 --timeout 30s"],
    [ioStress(amounts), "--iomix 2 --iomix-bytes 60% --temp-path /tmp --timeout 30s"],
    [memoryStress(amounts), "--vm 2 --vm-bytes 60% --timeout 30s"],
  ] as const) {
    using sh = shell();
    const child = sh.start(script);
    await until(() => sh.asked().length > 0);
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    assert.deepEqual([code, sh.asked()], [0, [`stress-ng ${words}`]]);
  }
});

test("latency is on the interface of the default route, and is taken back at the end and at a signal", async () => {
  const done = ["tc qdisc replace dev eth7 root netem delay 200ms 10ms", "tc qdisc del dev eth7 root"];
  using ended = shell();
  assert.equal(ended.run(outgoing({ ...latency, seconds: 0 })).status, 0);
  assert.deepEqual(ended.asked(), done);
  using told = shell();
  const child = told.start(outgoing(latency));
  await until(() => told.asked().length === 1);
  child.kill("SIGTERM");
  const [code] = await once(child, "exit");
  assert.deepEqual([code, told.asked()], [0, done]);
});

test("where packets are bent already, it ends with 16 and leaves the other alone", () => {
  using sh = shell();
  writeFileSync(join(sh.folder, "qdisc"), "qdisc netem 8001: root refcnt 2 limit 1000 loss 7%\n");
  assert.deepEqual([sh.run(outgoing(latency)).status, sh.asked(), sh.hasBegun()], [16, [], false]);
});

test("only what goes to some peers is marked and bent, on every interface that is named", () => {
  using sh = shell();
  const { status } = sh.run(
    outgoing({
      ...latency,
      netem: "loss 7%",
      interfaces: "eth0,eth1",
      peers: ["10.1.0.0/16", "example.com"],
      seconds: 0,
    }),
  );
  const shaped = (i: string) => [
    `tc qdisc replace dev ${i} root handle 1: prio bands 4`,
    `tc qdisc add dev ${i} parent 1:4 handle 40: netem loss 7%`,
    `tc filter add dev ${i} parent 1: protocol ip prio 1 handle 0xf15 fw flowid 1:4`,
  ];
  assert.equal(status, 0);
  assert.deepEqual(sh.asked(), [
    `${MANGLE} -N SQUALL-FIS-INPUT`,
    `${MANGLE} -N SQUALL-FIS-OUTPUT`,
    `${MANGLE} -A SQUALL-FIS-OUTPUT -d 10.1.0.0/16 -j MARK --set-mark 0xf15`,
    `${MANGLE} -A SQUALL-FIS-OUTPUT -d example.com -j MARK --set-mark 0xf15`,
    `${MANGLE} -A INPUT -j SQUALL-FIS-INPUT`,
    `${MANGLE} -A OUTPUT -j SQUALL-FIS-OUTPUT`,
    ...shaped("eth0"),
    ...shaped("eth1"),
    "tc qdisc del dev eth0 root",
    "tc qdisc del dev eth1 root",
    `${MANGLE} -D INPUT -j SQUALL-FIS-INPUT`,
    `${MANGLE} -D OUTPUT -j SQUALL-FIS-OUTPUT`,
    `${MANGLE} -F SQUALL-FIS-INPUT`,
    `${MANGLE} -X SQUALL-FIS-INPUT`,
    `${MANGLE} -F SQUALL-FIS-OUTPUT`,
    `${MANGLE} -X SQUALL-FIS-OUTPUT`,
  ]);
});

test("a share of the connections is chosen by chance as they begin", () => {
  using sh = shell();
  sh.run(outgoing({ ...latency, flowsPercent: 25, seconds: 0 }));
  const chosen =
    "-m conntrack --ctstate NEW -m statistic --mode random --probability 0.25 -j CONNMARK --set-mark 0xf15";
  assert.deepEqual(sh.asked().slice(2, 5), [
    `${MANGLE} -A SQUALL-FIS-INPUT -s 0.0.0.0/0 ${chosen}`,
    `${MANGLE} -A SQUALL-FIS-OUTPUT -d 0.0.0.0/0 ${chosen}`,
    `${MANGLE} -A SQUALL-FIS-OUTPUT -d 0.0.0.0/0 -m connmark --mark 0xf15 -j MARK --set-mark 0xf15`,
  ]);
});

test("a port is dropped one way, and let through again", () => {
  for (const [isIngress, chain] of [
    [true, "INPUT"],
    [false, "OUTPUT"],
  ] as const) {
    using sh = shell();
    assert.equal(sh.run(blackholePort({ protocol: "tcp", port: "5432", isIngress, seconds: 0 })).status, 0);
    const rule = `${chain} -p tcp --dport 5432 -j DROP`;
    assert.deepEqual(sh.asked(), [`iptables -w -A ${rule}`, `iptables -w -D ${rule}`]);
  }
});

test("a tool that fails ends it at once, with what was done before taken back", () => {
  using sh = shell();
  writeFileSync(join(sh.folder, "iptables"), "#!/bin/sh\nexit 3\n");
  assert.equal(
    sh.run(blackholePort({ protocol: "tcp", port: "80", isIngress: true, seconds: 30 })).status,
    3,
  );
});
