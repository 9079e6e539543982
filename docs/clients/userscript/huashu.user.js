// ==UserScript==
// @name         话术：聊天窗口旁的回复建议
// @namespace    huashu
// @version      1.0
// @description  在网页版聊天窗口的输入框旁放一个话术面板
// @match        http://127.0.0.1:8000/demo*
// @require      http://127.0.0.1:8000/widget.js
// @grant        none
// @noframes
// ==/UserScript==

// 换一个聊天网站，只改上面的 @match、@require 和下面的配置。怎样找选择器见 docs/widget.zh-CN.md。
const CONFIG = {
  service: "http://127.0.0.1:8000", // 话术服务的地址，与 @require 的地址一致
  key: "", // 服务要求密钥时填 suggest 权限的密钥
  shop: "", // 店铺编号；空着是默认店铺
  platform: "", // taobao、tmall、jd、pdd，或空着
  input: "#reply", // 回复客户的输入框
  customer: ".customer p", // 客户的每一条消息
  agent: ".agent p", // 客服自己的每一条消息
  conversation: "", // 写着当前客户名字的元素；填了以后，换客户时填过的订单号等会清空
  beside: "#send", // 面板放在这个元素旁边
  where: "afterend", // beforebegin 在它前面，afterend 在它后面
};

(() => {
  "use strict";
  const find = (selector) => (selector ? document.querySelector(selector) : null);
  let panel = null;
  let talk = "";

  // Chat pages build themselves late and anew: look again whenever they change.
  function settle() {
    const place = find(CONFIG.beside);
    if (place && !(panel && panel.element.isConnected)) {
      if (panel) panel.destroy();
      const frame = document.createElement("div");
      place.insertAdjacentElement(CONFIG.where, frame);
      const { service, key, shop, platform, input, customer, agent } = CONFIG;
      const pages = { target: input, source: customer, own: agent };
      panel = Huashu.mount({ mount: frame, service, key, shop, platform, ...pages });
      talk = "";
    }
    const name = find(CONFIG.conversation)?.textContent.trim() ?? "";
    if (panel && name !== talk) {
      talk = name;
      panel.update({ conversation: name });
    }
  }

  const whole = { childList: true, subtree: true, characterData: true };
  new MutationObserver(settle).observe(document.documentElement, whole);
  settle();
})();
