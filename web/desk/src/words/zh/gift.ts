/** 设置里的礼品目录。 */
export const zh = {
  why: "关怀计划用 gift = \"代号\" 写明随触达送什么；成本算进预演的花费，每月份数发完后，触达顺延到有礼品时，每天上升一级；预演会指出是哪一天发完。",
  add: "新增礼品", edit: "修改", find: "按名称或代号查找",
  title: "名称", titleZh: "中文名称", titleEn: "英文名称",
  key: "代号", keyHint: "小写字母、数字和下划线，例如 birthday_box。定下后不再改。",
  kind: "种类", kinds: { goods: "实物", card: "贺卡", ticket: "票券", sample: "试用装", insurance: "短期保险", service: "服务" },
  cost: "单份成本", perMonth: "每月份数", perMonthHint: "不填就是不限。", unlimited: "不限",
  thisMonth: "本月已排", used: "用在", unused: "没有计划在用", retired: "已停用",
  retire: "停用", resume: "恢复使用", more: "更多",
  saved: "已保存。", retireDone: "已停用，新发布的计划不能再用它。", resumeDone: "已恢复使用。",
  none: "还没有礼品", noneNext: "新增一个，再在关怀计划里按代号引用。", noMatch: "没有符合的礼品", noMatchNext: "换一个词，或清空查找框。",
};
