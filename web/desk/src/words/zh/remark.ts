/** 设置里的备注格式。 */
export const zh = {
  why: "结果和追溯的备注按统一格式写，查起来才快。每种业务可以有自己的格式，没有的用“其余业务”的，都没有就自由书写。写错的会被退回，并给出按格式改好的文本。",
  add: "新增格式", find: "按业务或栏目查找",
  business: "业务", any: "其余业务", form: "格式", origin: "来源", ours: "本公司",
  moreTypes: { sale: "销售", contract_change: "合约变更", any: "其余业务" } as Record<string, string>,
  edit: (business: string) => `修改“${business}”的格式`, more: (business: string) => `更多：${business}`, remove: (business: string) => `取消“${business}”的格式`, removed: (business: string) => `“${business}”的备注不再限定格式`,
  addTitle: "新增备注格式", editTitle: (business: string) => `${business} · 备注格式`,
  businessHint: "只列出还没有格式的业务。", taken: "所有业务都有格式了。",
  parts: "栏目", part: (n: number) => `第 ${n} 栏`, addPart: "加一栏", removePart: (n: number) => `删掉第 ${n} 栏`, up: (n: number) => `第 ${n} 栏上移`, down: (n: number) => `第 ${n} 栏下移`,
  titleZh: "中文栏名", titleEn: "英文栏名", titleHint: "最多 8 个汉字或 24 个字母，不含括号和冒号，栏名不重复。",
  kind: "写什么", kinds: { text: "任意文字", day: "日期", day_or_none: "日期，或“无”", choice: "从几个词里选" } as Record<string, string>,
  need: "必写", fill: "自动填", fills: { today: "当天", channel: "联系方式", next: "下次日期" } as Record<string, string>, noFill: "不自动填",
  choices: "可选的词", choiceZh: "中文", choiceEn: "英文", addChoice: "加一个词", removeChoice: (n: number) => `删掉第 ${n} 个词`,
  preview: "写出来是这样", sample: { text: "……", day: "2026-11-29", day_or_none: "无" } as Record<string, string>,
  optional: "可不写", saved: "格式已保存，之后写的备注按它核对", replaced: "同事刚改过这个格式，现在是：", replacedNext: "再点一次保存，就用您的替换它。",
  wrong: { label: "栏名要填，最多 8 个汉字或 24 个字母，不含括号和冒号", twice: "栏名重复了", choices: "至少写一个词，中英文都要填" },
  none: "还没有备注格式", noneNext: "新增一个，或在“关怀计划”里安装一个行业方案；没有格式时，备注自由书写。", noMatch: "没有符合的格式", noMatchNext: "换一个词，或清空查找框。",
};
