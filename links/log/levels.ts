/** The levels, by name and by number. */

/** The number of each level. */
export const LogLevels = { NOTSET: 0, DEBUG: 10, INFO: 20, WARN: 30, ERROR: 40, CRITICAL: 50 } as const;

/** A level's name. */
export type LevelName = keyof typeof LogLevels;

/** A level's number. */
export type LogLevel = typeof LogLevels[LevelName];

/** The number of a level. */
export function getLevelByName(name: LevelName): LogLevel {
  const level = LogLevels[name];
  if (level === undefined) throw new Error(`Cannot get log level: no level named ${name}`);
  return level;
}

/** The name of a level. */
export function getLevelName(level: LogLevel): LevelName {
  const entry = Object.entries(LogLevels).find(([, number]) => number === level);
  if (!entry) throw new Error(`Cannot get log level: no name for level: ${level}`);
  return entry[0] as LevelName;
}
