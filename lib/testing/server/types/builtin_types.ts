/** How built-in kinds are merged, derived from their Go types. */

import { type GoField, type GoStruct, goStruct, type GoType, type ScalarName } from "./go_type.ts";
import { ANY, STRUCT, type TypeNode } from "./type_node.ts";

const nodes = new WeakMap<GoStruct, TypeNode>();

export function structNode(struct: GoStruct): TypeNode {
  let node = nodes.get(struct);
  if (!node) {
    const fields = [...struct.fields.values()].map((field) => [field.name, fieldNode(field)] as const);
    const known = struct.fields.has("metadata") ? [["apiVersion", ANY], ["kind", ANY]] as const : [];
    nodes.set(struct, node = { type: "object", fields: Object.fromEntries([...known, ...fields]) });
  }
  return node;
}

function fieldNode({ type, merge }: GoField): TypeNode {
  const node = nodeOf(type);
  if (merge === "default") return node;
  if (merge === "atomic") return node.type === "atomic" ? node : { type: "atomic", of: node };
  if (merge === "set") return { type: "set" };
  return { type: "list", keys: Object.fromEntries(merge), items: node.type === "atomic" ? node.items ?? ANY : ANY };
}

function nodeOf(type: GoType): TypeNode {
  switch (type.type) {
    case "pointer":
      return nodeOf(type.to);
    case "struct":
      return type.atomic ? { type: "atomic", of: structNode(type) } : structNode(type);
    case "list":
      return { type: "atomic", items: nodeOf(type.items) };
    case "map":
      return { type: "object", fields: {}, values: nodeOf(type.values) };
    case "scalar":
      return SCALARS[type.name];
  }
}

const NUMBER: TypeNode = { type: "scalar", scalar: "numeric" };
const TEXT: TypeNode = { type: "scalar", scalar: "string" };

const SCALARS: Readonly<Record<ScalarName, TypeNode>> = {
  string: TEXT,
  bytes: TEXT,
  bool: { type: "scalar", scalar: "boolean" },
  int32: NUMBER,
  int64: NUMBER,
  int: NUMBER,
  Quantity: ANY,
  Time: ANY,
  MicroTime: ANY,
  IntOrString: ANY,
  any: STRUCT,
};

/** The metadata of every kind. */
export const METADATA_TYPE: TypeNode = structNode(goStruct("ObjectMeta")!);
