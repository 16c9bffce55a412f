/** Finding the programs of a real API server, and what is said when there are none. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ApiServerError } from "../../../lib/testing/apiserver/mod.ts";
import {
  CONTROLLER_PROGRAMS,
  findPrograms,
  SERVER_PROGRAMS,
  STAGE_FILES,
  stageIn,
  type Surroundings,
  type Wanted,
} from "../../../lib/testing/apiserver/programs.ts";

const SERVER: Wanted = { controllers: false };
const CONTROLLERS: Wanted = { controllers: true };

/** A machine with these variables, and all programs in these folders; in those of envtest there are no controllers. */
function machine(variables: Record<string, string>, folders: readonly string[], envtest: readonly string[] = []) {
  const files = new Set([...folders, ...envtest].flatMap((dir) => SERVER_PROGRAMS.map((name) => `${dir}/${name}`)));
  for (const dir of folders) {
    for (const name of CONTROLLER_PROGRAMS) files.add(`${dir}/${name}`);
    for (const path of STAGE_FILES) files.add(stageIn(dir, path));
  }
  const around: Surroundings = {
    variable: (name) => variables[name],
    isFile: (path) => files.has(path),
    cwd: "/project",
  };
  return { around, files };
}

function problemOf(wanted: Wanted, around: Surroundings): string {
  return assertThrows(() => findPrograms(wanted, around), ApiServerError).message;
}

Deno.test("the option comes first, then STAIRCASE_CLUSTER_BIN, then KUBEBUILDER_ASSETS, then what was built", () => {
  const variables: Record<string, string> = {
    STAIRCASE_CLUSTER_BIN: "/own",
    KUBEBUILDER_ASSETS: "/envtest",
    HOME: "/me",
  };
  const { around } = machine(variables, ["/option", "/own", "/envtest", "/me/.cache/staircase/control-plane"]);
  assertEquals(findPrograms({ bin: "/option", controllers: false }, around), "/option");
  assertEquals(findPrograms(SERVER, around), "/own");
  delete variables["STAIRCASE_CLUSTER_BIN"];
  assertEquals(findPrograms(SERVER, around), "/envtest");
  delete variables["KUBEBUILDER_ASSETS"];
  assertEquals(findPrograms(SERVER, around), "/me/.cache/staircase/control-plane");
});

Deno.test("what was built is in the cache that XDG_CACHE_HOME names", () => {
  const { around } = machine({ XDG_CACHE_HOME: "/cache", HOME: "/me" }, ["/cache/staircase/control-plane"]);
  assertEquals(findPrograms(SERVER, around), "/cache/staircase/control-plane");
});

Deno.test("a relative folder is one below the current folder", () => {
  const { around } = machine({}, ["/project/bin"]);
  assertEquals(findPrograms({ bin: "bin", controllers: false }, around), "/project/bin");
});

Deno.test("a folder that is named and lacks a program is an error: no other is taken in its place", () => {
  const { around } = machine({ KUBEBUILDER_ASSETS: "/wrong", HOME: "/me" }, ["/me/.cache/staircase/control-plane"]);
  assertStringIncludes(
    problemOf(SERVER, around),
    "Cannot start the API server as KUBEBUILDER_ASSETS must name a folder with etcd, kube-apiserver: " +
      "current value is /wrong, without etcd, kube-apiserver.",
  );
});

Deno.test("where there are no programs, the error says each way to get them, and what it takes", () => {
  for (const variables of [{}, { HOME: "/me" }] as Record<string, string>[]) {
    const problem = problemOf(SERVER, machine(variables, []).around);
    assertStringIncludes(problem, "there must be a folder with etcd, kube-apiserver: current value is none");
    for (const part of ["@staircase/operator/testing/apiserver/build", "five minutes", "setup-envtest", `"bin"`]) {
      assertStringIncludes(problem, part);
    }
  }
});

Deno.test("envtest's programs do without controllers; with controllers, the error says which are missing, and how they come", () => {
  const { around } = machine({ KUBEBUILDER_ASSETS: "/envtest" }, [], ["/envtest"]);
  assertEquals(findPrograms(SERVER, around), "/envtest");
  const problem = problemOf(CONTROLLERS, around);
  assertStringIncludes(problem, "/envtest, without kube-controller-manager, kube-scheduler, kwok.");
  assertStringIncludes(problem, "testing/apiserver/build --controllers");
});

Deno.test("kwok without its stage files is no kwok, also where it was built", () => {
  const dir = "/me/.cache/staircase/control-plane";
  const { around, files } = machine({ HOME: "/me" }, [dir]);
  assertEquals(findPrograms(CONTROLLERS, around), dir);
  files.delete(stageIn(dir, STAGE_FILES[0]!));
  assertStringIncludes(problemOf(CONTROLLERS, around), `${dir}, without kwok.\nThey are built by:`);
});
