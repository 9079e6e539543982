// A chat plugin's evening, in short. Run: node example.js http://127.0.0.1:8000 [key]

import { blanks, Huashu, HuashuAway, HuashuProblem } from "./huashu.js";

declare const process: { argv: string[]; exitCode: number };

const [, , service = "http://127.0.0.1:8000", key] = process.argv;
const huashu = new Huashu(service, key ? { key } : {});

async function answer(message: string): Promise<void> {
  const found = await huashu.suggestions({ message, platform: "taobao", conversation_id: "c-1" });
  const reply = found.suggestions[0] ?? found.fallback;
  console.log(`${message} → ${found.decision}：${reply ? reply.text : "（没有建议）"}`);
  if (!reply) return;
  for (const title of blanks(reply)) console.log(`  待填：${title}`);
  for (const finding of reply.findings) console.log(`  ${finding.severity}：${finding.message}`);
  await huashu.feedback({ suggestion_id: found.id, entry_id: reply.entry_id, outcome: "displayed" });
}

try {
  for (const message of ["怎么还不发货", "今天天气怎么样"]) await answer(message);
  const { rewritten } = await huashu.rewrites({ draft: "你的名字叫什么" });
  console.log(`改写：${rewritten}`);
  const { findings } = await huashu.check({ text: "😀您加微信聊" });
  for (const { rule_id, start, end } of findings) console.log(`检查：${rule_id} ${start}–${end}`);
  await huashu.suggestions({ message: "" });
} catch (error) {
  if (error instanceof HuashuProblem) console.log(`被拒绝：${error.status} ${error.code}`);
  else if (error instanceof HuashuAway) console.log(error.message);
  else throw error;
}
