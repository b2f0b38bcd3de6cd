/** 设置里的工作日历。 */
export const zh = {
  why: "与星期不一致的日子：国家放假和调休随程序带来，公司自己的放假、加班日在这里写，以公司的为准。关怀计划里的 workday(…) 按它判断，改后当晚生效。",
  year: "年份", add: "新增一天", day: "日期", dayMissing: "请选日期", worked: "安排", title: "名称", titleHint: "例如：公司周年", origin: "来源",
  kinds: { off: "放假", work: "上班" },
  origins: { state: "国家放假安排", firm: "本公司" },
  saved: "已保存，今晚的计划按它安排。", removed: "已删除，恢复国家的安排。", remove: (day: string) => `删除 ${day}`,
  none: "这一年还没有特别的日子", noneNext: "国家的安排公布后随程序更新；公司自己的日子现在就可以写。",
};
