/** A small receiver of OTLP over HTTP, in JSON. Answers everything else as a shop would. */

/** A span that arrived. */
export interface ExportedSpan {
  /** Its name, after those of the spans above it: `run foo > step create`. */
  readonly path: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** What arrived. */
export interface Exported {
  /** By name and attributes: the value, or how many values a histogram has. The last one counts. */
  readonly metrics: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly spans: readonly ExportedSpan[];
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}
interface RawSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
}
interface RawPoint {
  readonly attributes: readonly Attribute[];
  readonly count?: string;
  readonly asInt?: string;
  readonly asDouble?: number;
}
interface RawMetric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly RawPoint[] };
  readonly gauge?: { readonly dataPoints: readonly RawPoint[] };
  readonly histogram?: { readonly dataPoints: readonly RawPoint[] };
}
interface Body {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[] }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly RawMetric[] }[];
  }[];
}

/** Listens at a free port until it is disposed of. */
export class OtlpReceiver implements AsyncDisposable {
  readonly #bodies: Body[] = [];
  readonly #server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
    const text = await request.text();
    if (new URL(request.url).pathname.startsWith("/v1/")) this.#bodies.push(JSON.parse(text));
    return new Response("{}", { headers: { "content-type": "application/json" } });
  });

  /** Where it listens, as the net permission names it. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** Where it listens, as a URL. */
  get origin(): string {
    return `http://${this.host}`;
  }

  /** What has arrived so far. */
  get exported(): Exported {
    const spans = this.#bodies.flatMap(({ resourceSpans = [] }) => resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans).flatMap((scope) => scope.spans);
    const metrics = this.#bodies.flatMap(({ resourceMetrics = [] }) => resourceMetrics)
      .flatMap(({ scopeMetrics }) => scopeMetrics).flatMap((scope) => scope.metrics);
    return {
      spans: spans.map((span) => ({ path: pathOf(span, spans), attributes: attributesOf(span.attributes) })),
      metrics: new Map(metrics.map((metric) => [metric.name, pointsOf(metric)])),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function pathOf(span: RawSpan, all: readonly RawSpan[]): string {
  const parent = all.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? `${pathOf(parent, all)} > ${span.name}` : span.name;
}

function attributesOf(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}

function pointsOf({ sum, gauge, histogram }: RawMetric): Map<string, number> {
  const points = (sum ?? gauge ?? histogram)!.dataPoints;
  return new Map(points.map(({ attributes, count, asInt, asDouble }) => [
    JSON.stringify(attributesOf(attributes.toSorted((a, b) => a.key < b.key ? -1 : 1))),
    Number(count ?? asInt ?? asDouble),
  ]));
}
