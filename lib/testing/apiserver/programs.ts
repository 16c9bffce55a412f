/** Which programs a control plane is made of, and where they are found. */

import { ApiServerError, startProblem } from "./errors.ts";
import type { ComponentName } from "./state.ts";

/** What every control plane needs. */
export const SERVER_PROGRAMS: readonly ComponentName[] = ["etcd", "kube-apiserver"];

/** What it needs besides, for controllers, a scheduler and a node. */
export const CONTROLLER_PROGRAMS: readonly ComponentName[] = ["kube-controller-manager", "kube-scheduler", "kwok"];

/** The stage files of kwok that make up a fake kubelet, inside its Go module. */
export const STAGE_FILES: readonly string[] = [
  "kustomize/stage/node/fast/node-initialize.yaml",
  "kustomize/stage/node/heartbeat-with-lease/node-heartbeat-with-lease.yaml",
  "kustomize/stage/pod/fast/pod-ready.yaml",
  "kustomize/stage/pod/fast/pod-complete.yaml",
  "kustomize/stage/pod/fast/pod-delete.yaml",
];

/** Where a stage file is, beside the programs. */
export function stageIn(dir: string, path: string): string {
  return `${dir}/stages/${path.split("/").at(-1)}`;
}

/** What is looked at to find the programs. */
export interface Surroundings {
  /** The value of an environment variable; undefined when it is not set. */
  variable(name: string): string | undefined;
  /** Whether there is a file. */
  isFile(path: string): boolean;
  /** What a relative path begins at. */
  readonly cwd: string;
}

/** What is looked for. */
export interface Wanted {
  /** The folder that the option names. */
  readonly bin?: string | undefined;
  /** Whether the programs of controllers, scheduler and node are wanted, too. */
  readonly controllers: boolean;
}

const BUILD = "deno run -A jsr:@staircase/operator/testing/apiserver/build";

const HELP = `Either of these brings them:
  - ${BUILD}
    builds them from source, once, in about five minutes, with Go 1.26 and 4 GB for its caches; they are found from then on
  - setup-envtest use --print path
    downloads those of controller-runtime's envtest; set KUBEBUILDER_ASSETS to the folder that it prints
  - the option "bin" or STAIRCASE_CLUSTER_BIN, for a folder that has them already`;

/**
 * The folder of the programs: that of the option, of `STAIRCASE_CLUSTER_BIN`, of envtest's `KUBEBUILDER_ASSETS`, or where
 * {@link builtFolder} says. One that is named must hold them: no other is taken in its place.
 */
export function findPrograms({ bin, controllers }: Wanted, around: Surroundings): string {
  const named = [
    ["the option bin", bin],
    ["STAIRCASE_CLUSTER_BIN", around.variable("STAIRCASE_CLUSTER_BIN")],
    ["KUBEBUILDER_ASSETS", around.variable("KUBEBUILDER_ASSETS")],
  ].find(([, value]) => value);
  const wanted = controllers ? [...SERVER_PROGRAMS, ...CONTROLLER_PROGRAMS] : SERVER_PROGRAMS;
  if (!named) return findBuilt(wanted, around);
  const [origin, value] = named as [string, string];
  const dir = value.startsWith("/") ? value : `${around.cwd}/${value}`;
  const missing = missingIn(dir, wanted, around);
  if (missing.length === 0) return dir;
  const help = CONTROLLER_PROGRAMS.includes(missing[0]!) ? `They are built by: ${BUILD} --controllers` : HELP;
  const rule = `${origin} must name a folder with ${wanted.join(", ")}`;
  throw new ApiServerError(`${startProblem(rule, `${value}, without ${missing.join(", ")}`)}.\n${help}`);
}

/** Where programs are built when no folder is named: in the cache of the user. */
export function builtFolder({ variable }: Pick<Surroundings, "variable">): string | undefined {
  const home = variable("HOME");
  const cache = variable("XDG_CACHE_HOME") || (home && `${home}/.cache`);
  return cache ? `${cache}/staircase/control-plane` : undefined;
}

function findBuilt(wanted: readonly ComponentName[], around: Surroundings): string {
  const dir = builtFolder(around);
  const missing = dir === undefined ? wanted : missingIn(dir, wanted, around);
  if (dir !== undefined && missing.length === 0) return dir;
  const isHalf = missing.every((name) => CONTROLLER_PROGRAMS.includes(name));
  const help = isHalf ? `They are built by: ${BUILD} --controllers` : HELP;
  const current = isHalf ? `${dir}, without ${missing.join(", ")}` : "none";
  throw new ApiServerError(
    `${startProblem(`there must be a folder with ${wanted.join(", ")}`, current)}.\n${help}`,
  );
}

function missingIn(dir: string, wanted: readonly ComponentName[], { isFile }: Surroundings): ComponentName[] {
  return wanted.filter((name) =>
    !isFile(`${dir}/${name}`) ||
    (name === "kwok" && !STAGE_FILES.every((path) => isFile(stageIn(dir, path))))
  );
}
