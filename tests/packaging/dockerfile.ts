/** Reads what the tests need of the Dockerfile and of the .dockerignore: this project's own, not any. */

/** One instruction. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
}

/** A build stage: its FROM and what follows. */
export type Stage = readonly Instruction[];

/** The stages of a Dockerfile, without what comes before the first. */
export function parseStages(text: string): Stage[] {
  const lines = text.replaceAll(/\\\n\s*/g, "").split("\n").map((line) => line.trim());
  const stages: Instruction[][] = [];
  for (const line of lines.filter((line) => line !== "" && !line.startsWith("#"))) {
    const [, name = "", value = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (name === "FROM") stages.push([]);
    stages.at(-1)?.push({ name, value });
  }
  return stages;
}

/** The values of all instructions of a name. */
export function valuesOf(stage: Stage, name: string): string[] {
  return stage.filter((instruction) => instruction.name === name).map(({ value }) => value);
}

/** The paths that a .dockerignore lets through which shuts out everything first. */
export function parseAllowed(text: string): string[] {
  const [first, ...rest] = text.split("\n").map((line) => line.trim()).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  if (first !== "*" || !rest.every((line) => /^![\w.]+$/.test(line))) {
    throw new Error("Cannot read .dockerignore as it must be * and then one !name a line");
  }
  return rest.map((line) => line.slice(1));
}
