/** The first example on a real control plane: its requests are counted by the API server's audit log. */

import { assert, assertEquals } from "@std/assert";
import { type AuditEvent, type Cluster, eventually, readAudit } from "./cluster.ts";
import { clusterTest } from "./cluster_test_case.ts";
import { pause } from "./eventually.ts";
import { type OperatorLine, startOperator } from "./operator_process.ts";
import { SimpleFixture } from "./simple_fixture.ts";

const FOOS = 50;
const WRITES = ["create", "update", "patch", "delete", "deletecollection"];

clusterTest(
  "fifty Foos converge and go, with one write a Run and no request beyond, as a limited account",
  async (cluster) => {
    await using fixture = await SimpleFixture.create(cluster);
    const operator = await startOperator(fixture.kubeconfig);
    await fixture.createFoos(FOOS);
    await fixture.converged(FOOS);

    // Finalizer, Secret, Deployment, status: four writes each, each in a Run of its own, none twice.
    const settled = await quiet(cluster, fixture);
    assertEquals(writesOf(settled).length, FOOS * 4);
    assertEquals(changesOf(operator.lines).length, FOOS * 4, operator.errors());
    assertEquals(operator.lines.filter(({ outcome }) => outcome === "Failed"), []);
    assertOnlyWatches(settled);

    // Idle: not even a read.
    await pause(5_000);
    assertEquals((await eventsOf(cluster, fixture)).length, settled.length);

    const { items } = await fixture.call("GET", "foos");
    await Promise.all(items.map(({ metadata }) => fixture.call("DELETE", `foos/${metadata.name}`)));
    await fixture.empty();
    const end = await quiet(cluster, fixture);
    // Deployment and finalizer: two more writes each. The Secret is the garbage collector's.
    assertEquals(writesOf(end).length, FOOS * 6);
    assertEquals(changesOf(operator.lines).length, FOOS * 6, operator.errors());
    assertOnlyWatches(end);
    assertEquals(await operator.end("SIGTERM"), 0, operator.errors());
  },
);

clusterTest(
  "killed again and again between and within Runs, the operator makes no change twice and loses none",
  async (cluster) => {
    await using fixture = await SimpleFixture.create(cluster);
    await fixture.createFoos(FOOS);
    let runs = 0;
    let kills = 0;
    for (const lines of [1, 2, 3, 5, 8, 13, 21, 34, 55]) {
      const operator = await startOperator(fixture.kubeconfig);
      await operator.written(lines + 1);
      await operator.end("SIGKILL");
      runs += operator.lines.filter(({ key }) => key !== undefined).length;
      kills++;
    }
    const last = await startOperator(fixture.kubeconfig);
    await fixture.converged(FOOS);
    const settled = await quiet(cluster, fixture);
    runs += last.lines.filter(({ key }) => key !== undefined).length;

    // What a killed process had asked for may be carried out or not; the API server then notes no success either way.
    const creations = writesOf(settled).filter(({ verb, responseStatus }) =>
      verb === "create" && responseStatus?.code === 201
    );
    assertEquals(duplicates(creations), []);
    for (const resource of ["secrets", "deployments"]) {
      assertEquals(
        (await fixture.call("GET", resource)).items.length,
        FOOS,
      );
    }
    // Each kill can cut off eight Runs that had written and could not tell.
    assert(writesOf(settled).length <= runs + kills * 8, `${writesOf(settled).length} writes in ${runs} Runs`);

    const { items } = await fixture.call("GET", "foos");
    await Promise.all(items.map(({ metadata }) => fixture.call("DELETE", `foos/${metadata.name}`)));
    await last.written(last.lines.length + 10);
    await last.end("SIGKILL");
    const cleaner = await startOperator(fixture.kubeconfig);
    await fixture.empty();
    assertEquals(await cleaner.end("SIGTERM"), 0, cleaner.errors());
  },
);

/** What the operator has asked for, once it asks for no more. */
async function quiet(cluster: Cluster, fixture: SimpleFixture): Promise<AuditEvent[]> {
  let before = -1;
  return await eventually(async () => {
    const events = await eventsOf(cluster, fixture);
    const isQuiet = events.length === before;
    before = events.length;
    return isQuiet ? events : undefined;
  }, { within: 60_000, every: 1_500 });
}

async function eventsOf(cluster: Cluster, { username }: SimpleFixture): Promise<AuditEvent[]> {
  return await readAudit(
    cluster,
    ({ user, stage, verb }) => user.username === username && (stage === "ResponseComplete" || verb === "watch"),
  );
}

function writesOf(events: readonly AuditEvent[]): AuditEvent[] {
  return events.filter(({ verb }) => WRITES.includes(verb));
}

function changesOf(lines: readonly OperatorLine[]): OperatorLine[] {
  return lines.filter(({ outcome, hadEffect }) => outcome === "Modified" && hadEffect);
}

/** One list and one watch a kind; nothing else is read. */
function assertOnlyWatches(events: readonly AuditEvent[]): void {
  const reads = events.filter(({ verb }) => !WRITES.includes(verb));
  assertEquals(
    reads.map(({ verb, objectRef }) => `${verb} ${objectRef?.resource}`).sort(),
    ["list", "watch"].flatMap((verb) => ["deployments", "foos", "secrets"].map((resource) => `${verb} ${resource}`)),
  );
}

function duplicates(events: readonly AuditEvent[]): string[] {
  const names = events.map(({ objectRef }) => `${objectRef?.resource} ${objectRef?.name}`);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
