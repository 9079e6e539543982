// Types of /widget.js for plugins in TypeScript: put this file into your project.

import type { SuggestionOut, SuggestionRequest, SuggestionsOut } from "./types.js";

export interface HuashuOptions {
  /** Address of the service; without it the one that the script came from. */
  service?: string;
  key?: string;
  shop?: string;
  platform?: "taobao" | "tmall" | "jd" | "pdd";
  stage?: "presale" | "insale" | "aftersale";
  /** The reply box: an element or a selector. */
  target?: Element | string;
  /** Selectors of the customer's messages and of the agent's own ones in the page. */
  source?: string;
  own?: string;
  /** Where the panel goes: an element or a selector. Without it it floats. */
  mount?: Element | string;
  /** Name of the open conversation. */
  conversation?: string;
  limit?: number;
  theme?: "light" | "dark";
}

export type HuashuContext = Omit<SuggestionRequest, "message" | "messages">;

export interface HuashuPanel {
  readonly element: HTMLElement;
  readonly options: HuashuOptions;
  readonly answer: SuggestionsOut | null;
  suggest(messages: string | string[], context?: HuashuContext): Promise<SuggestionsOut | null>;
  insert(place: number, options?: { force?: boolean }): Promise<boolean>;
  copy(place: number, options?: { force?: boolean }): Promise<boolean>;
  reject(place?: number): void;
  sent(text: string): void;
  clear(): void;
  update(options: HuashuOptions): void;
  destroy(): void;
}

type Methods = Pick<HuashuPanel, "suggest" | "insert" | "copy" | "reject" | "sent" | "clear">;

export interface HuashuSuggestionsElement extends HTMLElement, Methods {
  readonly panel: HuashuPanel | null;
}

declare global {
  interface Window {
    Huashu: { mount(options?: HuashuOptions): HuashuPanel };
  }
  interface HTMLElementTagNameMap {
    "huashu-suggestions": HuashuSuggestionsElement;
  }
  interface DocumentEventMap {
    "huashu:suggestion": CustomEvent<
      Pick<SuggestionsOut, "id" | "decision" | "suggestions" | "fallback"> & { messages: string[] }
    >;
    "huashu:copied": CustomEvent<{
      id: string;
      entry_id: SuggestionOut["entry_id"];
      text: string;
      how: "inserted" | "copied";
      /** Blanks that went along, such as 【订单号】. */
      missing: string[];
    }>;
    "huashu:error": CustomEvent<{
      code: "away" | "key" | "busy" | "refused";
      status: number;
      message: string;
    }>;
  }
}
