/** Reads the API server's audit log. */

/** What the audit log says of a request (the fields the tests use). */
export interface AuditEvent {
  auditID: string;
  /** `ResponseStarted` is only written for watches. */
  stage: "ResponseStarted" | "ResponseComplete" | "Panic";
  requestURI: string;
  verb: string;
  user: { username: string; uid?: string; groups?: string[] };
  impersonatedUser?: { username: string; groups?: string[] };
  sourceIPs?: string[];
  userAgent?: string;
  objectRef?: {
    resource?: string;
    namespace?: string;
    name?: string;
    apiGroup?: string;
    apiVersion?: string;
    subresource?: string;
    resourceVersion?: string;
  };
  responseStatus?: { code?: number; status?: string; message?: string; reason?: string };
  requestReceivedTimestamp: string;
  stageTimestamp: string;
  annotations?: Record<string, string>;
}

/** Which events to take: all given fields must be equal; one given as undefined must be absent. */
export interface AuditFilter {
  verb?: string;
  username?: string;
  userAgent?: string;
  resource?: string;
  subresource?: string | undefined;
  namespace?: string | undefined;
  name?: string | undefined;
  code?: number;
  stage?: AuditEvent["stage"];
}

/**
 * The events so far, oldest first. An answer can reach its client just before its event is in the
 * log, so ask with `eventually` for an event that must come.
 */
export async function readAudit(
  cluster: { auditLog: string },
  filter: AuditFilter | ((event: AuditEvent) => boolean) = {},
): Promise<AuditEvent[]> {
  const text = await Deno.readTextFile(cluster.auditLog);
  // What follows the last line end is being written just now.
  const lines = text.split("\n").slice(0, -1);
  const events = lines.map((line): AuditEvent => JSON.parse(line));
  return events.filter(typeof filter === "function" ? filter : (event) => matches(event, filter));
}

function matches(event: AuditEvent, filter: AuditFilter): boolean {
  const { user, objectRef, responseStatus, ...rest } = event;
  const facts: Record<string, unknown> = {
    ...objectRef,
    verb: rest.verb,
    stage: rest.stage,
    userAgent: rest.userAgent,
    username: user.username,
    code: responseStatus?.code,
  };
  return Object.entries(filter).every(([key, value]) => facts[key] === value);
}
