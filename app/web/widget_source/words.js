// What the panel says, and how it builds elements. Unknown values are shown as they are.

const DECISIONS = { answer: "有把握", choose: "请选一条", none: "没有把握：话术库里没有合适的回复" };
const SEVERITIES = { error: "禁止", warning: "注意", suggestion: "建议" };
const HANDOFFS = {
  warehouse: "仓库",
  supervisor: "主管",
  aftersale: "售后",
  finance: "财务",
  human: "人工客服",
};
const IDLE = "收到客户的话后，建议会出现在这里。也可以粘贴到上面，一条一行。";
const ASKING = "正在找合适的回复…";

const word = (words, value) => (typeof words[value] === "string" ? words[value] : value);

/** 0.934 -> "93%". Never rounds up to certainty. */
const percent = (share) => `${Math.min(99, Math.round(share * 100))}%`;

/** A new element with attributes; functions listen to the event of that name. No markup anywhere. */
function el(tag, options, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(options)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else node.setAttribute(key, value);
  }
  node.append(...children);
  return node;
}
