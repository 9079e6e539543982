// Made by `make pages` from the description of the API (/openapi.json). Do not edit.

/** The answer to POST /v1/check; ok is false when a finding is an error. */
export interface CheckOut {
  ok: boolean;
  findings: FindingOut[];
}

/** A text to check. `entry_id` adds the rules that belong to one entry. `direction` is `out` for what the shop sends, `in` for what the customer wrote. */
export interface CheckRequest {
  text: string;
  /** Without it the default shop. */
  shop?: string | null;
  platform?: "taobao" | "tmall" | "jd" | "pdd" | null;
  stage?: "presale" | "insale" | "aftersale" | null;
  entry_id?: string | null;
  direction?: "out" | "in";
}

/** The time limit that applies, from the customer's message. */
export interface DeadlineOut {
  rule: string;
  seconds: number;
}

/** A draft to rewrite. */
export interface DraftRequest {
  draft: string;
  /** Without it the default shop. */
  shop?: string | null;
  platform?: "taobao" | "tmall" | "jd" | "pdd" | null;
  stage?: "presale" | "insale" | "aftersale" | null;
}

/** `draft[start:end]` becomes `replacement`; offsets count code points. */
export interface EditOut {
  start: number;
  end: number;
  text: string;
  replacement: string;
  rule_id: string;
  message: string;
  source: string;
}

/** A page of entries; `total` counts all that fit the filter. */
export interface EntriesOut {
  total: number;
  entries: EntryOut[];
}

/** One entry of the phrasebook, as trainers wrote it. */
export interface EntryOut {
  id: string;
  title: string;
  stage: string;
  source: string;
  asks: string[];
  near_misses: string[];
  reply: string;
  variants: number;
  handoff: string | null;
}

/** The stored feedback's number. */
export interface FeedbackOut {
  id: number;
}

/** What became of a suggestion. `text` is what was sent, for edited ones. */
export interface FeedbackRequest {
  suggestion_id: string;
  entry_id?: string | null;
  outcome: "displayed" | "sent" | "edited" | "rejected";
  text?: string | null;
}

/** One error in the files of a phrasebook; `place` is file:line:column. */
export interface FileFindingOut {
  place: string;
  rule: string;
  message: string;
  hint: string;
}

/** One finding; offsets count code points of the text. */
export interface FindingOut {
  rule_id: string;
  severity: "suggestion" | "warning" | "error";
  start: number;
  end: number;
  text: string;
  message: string;
  replacements: string[];
  source: string;
  link: string;
}

/** One ask of a burst. */
export interface PartOut {
  message: string;
  decision: "answer" | "choose" | "none";
  entry_id: string | null;
  confidence: number;
}

/** Which version of the phrasebook answered. */
export interface PhrasebookOut {
  version: string;
}

/** Why an entry was suggested. */
export interface ProofOut {
  ask: string;
  spans: [number, number][];
  scores: Record<string, number>;
  guards: string[];
  read_as: string;
  synonyms: [string, string][];
}

/** The answer to POST /v1/rewrites. */
export interface RewriteOut {
  rewritten: string;
  changed: boolean;
  edits: EditOut[];
}

/** One shop. A loaded one with a problem answers from its last good phrasebook. */
export interface ShopOut {
  id: string;
  name: string | null;
  state: "loaded" | "idle" | "broken";
  problem: string | null;
  findings: FileFindingOut[];
}

/** Every shop, the default one first. */
export interface ShopsOut {
  shops: ShopOut[];
}

/** One sendable reply. */
export interface SuggestionOut {
  entry_id: string;
  title: string;
  confidence: number;
  text: string;
  greeting: string;
  body: string;
  closing: string;
  script: "hans" | "hant";
  proof: ProofOut;
  variables: VariablesOut;
  findings: FindingOut[];
  handoff: string | null;
  source: string;
  entries: string[];
}

/** One message, or several of one customer in the order in which they came. */
export interface SuggestionRequest {
  message?: string | null;
  messages?: string[] | null;
  /** Without it the default shop. */
  shop?: string | null;
  platform?: "taobao" | "tmall" | "jd" | "pdd" | null;
  stage?: "presale" | "insale" | "aftersale" | null;
  /** State of the customer's order. */
  order?: "unpaid" | "paid" | "shipped" | "received" | null;
  channel?: "chat" | "phone";
  /** `later`: no greeting. Without it `conversation_id` decides. */
  turn?: "first" | "later" | null;
  variables?: Record<string, string>;
  limit?: number;
  conversation_id?: string | null;
  /** Many customers wait: a greeting that says so. */
  busy?: boolean;
  /** The shop calls the customer (phone). */
  callback?: boolean;
  /** Still being typed: journalled only when it stays or gets feedback. */
  preview?: boolean;
  explain?: boolean;
}

/** The answer to POST /v1/suggestions. */
export interface SuggestionsOut {
  id: string;
  decision: "answer" | "choose" | "none";
  suggestions: SuggestionOut[];
  parts: PartOut[];
  fallback: SuggestionOut | null;
  mood: "calm" | "urgent" | "upset";
  deadline: DeadlineOut | null;
  case?: null;
  withheld: Record<string, FindingOut[]>;
  phrasebook: PhrasebookOut;
  took_ms: number;
}

/** Which variables of the template were filled and which are missing. `titles` names the missing ones as the blanks of the text do: `order_no` is 订单号. */
export interface VariablesOut {
  filled: string[];
  missing: string[];
  titles: Record<string, string>;
}
