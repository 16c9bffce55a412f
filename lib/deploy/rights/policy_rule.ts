/** Rules of RBAC: joined where they can be, in a fixed order, so that equal rights have equal rules. */

/** A rule of an RBAC Role or ClusterRole. */
export interface PolicyRule {
  /** The API group, as a list of one; `""` for the core group. */
  readonly apiGroups: readonly string[];
  /** The plural names of the kinds; with a subresource, `foos/status`. */
  readonly resources: readonly string[];
  /** The verbs. */
  readonly verbs: readonly string[];
  /** The only names of objects; absent for all. */
  readonly resourceNames?: readonly string[];
}

/** One thing that an account may do. */
export interface Right {
  readonly group: string;
  /** The plural name; with a subresource, `foos/status`. */
  readonly resource: string;
  readonly verb: string;
  /** The only names of objects; `undefined` for all. */
  readonly names?: readonly string[] | undefined;
}

/** The order in which rules have their verbs. */
const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete"];

/** Joins rights to rules: each right once, and as few rules as are readable. */
export function toRules(rights: readonly Right[]): readonly PolicyRule[] {
  const byPlace = new Map<
    string,
    { group: string; resource: string; names: readonly string[] | undefined; verbs: Set<string> }
  >();
  for (const { group, resource, verb, names } of joinedNames(rights)) {
    const place = JSON.stringify([group, resource, names ?? null]);
    const known = byPlace.get(place) ?? { group, resource, names, verbs: new Set() };
    byPlace.set(place, known);
    known.verbs.add(verb);
  }
  const byShape = new Map<string, { rule: PolicyRule; resources: string[] }>();
  const places = [...byPlace.values()].sort((a, b) =>
    compare(a.group, b.group) || compare(a.resource, b.resource) || compare(`${a.names ?? ""}`, `${b.names ?? ""}`)
  );
  for (const { group, resource, names, verbs } of places) {
    const sorted = VERBS.filter((verb) => verbs.has(verb));
    const shape = JSON.stringify([group, sorted, names ?? null]);
    const known = byShape.get(shape);
    if (known) {
      known.resources.push(resource);
      continue;
    }
    const resources = [resource];
    const rule = { apiGroups: [group], resources, verbs: sorted, ...(names && { resourceNames: names }) };
    byShape.set(shape, { rule, resources });
  }
  return [...byShape.values()].map(({ rule }) => rule);
}

/** The rights, each once: names of the same right together, and none where all names are allowed. */
function joinedNames(rights: readonly Right[]): readonly Right[] {
  const joined = new Map<string, Right>();
  for (const right of rights) {
    const id = idOf(right);
    joined.set(id, { ...right, names: eitherOf(joined.get(id), right) });
  }
  return [...joined.values()];
}

function eitherOf(known: Right | undefined, { names }: Right): readonly string[] | undefined {
  if (names === undefined || known && known.names === undefined) return undefined;
  return [...new Set([...known?.names ?? [], ...names])].sort(compare);
}

/** Of some rights, those that others do not include. */
export function rightsBeyond(rights: readonly Right[], others: readonly Right[]): readonly Right[] {
  const all = new Set(others.filter(({ names }) => names === undefined).map(idOf));
  return rights.filter((right) => !all.has(idOf(right)));
}

function idOf({ group, resource, verb }: Right): string {
  return `${group}/${resource} ${verb}`;
}

/** By code units, so that the order is the same everywhere. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
