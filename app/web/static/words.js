// What the service's values are called on the page. Unknown values are shown as they are.

export const DECISIONS = { answer: "有把握", choose: "请选一条", none: "没有把握：不作答" };
export const SEVERITIES = { error: "禁止", warning: "注意", suggestion: "建议" };
export const KINDS = { ...SEVERITIES, habit: "改写" };
export const MOODS = { urgent: "客户着急", upset: "客户不满" };
export const HANDOFFS = {
  warehouse: "仓库",
  supervisor: "主管",
  aftersale: "售后",
  finance: "财务",
  human: "人工客服",
};
export const SCORES = {
  similarity: "相似度",
  probability: "命中概率",
  margin: "领先第二名",
  silence: "应不作答",
};
/** The word for a value, or the value. */
export const word = (words, value) => (Object.hasOwn(words, value) ? words[value] : String(value));

/** 0.934 -> "93%". Never rounds up to certainty. */
export const percent = (share) => `${Math.min(99, Math.round(share * 100))}%`;

/** Seconds as people say them. */
export function span(seconds) {
  if (seconds % 86400 === 0) return `${seconds / 86400} 天`;
  if (seconds % 3600 === 0) return `${seconds / 3600} 小时`;
  if (seconds % 60 === 0) return `${seconds / 60} 分钟`;
  return `${seconds} 秒`;
}

/** Seconds that have passed, shortly: 12 秒, 3 分, 2 小时. */
export function lasted(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} 秒`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} 分`;
  return `${Math.floor(seconds / 3600)} 小时`;
}
