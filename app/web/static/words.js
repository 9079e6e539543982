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
export const VARIABLES = {
  customer_name: "客户称呼",
  order_no: "订单号",
  product: "商品名",
  product_link: "商品链接",
  tracking_no: "快递单号",
  courier: "承运快递",
  tracking_status: "物流状态",
  address: "收货地址",
  size: "尺码",
  color: "颜色",
  amount: "金额",
  return_address: "退货地址",
  complaint_no: "投诉编号",
  next_update: "下次更新时间",
  staff_no: "客服工号",
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
