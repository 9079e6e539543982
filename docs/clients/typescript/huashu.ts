// A thin client of the Huashu API for browsers, Deno and Node 18 or newer. No dependency: copy it
// together with types.ts.

import type {
  CheckOut,
  CheckRequest,
  DraftRequest,
  EntriesOut,
  EntryOut,
  FeedbackOut,
  FeedbackRequest,
  RewriteOut,
  ShopsOut,
  SuggestionOut,
  SuggestionRequest,
  SuggestionsOut,
} from "./types.js";

export * from "./types.js";

export interface Options {
  /** Sent as Authorization: Bearer, when the service asks for one. */
  key?: string;
  /** Milliseconds until a silent service counts as away; 10,000 without it. */
  patience?: number;
}

/** What the service refuses. `code` is for programs, `message` is its own Chinese sentence. */
export class HuashuProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: readonly { field: string; message: string }[] = [],
    /** Seconds to wait, with status 429. */
    readonly retryAfter: number | null = null,
  ) {
    super(detail);
    this.name = "HuashuProblem";
  }
}

/** The service did not answer at all, or not in time. */
export class HuashuAway extends Error {
  constructor(cause: unknown) {
    super("话术服务连不上");
    this.name = "HuashuAway";
    this.cause = cause;
  }

  readonly cause: unknown;
}

export class Huashu {
  private readonly base: string;

  /** `service` is the address of the service, such as http://127.0.0.1:8000. */
  constructor(service: string, private readonly options: Options = {}) {
    this.base = service.replace(/\/*$/, "/");
  }

  /** Replies for one message (`message`) or several of one customer (`messages`). */
  suggestions(body: SuggestionRequest, signal?: AbortSignal): Promise<SuggestionsOut> {
    return this.send("POST", "v1/suggestions", body, signal);
  }

  /** A draft in professional wording. */
  rewrites(body: DraftRequest, signal?: AbortSignal): Promise<RewriteOut> {
    return this.send("POST", "v1/rewrites", body, signal);
  }

  /** Where a text breaks a policy. Offsets count code points: Array.from(text).slice(start, end). */
  check(body: CheckRequest, signal?: AbortSignal): Promise<CheckOut> {
    return this.send("POST", "v1/check", body, signal);
  }

  /** What became of a suggestion; stored before this resolves. */
  feedback(body: FeedbackRequest): Promise<FeedbackOut> {
    return this.send("POST", "v1/feedback", body);
  }

  /** Entries of the phrasebook. */
  entries(
    query: { q?: string; stage?: string; shop?: string; limit?: number; offset?: number } = {},
  ): Promise<EntriesOut> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined);
    const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    return this.send("GET", `v1/entries?${search}`);
  }

  /** One entry of the phrasebook. */
  entry(id: string): Promise<EntryOut> {
    return this.send("GET", `v1/entries/${encodeURIComponent(id)}`);
  }

  /** The shops that requests may name. */
  shops(): Promise<ShopsOut> {
    return this.send("GET", "v1/shops");
  }

  private async send<T>(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (this.options.key) headers["Authorization"] = `Bearer ${this.options.key}`;
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const cut = new AbortController();
    const stop = (): void => cut.abort();
    const timer = setTimeout(stop, this.options.patience ?? 10_000);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
    try {
      const request: RequestInit = { method, headers, signal: cut.signal };
      if (body !== undefined) request.body = JSON.stringify(body);
      const response = await fetch(this.base + path, request);
      const text = await response.text();
      if (!response.ok) throw problem(response, text);
      return JSON.parse(text) as T;
    } catch (error) {
      if (error instanceof HuashuProblem || signal?.aborted) throw error;
      throw new HuashuAway(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }
}

function problem(response: Response, text: string): HuashuProblem {
  const wait = Number(response.headers.get("Retry-After"));
  let told: { code?: string; detail?: string; errors?: { field: string; message: string }[] } = {};
  try {
    told = JSON.parse(text);
  } catch {
    // A proxy's page, for instance: the status has to do.
  }
  return new HuashuProblem(
    response.status,
    told.code ?? "http_error",
    told.detail ?? `服务没有正常回答（HTTP ${response.status}）`,
    told.errors,
    wait || null,
  );
}

/** The titles of what a person still has to fill in before a reply is sent, such as 订单号. */
export function blanks(reply: SuggestionOut): string[] {
  return reply.variables.missing
    .map((name) => reply.variables.titles[name] ?? name)
    .filter((title) => reply.text.includes(`【${title}】`));
}
